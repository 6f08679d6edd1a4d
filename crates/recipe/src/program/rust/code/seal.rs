use aead_stream::Encryptor;

/// Encrypts with AES-256-GCM, each 64 KiB with a check of their own.
fn seal(input: Input, output: &Output, key: &str) -> Result {
    let mut salt = [0; SALT];
    getrandom::fill(&mut salt)?;
    output.give([&MAGIC[..], &salt].concat());
    let mut encryptor = Encryptor::from_stream_primitive(segments(key, &salt)?);
    let mut text = Vec::new();
    for chunk in input {
        text.extend(chunk);
        // A full segment waits: it may be the last.
        while text.len() > SEGMENT {
            let rest = text.split_off(SEGMENT);
            let sealed = encryptor.encrypt_next(&text[..]);
            output.give(sealed.map_err(|_| "the text is too long to seal")?);
            text = rest;
        }
    }
    let sealed = encryptor.encrypt_last(&text[..]);
    output.give(sealed.map_err(|_| "the text is too long to seal")?);
    Ok(())
}
