use std::fs::File;
use std::io::Read;

/// A file of this folder, in chunks of 64 KiB.
fn file_source(output: &Output, file: &str) -> Result {
    let mut source = File::open(file).map_err(|error| format!("{file}: {error}"))?;
    let mut buffer = vec![0; 64 * 1024];
    loop {
        match source.read(&mut buffer)? {
            0 => return Ok(()),
            read => output.give(buffer[..read].to_vec()),
        }
    }
}
