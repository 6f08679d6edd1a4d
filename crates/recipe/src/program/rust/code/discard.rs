/// Takes everything and keeps nothing.
fn discard(input: impl IntoIterator<Item = Chunk>) -> Result {
    input.into_iter().for_each(drop);
    Ok(())
}
