//! What a text asks the subject for.

/// What is to be done.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Asked<'a> {
    /// To close with this code and reason.
    Close(u16, &'a str),
    /// To do what every socket of the server does when it stops.
    Stop,
    /// To end the TCP connection without a word.
    Cut,
    /// To read nothing any more, and to ping often: no pong will be heard.
    Deaf,
    /// To ping once.
    Ping,
    /// To read nothing for so long, milliseconds.
    Wait(u64),
    /// Nothing: it is sent back.
    Echo,
}

/// The longest wait, milliseconds.
const MAX_WAIT: u64 = 5_000;

impl<'a> Asked<'a> {
    /// Anything that is no request is to be sent back.
    pub(super) fn of(text: &'a str) -> Self {
        let (word, rest) = text.split_once(' ').unwrap_or((text, ""));
        match (word, rest) {
            ("stop", "") => Self::Stop,
            ("cut", "") => Self::Cut,
            ("deaf", "") => Self::Deaf,
            ("ping", "") => Self::Ping,
            ("wait", ms) => match ms.parse() {
                Ok(ms @ ..=MAX_WAIT) => Self::Wait(ms),
                Ok(_) | Err(_) => Self::Echo,
            },
            ("close", rest) => {
                let (code, reason) = rest.split_once(' ').unwrap_or((rest, ""));
                match code.parse() {
                    Ok(code) => Self::Close(code, reason),
                    Err(_) => Self::Echo,
                }
            }
            _ => Self::Echo,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Asked;

    #[test]
    fn requests_are_told_from_what_is_sent_back() {
        let check = |text, asked| assert_eq!(Asked::of(text), asked, "{text}");
        check(
            "close 4000 out to lunch",
            Asked::Close(4000, "out to lunch"),
        );
        check("close 1005", Asked::Close(1005, ""));
        check("wait 2000", Asked::Wait(2000));
        check("stop", Asked::Stop);
        check("cut", Asked::Cut);
        check("deaf", Asked::Deaf);
        check("ping", Asked::Ping);
        for text in [
            "",
            "close",
            "close x",
            "close 65536",
            "wait 5001",
            "wait",
            "stop now",
            "hello",
        ] {
            check(text, Asked::Echo);
        }
    }
}
