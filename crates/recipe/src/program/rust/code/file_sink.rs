use std::fs::File;
use std::io::Write;

/// Writes everything into a file of this folder.
fn file_sink(input: impl IntoIterator<Item = Chunk>, file: &str) -> Result {
    let mut sink = File::create(file).map_err(|error| format!("{file}: {error}"))?;
    for chunk in input {
        sink.write_all(&chunk)?;
    }
    Ok(sink.flush()?)
}
