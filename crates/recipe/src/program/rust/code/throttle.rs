use std::thread::sleep;
use std::time::Duration;

/// Lets so many bytes a second through, in pieces of about a tenth of a second.
fn throttle(input: Input, output: &Output, bytes_per_s: u64) -> Result {
    let size = (bytes_per_s / 10).clamp(16, 16 * 1024) as usize;
    for chunk in input {
        for piece in chunk.chunks(size) {
            sleep(Duration::from_secs_f64(
                piece.len() as f64 / bytes_per_s as f64,
            ));
            output.give(piece.to_vec());
        }
    }
    Ok(())
}
