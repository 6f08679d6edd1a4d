//! The format that `seal` writes and `open` reads: AES-256-GCM in authenticated segments.
//!
//! ```text
//! bytes   what
//! 4       "SPW1"
//! 32      salt: random, another one for each text
//! 65552   segment 0: 65536 bytes of the text, encrypted, and its tag of 16 bytes
//! 65552   segment 1 …
//! 16 …    the last segment: 0 to 65536 bytes of the text and its tag
//! ```
//!
//! HKDF-SHA256 makes of the key and the salt (with the info `spillway seal 1`) the 32 bytes of the
//! key of this text and the 7 bytes its nonces begin with. A nonce goes on with the number of its
//! segment (32 bits, big endian) and a byte that is 1 for the last segment and else 0. This is the
//! STREAM construction of Hoang, Reyhanitabar, Rogaway and Vizár, as the crate `aead-stream` has
//! it: a segment that was changed, moved, left out or added, or an end that is missing, does not
//! pass the check of its tag, and no byte of a segment is given out before it has passed.

use aead_stream::{Decryptor, Encryptor, NewStream, StreamBE32};
use aes_gcm::Aes256Gcm;
use hkdf::Hkdf;
use sha2::Sha256;

use super::StageError;

/// What sealed data begins with: the format and its version.
pub(super) const MAGIC: [u8; 4] = *b"SPW1";

/// Bytes of salt.
pub(super) const SALT: usize = 32;

/// Bytes before the first segment.
pub(super) const HEADER: usize = MAGIC.len() + SALT;

/// Bytes of text in a segment.
pub(crate) const SEGMENT: usize = 64 * 1024;

/// Bytes of a segment's tag.
pub(super) const TAG: usize = 16;

/// The key as its owner gives it.
pub(super) type Key = [u8; 32];

/// Encrypts the segments of one text, in order.
pub(super) fn encryptor(
    key: &Key,
    salt: &[u8],
) -> Result<Encryptor<Aes256Gcm, StreamBE32<Aes256Gcm>>, StageError> {
    Ok(Encryptor::from_stream_primitive(stream(key, salt)?))
}

/// Decrypts them.
pub(super) fn decryptor(
    key: &Key,
    salt: &[u8],
) -> Result<Decryptor<Aes256Gcm, StreamBE32<Aes256Gcm>>, StageError> {
    Ok(Decryptor::from_stream_primitive(stream(key, salt)?))
}

fn stream(key: &Key, salt: &[u8]) -> Result<StreamBE32<Aes256Gcm>, StageError> {
    let mut derived = [0; 32 + 7];
    let expanded = Hkdf::<Sha256>::new(Some(salt), key).expand(b"spillway seal 1", &mut derived);
    expanded.map_err(|error| StageError::Data(error.to_string()))?;
    let mut text_key = [0; 32];
    let mut nonce = [0; 7];
    text_key.copy_from_slice(&derived[..32]);
    nonce.copy_from_slice(&derived[32..]);
    Ok(StreamBE32::new(&text_key.into(), &nonce.into()))
}
