//! What a text consists of: words, addresses, names.

/// A piece of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part<'a> {
    /// As it is.
    Text(&'a str),
    /// An address that may be opened: it begins with `http://` or `https://`, and nothing else
    /// ever does.
    Link(&'a str),
    /// `@` and the name of somebody.
    Mention(&'a str),
}

/// The pieces of a text, all of it in its order. `names` are those that may be mentioned.
#[must_use]
pub fn parts<'a>(text: &'a str, names: &[String]) -> Vec<Part<'a>> {
    let mut parts = Vec::new();
    let (mut plain, mut at) = (0, 0);
    let mut before = ' ';
    while let Some(letter) = text[at..].chars().next() {
        let rest = &text[at..];
        let found = match letter {
            _ if before.is_alphanumeric() => None,
            'h' | 'H' => link(rest).map(Part::Link),
            '@' => mention(rest, names).map(Part::Mention),
            _ => None,
        };
        let Some(part) = found else {
            before = letter;
            at += letter.len_utf8();
            continue;
        };
        if plain < at {
            parts.push(Part::Text(&text[plain..at]));
        }
        let (Part::Text(piece) | Part::Link(piece) | Part::Mention(piece)) = part;
        before = piece.chars().next_back().unwrap_or(' ');
        at += piece.len();
        plain = at;
        parts.push(part);
    }
    if plain < text.len() {
        parts.push(Part::Text(&text[plain..]));
    }
    parts
}

/// The address that a text begins with, without the punctuation of the sentence around it.
fn link(text: &str) -> Option<&str> {
    let scheme = ["http://", "https://"].into_iter().find(|scheme| {
        let begin = text.get(..scheme.len());
        begin.is_some_and(|begin| begin.eq_ignore_ascii_case(scheme))
    })?;
    let host = text[scheme.len()..].chars().next()?;
    if !(host.is_alphanumeric() || host == '[') {
        return None;
    }
    let end = text.find(ends_address).unwrap_or(text.len());
    let mut address = &text[..end];
    while let Some(last) = address.chars().next_back() {
        let loose = match last {
            ')' => address.matches('(').count() < address.matches(')').count(),
            ']' => address.matches('[').count() < address.matches(']').count(),
            _ => ".,;:!?'*_~}…»”’".contains(last),
        };
        if !loose {
            break;
        }
        address = &address[..address.len() - last.len_utf8()];
    }
    (address.len() > scheme.len()).then_some(address)
}

/// What no address has in it: white space, what would end an attribute, and what makes a text look
/// other than it is.
fn ends_address(letter: char) -> bool {
    let unseen = matches!(letter, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    letter.is_whitespace() || letter.is_control() || "<>\"`\\".contains(letter) || unseen
}

/// `@` and the longest of the names that follows it, whatever its capitals.
fn mention<'a>(text: &'a str, names: &[String]) -> Option<&'a str> {
    let rest = &text[1..];
    let fits = |name: &&String| {
        let (Some(here), Some(after)) = (rest.get(..name.len()), rest.get(name.len()..)) else {
            return false;
        };
        let apart = !after.chars().next().is_some_and(char::is_alphanumeric);
        !name.is_empty() && apart && here.eq_ignore_ascii_case(name)
    };
    let longest = names.iter().filter(fits).map(String::len).max()?;
    Some(&text[..=longest])
}

/// Whether a text takes so much room that it is folded.
#[must_use]
pub fn is_long(text: &str) -> bool {
    text.len() > FOLDED_BYTES || text.matches('\n').count() >= FOLDED_LINES
}

/// A text that is longer is folded.
const FOLDED_BYTES: usize = 900;

/// A text of more lines is folded.
const FOLDED_LINES: usize = 12;

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &[Part<'_>]) {
        let names = ["Ada", "ada 2", "Zoë"].map(str::to_owned);
        assert_eq!(parts(text, &names), expect, "{text}");
    }

    #[test]
    fn an_address_is_a_link_without_the_sentence_around_it() {
        use Part::{Link, Text};
        for (text, link, after) in [
            (
                "https://example.org/a?b=c#d",
                "https://example.org/a?b=c#d",
                "",
            ),
            ("HTTP://example.org.", "HTTP://example.org", "."),
            ("http://a.example/x), b", "http://a.example/x", "), b"),
            ("https://a.example/x_(y)!", "https://a.example/x_(y)", "!"),
            ("https://[::1]:80/ ", "https://[::1]:80/", " "),
            (
                "https://a.example/\u{202e}gpj",
                "https://a.example/",
                "\u{202e}gpj",
            ),
            (
                "https://a.example\"onclick=x",
                "https://a.example",
                "\"onclick=x",
            ),
            ("https://a.example<b>", "https://a.example", "<b>"),
        ] {
            let mut expect = vec![Text("see "), Link(link)];
            expect.extend((!after.is_empty()).then_some(Text(after)));
            check(&["see ", text].concat(), &expect);
        }
    }

    #[test]
    fn what_is_no_web_address_is_text() {
        for text in [
            "javascript:alert(1)",
            "data:text/html,x",
            "xhttp://a.example",
            "http://",
            "https://.",
            "https:/a",
            "http",
            "file:///etc",
            "<script>alert(1)</script>",
            "",
        ] {
            let expect = [Part::Text(text)];
            check(text, if text.is_empty() { &[] } else { &expect });
        }
    }

    #[test]
    fn the_longest_name_that_is_known_is_mentioned() {
        use Part::{Mention, Text};
        check("hi @ada!", &[Text("hi "), Mention("@ada"), Text("!")]);
        check(
            "@Ada 2, @Zoë",
            &[Mention("@Ada 2"), Text(", "), Mention("@Zoë")],
        );
        check("a@ada @adam @bob @", &[Text("a@ada @adam @bob @")]);
        check("@Ada@Ada", &[Mention("@Ada"), Text("@Ada")]);
    }

    #[test]
    fn a_long_text_is_folded() {
        assert!(!is_long("one\ntwo"));
        assert!(is_long(&"a".repeat(901)));
        assert!(is_long(&"a\n".repeat(12)));
    }
}
