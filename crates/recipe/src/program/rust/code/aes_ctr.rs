use aes::Aes256;
use ctr::Ctr128BE;
use ctr::cipher::KeyIvInit;
use ctr::cipher::StreamCipher;

/// Encrypts, or decrypts, with AES-256 in counter mode.
fn aes_ctr(input: Input, output: &Output, key: &str, iv: &str) -> Result {
    let (key, iv) = (hex::<32>(key)?, hex::<16>(iv)?);
    let mut cipher = Ctr128BE::<Aes256>::new(&key.into(), &iv.into());
    for mut chunk in input {
        cipher.apply_keystream(&mut chunk);
        output.give(chunk);
    }
    Ok(())
}
