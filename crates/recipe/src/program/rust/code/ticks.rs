use std::thread::sleep;
use std::time::Duration;

/// A line every so many milliseconds, when there is room for it.
fn ticks(output: &Output, every_ms: u64, count: u64) -> Result {
    for tick in 1..=count {
        if tick > 1 {
            sleep(Duration::from_millis(every_ms));
        }
        output.give(format!("tick {tick}\n").into_bytes());
    }
    Ok(())
}
