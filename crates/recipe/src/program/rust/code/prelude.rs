use std::error::Error;
use std::process::exit;
use std::sync::mpsc::Receiver;
use std::thread::JoinHandle;
use std::thread::spawn;

type Chunk = Vec<u8>;
type Input = Receiver<Chunk>;
type Result<T = ()> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// A stage is a thread: what it is called, where it gives its chunks, and what it does. The first
/// that fails ends the program, like an `error` in Node.js that nobody listens to.
fn stage(
    name: &'static str,
    output: Output,
    work: impl FnOnce(&Output) -> Result + Send + 'static,
) -> JoinHandle<()> {
    spawn(move || {
        if let Err(error) = work(&output) {
            eprintln!("{name}: {error}");
            exit(1);
        }
    })
}
