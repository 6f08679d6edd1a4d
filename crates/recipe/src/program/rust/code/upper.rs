/// Makes UTF-8 text upper case. A character that two chunks share waits for its second half.
fn upper(input: Input, output: &Output) -> Result {
    let mut begun = Vec::new();
    for chunk in input {
        begun.extend(chunk);
        let whole = match std::str::from_utf8(&begun) {
            Ok(text) => text.len(),
            Err(error) if error.error_len().is_none() => error.valid_up_to(),
            Err(_) => return Err("this is not UTF-8 text".into()),
        };
        let rest = begun.split_off(whole);
        let text = String::from_utf8(std::mem::replace(&mut begun, rest))?;
        output.give(text.to_uppercase().into_bytes());
    }
    if begun.is_empty() {
        Ok(())
    } else {
        Err("the text ends inside a character".into())
    }
}
