use flate2::write::MultiGzDecoder;
use std::io::Write;

/// Decompresses gzip.
fn gunzip(input: Input, output: &Output) -> Result {
    let mut decoder = MultiGzDecoder::new(Vec::new());
    for chunk in input {
        decoder.write_all(&chunk)?;
        output.give(std::mem::take(decoder.get_mut()));
    }
    output.give(decoder.finish()?);
    Ok(())
}
