/// Passes each chunk on as it is.
fn passthrough(input: Input, output: &Output) -> Result {
    input.into_iter().try_for_each(|chunk| output.give(chunk))
}
