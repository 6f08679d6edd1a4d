use std::thread::sleep;
use std::time::Duration;

/// Where a stage gives its chunks, one pipe or several, and how many bytes a second if not all at
/// once.
#[derive(Default)]
struct Output(Vec<Sender>, Option<u64>);

impl Output {
    fn give(&self, chunk: Chunk) {
        let Some(bytes_per_s) = self.1 else {
            return self.send(&chunk);
        };
        for piece in chunk.chunks((bytes_per_s / 10).clamp(16, 16 * 1024) as usize) {
            sleep(Duration::from_secs_f64(
                piece.len() as f64 / bytes_per_s as f64,
            ));
            self.send(piece);
        }
    }

    /// A stage that takes no more has failed, and ends the program.
    fn send(&self, chunk: &[u8]) {
        for to in self.0.iter().filter(|_| !chunk.is_empty()) {
            to.send(chunk.to_vec()).ok();
        }
    }
}
