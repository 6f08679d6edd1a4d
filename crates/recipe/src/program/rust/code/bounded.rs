use std::sync::mpsc::SyncSender;
use std::sync::mpsc::sync_channel;

type Sender = SyncSender<Chunk>;

/// A pipe is a queue with room for one chunk. Who sends waits for room: this is backpressure.
fn pipe() -> (Sender, Input) {
    sync_channel(1)
}
