//! The form of the handshake, and the request that it makes.

use spillway_websocket::HandshakeDraft;

use super::form::{area, check, input};
use crate::html::escape;
use crate::model::workbench::{HEADERS, HeadForm};

/// The form of the handshake: a field for each part of the first line and each header, each of which may be left out.
#[must_use]
pub(super) fn form(form: &HeadForm) -> String {
    let first: String = ["method", "path", "version"]
        .iter()
        .zip(&form.first)
        .map(|(name, value)| input(name, name, value, "text"))
        .collect();
    let headers: String = HEADERS
        .iter()
        .zip(&form.headers)
        .map(|(header, (sent, value))| {
            [
                "<div class=\"header-field\">",
                &check(header.name, *sent),
                "<input name=\"value-",
                header.name,
                "\" aria-label=\"",
                header.name,
                ", value\" value=\"",
                &escape(value),
                "\" placeholder=\"",
                header.instead,
                "\" autocomplete=\"off\" spellcheck=\"false\" data-testid=\"field-value-",
                header.name,
                "\"></div>",
            ]
            .concat()
        })
        .collect();
    [
        "<fieldset class=\"bits-set first-line\"><legend>First line (only /ws/echo is served here)</legend>",
        &first,
        "</fieldset><fieldset class=\"bits-set\"><legend>Headers: what is not ticked is left out</legend>",
        &headers,
        &area("more", "More headers, Name: value in each line", &form.more, "2"),
        "</fieldset><fieldset class=\"bits-set\"><legend>End</legend>",
        &input("cut", "only the first … bytes are sent", &form.cut, "numeric"),
        "</fieldset>",
    ]
    .concat()
}

/// The request as it will cross; what only the sender knows is named.
#[must_use]
pub fn request(handshake: &HandshakeDraft) -> String {
    const HOST: &str = "127.0.0.1:3000";
    let whole = HandshakeDraft {
        cut: None,
        ..handshake.clone()
    };
    let whole = whole.encode(HOST, "/ws/echo", [0; 16]);
    let line = |line: &str| {
        let known = [
            ("Host: ", HOST, "this server’s address"),
            (
                "Sec-WebSocket-Key: ",
                "AAAAAAAAAAAAAAAAAAAAAA==",
                "16 random bytes in Base64",
            ),
        ];
        let said = known
            .iter()
            .find(|(name, value, _)| line.strip_prefix(name) == Some(*value));
        match said {
            Some((name, _, says)) => [*name, "<var>", says, "</var>"].concat(),
            None => escape(line),
        }
    };
    let lines: Vec<String> = String::from_utf8_lossy(&whole).lines().map(line).collect();
    let cut = match handshake.cut {
        Some(cut) => [
            "<p class=\"muted\">Of this the first ",
            &crate::words::number::exact(u64::from(cut)),
            " bytes are sent, and nothing after them.</p>",
        ]
        .concat(),
        None => String::new(),
    };
    [
        "<pre class=\"request\" data-testid=\"request\">",
        &lines.join("\n"),
        "</pre>",
        &cut,
    ]
    .concat()
}
