use std::thread::sleep;
use std::time::Duration;

/// Takes so many bytes a second.
fn at_speed(bytes_per_s: u64, input: Input) -> impl Iterator<Item = Chunk> {
    input.into_iter().inspect(move |chunk| {
        sleep(Duration::from_secs_f64(
            chunk.len() as f64 / bytes_per_s as f64,
        ));
    })
}
