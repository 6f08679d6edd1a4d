use brotli::CompressorWriter;
use std::io::Write;

/// Compresses.
fn compress_brotli(input: Input, output: &Output, level: u32) -> Result {
    let mut encoder = CompressorWriter::new(Vec::new(), 16 * 1024, level, 22);
    for chunk in input {
        encoder.write_all(&chunk)?;
        output.give(std::mem::take(encoder.get_mut()));
    }
    output.give(encoder.into_inner());
    Ok(())
}
