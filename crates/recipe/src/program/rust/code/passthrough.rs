/// Passes each chunk on as it is.
fn passthrough(input: Input, output: &Output) -> Result {
    input.into_iter().for_each(|chunk| output.give(chunk));
    Ok(())
}
