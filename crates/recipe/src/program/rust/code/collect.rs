/// Keeps everything in memory, to a bound, and writes it into a file when all of it has come.
fn collect(input: impl IntoIterator<Item = Chunk>, file: &str, max_bytes: usize) -> Result {
    let mut all = Vec::new();
    for chunk in input {
        all.extend(chunk);
        if all.len() > max_bytes {
            return Err(format!("more than {max_bytes} bytes came").into());
        }
    }
    Ok(std::fs::write(file, all)?)
}
