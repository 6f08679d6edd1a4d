use aead_stream::Decryptor;

const TAG: usize = 16;

/// Decrypts what seal made. Bytes that were changed, moved or cut off are an error.
fn open(input: Input, output: &Output, key: &str) -> Result {
    let mut decryptor = None;
    let mut begun = Vec::new();
    for chunk in input {
        begun.extend(chunk);
        if decryptor.is_none() && begun.len() >= MAGIC.len() + SALT {
            let rest = begun.split_off(MAGIC.len() + SALT);
            let (magic, salt) = begun.split_at(MAGIC.len());
            if magic != MAGIC {
                return Err("this is not sealed".into());
            }
            decryptor = Some(Decryptor::from_stream_primitive(segments(key, salt)?));
            begun = rest;
        }
        while let Some(decryptor) = &mut decryptor
            && begun.len() > SEGMENT + TAG
        {
            let rest = begun.split_off(SEGMENT + TAG);
            let opened = decryptor.decrypt_next(&begun[..]);
            output.give(opened.map_err(|_| "a segment does not pass its check")?);
            begun = rest;
        }
    }
    let decryptor = decryptor.ok_or("the input ends before the first segment")?;
    let opened = decryptor.decrypt_last(&begun[..]);
    output.give(opened.map_err(|_| "the last segment does not pass its check")?);
    Ok(())
}
