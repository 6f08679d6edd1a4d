//! The accept key, step by step.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use sha1::{Digest, Sha1};

/// How a server proves that it read the key and speaks WebSocket: key, then GUID, then SHA-1, then Base64
/// (RFC 6455 §4.2.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AcceptKey {
    /// `Sec-WebSocket-Key` as the client sent it, without the spaces around it.
    pub key: String,
    /// Step 1: the key with the [`GUID`] behind it.
    pub concatenated: String,
    /// Step 2: the SHA-1 of that.
    pub sha1: [u8; 20],
    /// Step 3: the Base64 of that, which is `Sec-WebSocket-Accept`.
    pub accept: String,
}

impl AcceptKey {
    /// Works the key out, all steps kept. The key is not checked: see [`key_is_valid`](Self::key_is_valid).
    #[must_use]
    pub fn new(key: &str) -> Self {
        let key = key.trim_matches([' ', '\t']).to_owned();
        let concatenated = format!("{key}{GUID}");
        let sha1: [u8; 20] = Sha1::digest(concatenated.as_bytes()).into();
        let accept = STANDARD.encode(sha1);
        Self {
            key,
            concatenated,
            sha1,
            accept,
        }
    }

    /// A key as the header has it, from the 16 bytes that were drawn for it.
    #[must_use]
    pub fn encode_key(bytes: [u8; 16]) -> String {
        STANDARD.encode(bytes)
    }

    /// Whether a key is what §4.2.1 asks for: Base64 of exactly 16 bytes.
    #[must_use]
    pub fn key_is_valid(key: &str) -> bool {
        LENIENT.decode(key).is_ok_and(|bytes| bytes.len() == 16)
    }
}

/// The text that RFC 6455 §1.3 puts behind every key: no other protocol would answer with it by chance.
pub const GUID: &str = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/// The RFC asks only that the key decodes to 16 bytes: the unused bits of its last letter are nobody's business.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::RequireCanonical),
);

#[cfg(test)]
mod tests {
    use super::AcceptKey;

    #[test]
    fn the_steps_are_those_of_the_rfc() {
        let steps = AcceptKey::new("dGhlIHNhbXBsZSBub25jZQ==");
        assert_eq!(
            steps.concatenated,
            "dGhlIHNhbXBsZSBub25jZQ==258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
        );
        assert_eq!(
            steps.sha1,
            [
                0xb3, 0x7a, 0x4f, 0x2c, 0xc0, 0x62, 0x4f, 0x16, 0x90, 0xf6, 0x46, 0x06, 0xcf, 0x38,
                0x59, 0x45, 0xb2, 0xbe, 0xc4, 0xea
            ]
        );
        assert_eq!(steps.accept, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    }

    #[test]
    fn a_key_is_the_base64_of_16_bytes() {
        assert!(AcceptKey::key_is_valid("dGhlIHNhbXBsZSBub25jZQ=="));
        for wrong in [
            "",
            "dGhlIHNhbXBsZSBub25jZQ",
            "dGhlIHNhbXBsZSBub25j",
            "not base64 at all!!!!!==",
        ] {
            assert!(!AcceptKey::key_is_valid(wrong), "{wrong}");
        }
    }
}
