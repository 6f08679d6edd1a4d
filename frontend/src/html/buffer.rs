//! What a buffer holds, and a chunk of it as text and in hex.

use spillway_protocol::control::QueuedChunk;

use super::escape;
use crate::words::number::exact;

/// The chunks of a buffer, oldest first; each is a button that is told by `data-chunk`.
///
/// Test ids: `buffer-count` (with `data-count`: those that wait), `in-hand` and `chunk` (both with
/// `data-bytes`), `buffer-more` (with `data-count`).
#[must_use]
pub fn queue(in_hand: Option<u64>, chunks: &[QueuedChunk], more: u64) -> String {
    let waiting = chunks.len() as u64 + more;
    let mut html = format!(
        "<p data-testid=\"buffer-count\" data-count=\"{waiting}\">{}</p>",
        count(waiting)
    );
    if let Some(bytes) = in_hand {
        html.push_str(&format!(
            "<p class=\"muted\" data-testid=\"in-hand\" data-bytes=\"{bytes}\">{} bytes are in the \
             hands of the implementation, which has not taken them yet</p>",
            exact(bytes)
        ));
    }
    html.push_str("<ol class=\"chunks\">");
    for QueuedChunk { at, bytes } in chunks {
        html.push_str(&format!(
            "<li><button class=\"btn small mono\" data-chunk=\"{at}\" data-testid=\"chunk\" \
             data-bytes=\"{bytes}\">{} bytes</button> <span class=\"muted\">from byte {}</span></li>",
            exact(*bytes),
            exact(*at)
        ));
    }
    html.push_str("</ol>");
    if more > 0 {
        html.push_str(&format!(
            "<p class=\"muted\" data-testid=\"buffer-more\" data-count=\"{more}\">and {} more \
             behind these</p>",
            exact(more)
        ));
    }
    html
}

fn count(waiting: u64) -> String {
    match waiting {
        0 => "No chunk waits.".to_owned(),
        1 => "1 chunk waits.".to_owned(),
        _ => format!("{} chunks wait.", exact(waiting)),
    }
}

/// The first bytes of a chunk of `bytes` that waits, as text and in hex.
///
/// Test ids: those of [`bytes`].
#[must_use]
pub fn chunk(at: u64, bytes: u64, first: &[u8]) -> String {
    sized(&format!(", from byte {} on", exact(at)), bytes, first)
}

/// The first bytes of what was read.
///
/// Test ids: `chunk-size` (with `data-bytes`), `chunk-text`, `chunk-hex`.
#[must_use]
pub fn bytes(bytes: u64, first: &[u8]) -> String {
    sized("", bytes, first)
}

fn sized(place: &str, bytes: u64, first: &[u8]) -> String {
    let shown = first.len() as u64;
    let part = if shown < bytes {
        format!("; the first {} are shown", exact(shown))
    } else {
        String::new()
    };
    format!(
        "<p data-testid=\"chunk-size\" data-bytes=\"{bytes}\">{} bytes{place}{part}.</p>\
         <h3>As text</h3><pre tabindex=\"0\" data-testid=\"chunk-text\">{}</pre>\
         <h3>In hex</h3><pre tabindex=\"0\" data-testid=\"chunk-hex\">{}</pre>",
        exact(bytes),
        escape(&text(first)),
        escape(&hex(first))
    )
}

/// As UTF-8; what is none, and what cannot be seen, is shown by a sign.
fn text(bytes: &[u8]) -> String {
    let shown = |letter: char| match letter {
        '\n' | '\t' => letter,
        letter if letter.is_control() => '·',
        letter => letter,
    };
    String::from_utf8_lossy(bytes).chars().map(shown).collect()
}

/// Sixteen bytes a line, as `hexdump -C` has them.
fn hex(bytes: &[u8]) -> String {
    let mut lines = String::with_capacity(bytes.len() * 5);
    for (at, line) in bytes.chunks(LINE).enumerate() {
        number(&mut lines, at * LINE, 4);
        lines.push_str("  ");
        for place in 0..LINE {
            match line.get(place) {
                Some(byte) => number(&mut lines, usize::from(*byte), 2),
                None => lines.push_str("  "),
            }
            lines.push(' ');
        }
        lines.push(' ');
        let seen = |byte: &u8| match byte {
            b' '..=b'~' => char::from(*byte),
            _ => '.',
        };
        lines.extend(line.iter().map(seen));
        lines.push('\n');
    }
    lines
}

/// The last `digits` of a number in hex.
fn number(text: &mut String, number: usize, digits: u32) {
    for place in (0..digits).rev() {
        let digit = (number >> (4 * place)) & 15;
        text.push(char::from(DIGITS[digit]));
    }
}

const LINE: usize = 16;
const DIGITS: &[u8; 16] = b"0123456789abcdef";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::number::NARROW;

    #[test]
    fn hex_stands_beside_what_can_be_seen() {
        let line = hex(b"city,\n\xff0123456789");
        assert_eq!(
            line,
            "0000  63 69 74 79 2c 0a ff 30 31 32 33 34 35 36 37 38  city,..012345678\n\
             0010  39                                               9\n"
        );
    }

    #[test]
    fn text_shows_signs_for_what_is_none_and_no_markup() {
        assert_eq!(text(b"a\0b\xff\n"), "a·b\u{fffd}\n");
        assert!(chunk(0, 3, b"<b>").contains("&lt;b&gt;"));
    }

    #[test]
    fn a_long_chunk_says_how_much_of_it_is_shown() {
        let html = chunk(7, 65_536, &[b'x'; 4_096]).replace(NARROW, " ");
        assert!(html.contains("65 536 bytes, from byte 7 on; the first 4 096 are shown."));
    }

    #[test]
    fn a_queue_lists_what_waits_and_what_is_in_hand() {
        let chunks = [QueuedChunk { at: 5, bytes: 3 }];
        let html = queue(Some(5), &chunks, 0);
        assert!(
            html.contains("1 chunk waits.") && html.contains("data-chunk=\"5\""),
            "{html}"
        );
        assert!(
            html.contains("data-testid=\"in-hand\" data-bytes=\"5\""),
            "{html}"
        );
        assert!(queue(None, &[], 0).contains("No chunk waits."));
        let many = queue(None, &chunks, 2_000).replace(NARROW, " ");
        assert!(
            many.contains("2 001 chunks wait.") && many.contains("and 2 000 more"),
            "{many}"
        );
    }
}
