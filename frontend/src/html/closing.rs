//! The ways a connection ends as HTML text, and one connection from both ends.
//!
//! Test ids: `way-{name}`, `line` (with `data-what`), `ending-server`, `ending-browser`.

use super::escape;
use crate::model::closing::{Clocks, Ending, Line, Side};
use crate::words::closing::{browser_side, clock, event, server_side};

/// A way to end a connection: its name, what it is called, and who can do it, and how.
const WAYS: &[(&str, &str, &str)] = &[
    (
        "client",
        "By the client",
        "The page calls close(1000, \"bye\").",
    ),
    (
        "server",
        "By the server",
        "The server sends a Close frame with 1000.",
    ),
    (
        "both",
        "By both at once",
        "The page asks the server to close with 4001 in 0.2 s, and calls close(4000) before that.",
    ),
    (
        "stop",
        "1001 going away",
        "What every socket gets when the server stops, here for this one alone: the same line of code.",
    ),
    (
        "cut",
        "1006 abnormal",
        "The server ends the TCP connection without a Close frame. No frame can carry 1006.",
    ),
    (
        "deaf",
        "1008 no pong",
        "The server reads nothing more and pings each second. The browser answers, unheard; after two pings the server gives up.",
    ),
    (
        "policy",
        "1008 policy",
        "21 messages at once; the server takes 20 a second.",
    ),
    (
        "big",
        "1009 too big",
        "A message of 1 MiB and one byte; the server takes 1 MiB, and knows from the header alone.",
    ),
    (
        "refuse",
        "Refused handshake",
        "The server answers 403. The page is told 1006, and never why.",
    ),
    (
        "hello",
        "A message",
        "Nothing ends: the page sends hello, and it comes back.",
    ),
    (
        "buffered",
        "bufferedAmount",
        "Nothing ends: the server reads nothing for 2 s, and the page sends 6 MiB meanwhile.",
    ),
];

/// The buttons.
#[must_use]
pub fn ways() -> String {
    let way = |(name, title, says): &(&str, &str, &str)| {
        [
            "<li><button data-way=\"",
            name,
            "\" data-testid=\"way-",
            name,
            "\"><b>",
            title,
            "</b><span>",
            &escape(says),
            "</span></button></li>",
        ]
        .concat()
    };
    WAYS.iter().map(way).collect()
}

/// What is said before a connection is opened.
pub const NOTHING_ENDED: &str = "<p class=\"muted\">Choose how a connection is to end, or close it yourself \
    above: a real WebSocket to this server is opened and ended so. Both ends say here what they saw of it.</p>";

/// How it ended, from both sides.
#[must_use]
pub fn ending(ending: &Ending) -> String {
    let side = |id: &str, who: &str, said: Option<String>| {
        let said = said.unwrap_or_else(|| "still open".to_owned());
        [
            "<dt>",
            who,
            "</dt><dd data-testid=\"ending-",
            id,
            "\">",
            &escape(&said),
            "</dd>",
        ]
        .concat()
    };
    [
        "<dl class=\"sides-said\">",
        &side("server", "The server", server_side(ending)),
        &side("browser", "The browser", browser_side(ending)),
        "</dl>",
    ]
    .concat()
}

/// Lines that are shown at most; older ones are left out.
const MOST: usize = 300;

/// The time axis: left the browser, right the wire.
#[must_use]
pub fn lines(lines: &[Line], clocks: Clocks) -> String {
    let first = lines.len().saturating_sub(MOST);
    let mut html = "<thead><tr><th scope=\"col\">ms</th><th scope=\"col\">in the browser</th><th scope=\"col\">on the wire</th></tr></thead><tbody>".to_owned();
    for line in lines.iter().skip(first) {
        let at = ["<td class=\"at\">", &ms(line.at_us), "</td>"].concat();
        let row = match &line.side {
            Side::Browser(what) => {
                let (name, says) = event(what);
                [
                    "<tr data-testid=\"line\" data-side=\"browser\" data-what=\"",
                    name,
                    "\">",
                    &at,
                    "<td><code>",
                    name,
                    "</code> ",
                    &escape(&says),
                    "</td><td></td></tr>",
                ]
                .concat()
            }
            Side::Wire(direction, tag, says) => {
                let arrow = match direction {
                    spillway_protocol::control::Direction::ToServer => "→",
                    spillway_protocol::control::Direction::ToClient => "←",
                };
                [
                    "<tr data-testid=\"line\" data-side=\"wire\" data-what=\"",
                    &escape(tag),
                    "\">",
                    &at,
                    "<td></td><td>",
                    arrow,
                    " <code>",
                    &escape(tag),
                    "</code> ",
                    &escape(&clipped(says)),
                    "</td></tr>",
                ]
                .concat()
            }
        };
        html.push_str(&row);
    }
    let sure = clock(clocks.give_or_take_us).unwrap_or_default();
    [
        "<table class=\"axis\"><caption>",
        &sure,
        "</caption>",
        &html,
        "</tbody></table>",
    ]
    .concat()
}

/// As much as a line of the axis has room for; the bytes are in the wire view.
fn clipped(text: &str) -> String {
    match text.char_indices().nth(44) {
        Some((end, _)) => [&text[..end], " …"].concat(),
        None => text.to_owned(),
    }
}

/// `12.3`: milliseconds to a tenth.
fn ms(at_us: i64) -> String {
    let tenths = at_us.max(0) / 100;
    [&(tenths / 10).to_string(), ".", &(tenths % 10).to_string()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::closing::What;

    #[test]
    fn what_comes_from_outside_is_no_markup() {
        let line = |what| Line {
            at_us: 12_345,
            side: Side::Browser(what),
        };
        let all = [
            line(What::Message("<b>".to_owned())),
            line(What::Close {
                code: 1000,
                reason: "<b>".to_owned(),
                clean: true,
            }),
        ];
        let clocks = Clocks {
            offset_us: 0,
            give_or_take_us: Some(250),
        };
        let html = lines(&all, clocks);
        assert!(
            !html.contains("<b>") && html.contains(">12.3<") && html.contains("250"),
            "{html}"
        );
        assert!(ending(&Ending::default()).contains("still open"));
        assert_eq!(ways().matches("<button").count(), WAYS.len());
    }
}
