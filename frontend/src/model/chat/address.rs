//! The address that opens a chat connection.

use std::fmt::Write;

/// `/ws/chat/den?name=ann&after=41&token=…&watch=…`.
#[must_use]
pub fn connection_address(
    room: &str,
    name: &str,
    after: u64,
    token: Option<&str>,
    watch: Option<&str>,
) -> String {
    let mut address = format!(
        "/ws/chat/{}?name={}&after={after}",
        encode(room),
        encode(name)
    );
    for (key, value) in [("token", token), ("watch", watch)] {
        if let Some(value) = value {
            // Writing into a String cannot fail.
            let _ = write!(address, "&{key}={}", encode(value));
        }
    }
    address
}

/// Text as one part of an address: all but letters, digits and `-._~` as `%XX` (RFC 3986 §2.1).
#[must_use]
pub fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing into a String cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}
