/// Gives one chunk per line, its line feed included.
fn lines(input: Input, output: &Output) -> Result {
    let mut begun = Vec::new();
    for chunk in input {
        begun.extend(chunk);
        let mut from = 0;
        while let Some(end) = begun[from..].iter().position(|byte| *byte == b'\n') {
            output.give(begun[from..=from + end].to_vec());
            from += end + 1;
        }
        begun.drain(..from);
        if begun.len() > 1024 * 1024 {
            return Err("a line is longer than 1 MiB".into());
        }
    }
    output.give(begun);
    Ok(())
}
