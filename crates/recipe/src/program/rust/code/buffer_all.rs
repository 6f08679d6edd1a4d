/// Keeps everything in memory, and gives it when its input has ended.
fn buffer_all(input: Input, output: &Output) -> Result {
    let chunks: Vec<Chunk> = input.into_iter().collect();
    output.give(chunks.concat());
    Ok(())
}
