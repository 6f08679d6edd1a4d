/// Passes everything on, and then fails: after so many bytes, or when a chunk comes.
fn fault(input: Input, output: &Output, at_byte: u64, at_chunk: u64) -> Result {
    let mut left = at_byte;
    for (number, mut chunk) in (1..).zip(input) {
        if number == at_chunk {
            return Err("failed on purpose".into());
        }
        let passes = left.min(chunk.len() as u64) as usize;
        let fails = passes < chunk.len();
        chunk.truncate(passes);
        left -= passes as u64;
        output.give(chunk);
        if fails {
            return Err("failed on purpose".into());
        }
    }
    Ok(())
}
