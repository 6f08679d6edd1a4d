/// Changes one bit on the way.
fn flip(input: Input, output: &Output, at_byte: u64, bit: u64) -> Result {
    let mut before = 0;
    for mut chunk in input {
        let after = before + chunk.len() as u64;
        if (before..after).contains(&at_byte) {
            chunk[(at_byte - before) as usize] ^= 1 << bit;
        }
        before = after;
        output.give(chunk);
    }
    Ok(())
}
