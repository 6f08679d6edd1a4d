use std::sync::mpsc::channel;

type Sender = std::sync::mpsc::Sender<Chunk>;

/// A pipe is a queue without bounds. Who sends never waits, and what is not taken yet is kept in
/// memory: backpressure is left out.
fn pipe() -> (Sender, Input) {
    channel()
}
