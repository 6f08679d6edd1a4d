//! The words of one line of a scenario.

use super::ScenarioProblem;

/// A word of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Word<'a> {
    /// As it stands.
    Plain(&'a str),
    /// What stood in quotes, with its escapes undone.
    Quoted(Vec<u8>),
}

/// The words of a line, up to its comment.
pub(super) fn words(line: &str) -> Result<Vec<Word<'_>>, ScenarioProblem> {
    let mut words = Vec::new();
    let mut rest = line.trim_start();
    while !rest.is_empty() && !rest.starts_with('#') {
        if let Some(quoted) = rest.strip_prefix('"') {
            let (bytes, after) = unquote(quoted)?;
            words.push(Word::Quoted(bytes));
            rest = after.trim_start();
            continue;
        }
        let end = rest
            .find(|letter: char| letter.is_whitespace() || letter == '"')
            .unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        words.push(Word::Plain(word));
        rest = after.trim_start();
    }
    Ok(words)
}

/// What stands before the closing quote, and what comes after it.
fn unquote(text: &str) -> Result<(Vec<u8>, &str), ScenarioProblem> {
    let mut bytes = Vec::new();
    let mut letters = text.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return Ok((bytes, &text[at + 1..])),
            '\\' => {
                let (_, escaped) = letters.next().ok_or(ScenarioProblem::Quote)?;
                bytes.push(match escaped {
                    'n' => b'\n',
                    'r' => b'\r',
                    't' => b'\t',
                    '"' | '\\' => escaped as u8,
                    'x' => {
                        let mut digit = || letters.next().and_then(|(_, digit)| digit.to_digit(16));
                        match (digit(), digit()) {
                            (Some(high), Some(low)) => (high << 4 | low) as u8,
                            _ => return Err(ScenarioProblem::Escape),
                        }
                    }
                    _ => return Err(ScenarioProblem::Escape),
                });
            }
            letter => bytes.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    Err(ScenarioProblem::Quote)
}

/// Bytes of hex words.
pub(super) fn hex(words: &[Word<'_>]) -> Result<Vec<u8>, ScenarioProblem> {
    let mut bytes = Vec::new();
    for word in words {
        let Word::Plain(word) = word else {
            return Err(ScenarioProblem::Hex {
                word: "\"".to_owned(),
            });
        };
        let wrong = || ScenarioProblem::Hex {
            word: (*word).to_owned(),
        };
        let (pairs, []) = word.as_bytes().as_chunks::<2>() else {
            return Err(wrong());
        };
        for &[high, low] in pairs {
            let digit = |letter: u8| char::from(letter).to_digit(16).ok_or_else(wrong);
            bytes.push((digit(high)? << 4 | digit(low)?) as u8);
        }
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::{Word, hex, words};
    use crate::workbench::ScenarioProblem;

    #[test]
    fn a_line_is_cut_into_words_up_to_its_comment() {
        let cut = words(r#"  text more "a \"b\" # é\xFF"  len=1 # "the rest"#).unwrap();
        let quoted = Word::Quoted("a \"b\" # é".bytes().chain([0xFF]).collect());
        let expected = [
            Word::Plain("text"),
            Word::Plain("more"),
            quoted,
            Word::Plain("len=1"),
        ];
        assert_eq!(cut, expected);
        assert_eq!(words(" # nothing").unwrap(), []);
    }

    #[test]
    fn wrong_quotes_and_wrong_hex_are_named() {
        assert_eq!(words(r#""abc"#), Err(ScenarioProblem::Quote));
        assert_eq!(words(r#""\"#), Err(ScenarioProblem::Quote));
        for wrong in [r#""\q""#, r#""\xG0""#, r#""\x0""#] {
            assert_eq!(words(wrong), Err(ScenarioProblem::Escape), "{wrong}");
        }
        assert_eq!(
            hex(&[Word::Plain("00"), Word::Plain("ff7E")]).unwrap(),
            [0, 0xFF, 0x7E]
        );
        for wrong in ["0", "0g", "é0"] {
            assert!(hex(&[Word::Plain(wrong)]).is_err(), "{wrong}");
        }
    }
}
