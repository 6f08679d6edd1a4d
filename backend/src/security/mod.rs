//! Who may talk to the server, and what a browser may do with what it gets.

use std::fmt::Write as _;

/// 128 random bits as lower-case hex, for secrets that name something.
///
/// # Panics
/// When the system has no randomness to give: nothing could be secret then.
pub fn random_token() -> String {
    let mut bytes = [0_u8; 16];
    #[expect(
        clippy::expect_used,
        reason = "without randomness no secret can be made"
    )]
    getrandom::fill(&mut bytes).expect("the system gives random bytes");
    bytes
        .iter()
        .fold(String::with_capacity(32), |mut token, byte| {
            // Writing to a String does not fail.
            let _ = write!(token, "{byte:02x}");
            token
        })
}
