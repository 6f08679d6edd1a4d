use brotli::DecompressorWriter;
use std::io::Write;

/// Decompresses brotli.
fn decompress_brotli(input: Input, output: &Output) -> Result {
    let mut decoder = DecompressorWriter::new(Vec::new(), 16 * 1024);
    for chunk in input {
        decoder.write_all(&chunk)?;
        output.give(std::mem::take(decoder.get_mut()));
    }
    decoder.close()?;
    output.give(std::mem::take(decoder.get_mut()));
    Ok(())
}
