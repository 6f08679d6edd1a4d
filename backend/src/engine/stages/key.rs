//! Keys as they are written: hexadecimal digits.

/// A key to begin with, for who has none.
pub(super) const EXAMPLE_KEY: &str =
    "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

/// The `N` bytes that `2 * N` hexadecimal digits spell; `what` they are, for who gets them wrong.
pub(super) fn bytes_of_hex<const N: usize>(hex: &str, what: &str) -> Result<[u8; N], String> {
    let wrong = || {
        format!(
            "{what} is {} hexadecimal digits ({N} bytes); this has {} characters",
            2 * N,
            hex.chars().count()
        )
    };
    if hex.len() != 2 * N || !hex.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return Err(wrong());
    }
    let mut bytes = [0; N];
    for (byte, digits) in bytes.iter_mut().zip(hex.as_bytes().chunks(2)) {
        let digits = std::str::from_utf8(digits).map_err(|_| wrong())?;
        *byte = u8::from_str_radix(digits, 16).map_err(|_| wrong())?;
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_of_both_cases_are_read() {
        assert_eq!(bytes_of_hex("00fFa5", "it"), Ok([0x00, 0xff, 0xa5]));
    }

    #[test]
    fn what_is_no_key_says_what_a_key_is_and_does_not_repeat_it() {
        for hex in ["", "00ff", "00ffa", "00ffgg", "+1-2+3", "żółć"] {
            let error = bytes_of_hex::<3>(hex, "the key").unwrap_err();
            assert!(error.contains("6 hexadecimal digits (3 bytes)"), "{error}");
            assert!(hex.is_empty() || !error.contains(hex), "{error}");
        }
    }
}
