//! What is said of a connection's end, from both sides.

use spillway_protocol::control::Direction;
use spillway_websocket::CloseCode;

use crate::model::closing::{CloseSeen, Ending, What};

use super::number::{duration, size};

/// The server's side; `None` while it goes on.
#[must_use]
pub fn server_side(ending: &Ending) -> Option<String> {
    if let Some(status) = ending.refused {
        return Some(
            [
                "The server refused the handshake with ",
                &status.to_string(),
                ": there never was a WebSocket.",
            ]
            .concat(),
        );
    }
    let by = |close: &CloseSeen| match close.direction {
        Direction::ToServer => "the browser",
        Direction::ToClient => "the server",
    };
    Some(match &ending.closes[..] {
        [] if ending.gone => "The TCP connection ended without a Close frame.".to_owned(),
        [] => return None,
        [only] => {
            let end = if ending.gone {
                ", and nobody answered that."
            } else {
                "."
            };
            ["Closed by ", by(only), " with ", &code(only), end].concat()
        }
        [first, second, ..] if first.code == second.code => [
            "Closed by ",
            by(first),
            " with ",
            &code(first),
            "; ",
            by(second),
            " answered with the same code.",
        ]
        .concat(),
        [first, second, ..] => [
            "Both closed: ",
            by(first),
            " with ",
            &code(first),
            ", ",
            by(second),
            " with ",
            &code(second),
            ". Each frame was sent before the other one was read, and is the answer to it.",
        ]
        .concat(),
    })
}

fn code(close: &CloseSeen) -> String {
    let Some(code) = close.code else {
        return "no code".to_owned();
    };
    let said = if close.reason.is_empty() {
        String::new()
    } else {
        [" “", &close.reason, "”"].concat()
    };
    [&code.0.to_string(), " ", code.name(), &said].concat()
}

/// The browser's side; `None` while it goes on.
#[must_use]
pub fn browser_side(ending: &Ending) -> Option<String> {
    let (number, reason, clean) = ending.told.as_ref()?;
    let known = CloseCode(*number);
    let said = if reason.is_empty() {
        "no reason".to_owned()
    } else {
        ["reason “", reason, "”"].concat()
    };
    let clean = if *clean {
        "wasClean true"
    } else {
        "wasClean false"
    };
    Some(
        [
            "close event: ",
            &number.to_string(),
            " ",
            known.name(),
            ", ",
            &said,
            ", ",
            clean,
            ": ",
            known.meaning(),
            ".",
        ]
        .concat(),
    )
}

/// What happened in the browser: its name and what it says.
#[must_use]
pub fn event(what: &What) -> (&'static str, String) {
    match what {
        What::Made => ("new WebSocket()", String::new()),
        What::Sent(text) => ("send()", text.clone()),
        What::Closing(call) => ("close()", call.clone()),
        What::Threw(error) => ("threw", error.clone()),
        What::Open => ("open", String::new()),
        What::Message(text) => ("message", text.clone()),
        What::Error => ("error", "it never says why".to_owned()),
        What::Close {
            code,
            reason,
            clean,
        } => {
            let clean = if *clean { "true" } else { "false" };
            (
                "close",
                [
                    "code ",
                    &code.to_string(),
                    ", reason “",
                    reason,
                    "”, wasClean ",
                    clean,
                ]
                .concat(),
            )
        }
        What::Buffered(bytes) => ("bufferedAmount", size(*bytes)),
    }
}

/// How sure the order of the lines is.
#[must_use]
pub fn clock(give_or_take_us: Option<i64>) -> Option<String> {
    let us = u64::try_from(give_or_take_us?).ok()?;
    Some(
        [
            "The two clocks are laid over each other by what must come before what: ± ",
            &duration(us),
            ".",
        ]
        .concat(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(direction: Direction, code: u16, reason: &str) -> CloseSeen {
        CloseSeen {
            direction,
            code: Some(CloseCode(code)),
            reason: reason.to_owned(),
        }
    }

    #[test]
    fn both_sides_are_told() {
        let stop = Ending {
            closes: vec![
                seen(Direction::ToClient, 1001, "the server is stopping"),
                seen(Direction::ToServer, 1001, ""),
            ],
            gone: true,
            told: Some((1001, "the server is stopping".to_owned(), true)),
            ..Ending::default()
        };
        assert_eq!(
            server_side(&stop).unwrap(),
            "Closed by the server with 1001 going away “the server is stopping”; the browser answered with the same code."
        );
        assert!(browser_side(&stop).unwrap().starts_with(
            "close event: 1001 going away, reason “the server is stopping”, wasClean true"
        ));
        let cut = Ending {
            gone: true,
            told: Some((1006, String::new(), false)),
            ..Ending::default()
        };
        assert!(server_side(&cut).unwrap().contains("without a Close frame"));
        assert!(
            browser_side(&cut)
                .unwrap()
                .contains("1006 abnormal closure, no reason, wasClean false")
        );
        let both = Ending {
            closes: vec![
                seen(Direction::ToClient, 4001, ""),
                seen(Direction::ToServer, 4000, ""),
            ],
            ..Ending::default()
        };
        assert!(
            server_side(&both)
                .unwrap()
                .starts_with("Both closed: the server with 4001")
        );
        let refused = Ending {
            refused: Some(403),
            gone: true,
            ..Ending::default()
        };
        assert!(server_side(&refused).unwrap().contains("403"));
        assert_eq!(server_side(&Ending::default()), None);
        assert_eq!(browser_side(&Ending::default()), None);
    }
}
