use sha2::Digest;
use sha2::Sha256;

/// Passes everything on, and says the SHA-256 of it at the end.
fn sha256(input: Input, output: &Output) -> Result {
    let mut hasher = Sha256::new();
    for chunk in input {
        hasher.update(&chunk);
        output.give(chunk);
    }
    let digits = hasher
        .finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect::<String>();
    eprintln!("SHA-256: {digits}");
    Ok(())
}
