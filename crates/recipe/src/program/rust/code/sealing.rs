use aead_stream::NewStream;
use aead_stream::StreamBE32;
use aes_gcm::Aes256Gcm;
use hkdf::Hkdf;
use sha2::Sha256;

const MAGIC: [u8; 4] = *b"SPW1";
const SALT: usize = 32;
const SEGMENT: usize = 64 * 1024;

/// The key and the nonces of one text, made from the owner's key and a salt.
fn segments(key: &str, salt: &[u8]) -> Result<StreamBE32<Aes256Gcm>> {
    let mut derived = [0; 32 + 7];
    let made = Hkdf::<Sha256>::new(Some(salt), &hex::<32>(key)?);
    let made = made.expand(b"spillway seal 1", &mut derived);
    made.map_err(|error| error.to_string())?;
    let (mut key, mut nonce) = ([0; 32], [0; 7]);
    key.copy_from_slice(&derived[..32]);
    nonce.copy_from_slice(&derived[32..]);
    Ok(StreamBE32::new(&key.into(), &nonce.into()))
}
