//! What the echo page asks for, and whether a browser can do it.

/// What may be offered in a handshake.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subprotocol {
    /// None.
    None,
    /// The one that the server speaks.
    Echo,
    /// One that it does not speak: the browser then fails the connection.
    Unknown,
}

impl Subprotocol {
    /// All of them, in the order of the page.
    pub const ALL: [Self; 3] = [Self::None, Self::Echo, Self::Unknown];

    /// What is offered; `None`: nothing.
    #[must_use]
    pub const fn offered(self) -> Option<&'static str> {
        match self {
            Self::None => None,
            Self::Echo => Some("echo"),
            Self::Unknown => Some("unheard-of"),
        }
    }

    /// As it is chosen.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Echo => "echo",
            Self::Unknown => "unheard-of, which the server does not speak",
        }
    }
}

/// Path and query of the connection.
#[must_use]
pub fn address(compressed: bool, watch: Option<&str>) -> String {
    let mut address = "/ws/echo".to_owned();
    let mut mark = '?';
    let off = (!compressed).then_some("deflate=off");
    let watch = watch.map(|token| ["watch=", token].concat());
    for part in off.iter().copied().chain(watch.as_deref()) {
        address.push(mark);
        address.push_str(part);
        mark = '&';
    }
    address
}

/// Bytes of a size: noise, which no compressor makes smaller, or one letter again and again.
#[must_use]
pub fn payload(size: usize, noise: bool) -> Vec<u8> {
    if !noise {
        return vec![b'a'; size];
    }
    let mut state = 0x2545_F491_u32;
    let next = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state.to_le_bytes()[0]
    };
    std::iter::repeat_with(next).take(size).collect()
}

/// A size that somebody typed.
///
/// # Errors
/// What is wrong with it, and what is allowed.
pub fn size_of(typed: &str) -> Result<usize, String> {
    let size = typed.trim().replace([' ', '_', '\u{a0}'], "").parse();
    size.ok()
        .filter(|size| *size <= MAX_SIZE)
        .ok_or_else(|| "A size is a whole number from 0 to 16777216 (16 MiB).".to_owned())
}

/// A close code and reason that somebody typed; no code is no code.
///
/// # Errors
/// What is wrong with them, and what a browser allows.
pub fn close_of(code: &str, reason: &str) -> Result<Option<u16>, String> {
    if reason.len() > MAX_REASON {
        let len = reason.len();
        return Err(format!(
            "The reason has {len} bytes; a Close frame has room for 123."
        ));
    }
    let code = code.trim();
    if code.is_empty() {
        return if reason.is_empty() {
            Ok(None)
        } else {
            Err("A reason needs a code before it.".to_owned())
        };
    }
    match code.parse() {
        Ok(code @ (1000 | 3000..=4999)) => Ok(Some(code)),
        _ => Err(
            "A browser may close with 1000 or with 3000 to 4999; all other codes are for others."
                .to_owned(),
        ),
    }
}

/// Largest message that the server takes, bytes.
const MAX_SIZE: usize = 16 << 20;

/// Bytes of a reason that fit beside the code into a Close frame.
const MAX_REASON: usize = 123;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_what_was_chosen() {
        assert_eq!(address(true, None), "/ws/echo");
        assert_eq!(address(true, Some("t")), "/ws/echo?watch=t");
        assert_eq!(address(false, Some("t")), "/ws/echo?deflate=off&watch=t");
    }

    #[test]
    fn a_size_is_bounded() {
        assert_eq!(size_of("65 536"), Ok(65_536));
        assert_eq!(size_of("0"), Ok(0));
        for wrong in ["", "-1", "many", "16777217"] {
            assert!(size_of(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_browser_closes_with_few_codes_and_a_short_reason() {
        assert_eq!(close_of("", ""), Ok(None));
        assert_eq!(close_of("1000", "done"), Ok(Some(1000)));
        assert_eq!(close_of("4999", ""), Ok(Some(4999)));
        for (code, reason) in [("1001", ""), ("2999", ""), ("x", ""), ("", "why")] {
            assert!(close_of(code, reason).is_err(), "{code} {reason}");
        }
        assert!(close_of("1000", &"ü".repeat(62)).is_err());
    }

    #[test]
    fn noise_differs_and_letters_do_not() {
        assert_eq!(payload(3, false), b"aaa");
        let noise = payload(1_000, true);
        assert_eq!(noise.len(), 1_000);
        assert!((0..=255).all(|byte| noise.iter().filter(|it| **it == byte).count() < 30));
    }
}
