use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write;

/// Compresses.
fn gzip(input: Input, output: &Output, level: u32) -> Result {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::new(level));
    for chunk in input {
        encoder.write_all(&chunk)?;
        output.give(std::mem::take(encoder.get_mut()));
    }
    output.give(encoder.finish()?);
    Ok(())
}
