//! Values of options, read and written.
//!
//! Not by serde_json: its reading and printing of fractions brings tables along, and no option of
//! a stage is a fraction.

use serde_json::{Map, Value};

use super::cursor::Cursor;
use super::{ParseError, is_word};

/// How deeply lists and objects may be nested.
const MAX_DEPTH: usize = 8;

/// What a value may be, for messages.
const ALLOWED: &str = "a whole number, true, false, null, a text in \"quotes\" or a word";

/// Reads the value that is next.
pub(super) fn read(cursor: &mut Cursor<'_>, depth: usize) -> Result<Value, ParseError> {
    if depth > MAX_DEPTH {
        return Err(cursor.wrong(&["lists and objects are nested too deeply; at most 8 levels"]));
    }
    match cursor.peek() {
        Some('"') => Ok(Value::String(read_text(cursor)?)),
        Some('[') => read_list(cursor, depth),
        Some('{') => read_object(cursor, depth),
        Some(letter) if is_word(letter) => read_word(cursor),
        _ => Err(cursor.wrong(&["expected ", ALLOWED, ", found ", &cursor.found()])),
    }
}

fn read_word(cursor: &mut Cursor<'_>) -> Result<Value, ParseError> {
    let start = *cursor;
    let word = cursor.word();
    if matches!(cursor.peek(), Some('.' | '+' | '/' | '>' | '<')) {
        let quoted = "this value has more than letters and digits: put it in \"quotes\"";
        return Err(cursor.wrong(&[quoted, "; numbers are whole"]));
    }
    if let Ok(number) = word.parse::<u64>() {
        return Ok(number.into());
    }
    if let Ok(number) = word.parse::<i64>() {
        return Ok(number.into());
    }
    match word {
        "true" => Ok(true.into()),
        "false" => Ok(false.into()),
        "null" => Ok(Value::Null),
        _ if word.starts_with(|first: char| first == '-' || first.is_ascii_digit()) => {
            Err(start.wrong(&["`", word, "` is no whole number; put a text in \"quotes\""]))
        }
        _ => Ok(word.into()),
    }
}

fn read_list(cursor: &mut Cursor<'_>, depth: usize) -> Result<Value, ParseError> {
    let mut list = Vec::new();
    cursor.next();
    cursor.skip_space();
    while !cursor.take(']') {
        if !list.is_empty() {
            comma(cursor, ']')?;
        }
        list.push(read(cursor, depth + 1)?);
        cursor.skip_space();
    }
    Ok(Value::Array(list))
}

fn read_object(cursor: &mut Cursor<'_>, depth: usize) -> Result<Value, ParseError> {
    let mut object = Map::new();
    cursor.next();
    cursor.skip_space();
    while !cursor.take('}') {
        if !object.is_empty() {
            comma(cursor, '}')?;
        }
        if cursor.peek() != Some('"') {
            return Err(cursor.wrong(&["expected a name in \"quotes\", found ", &cursor.found()]));
        }
        let key = read_text(cursor)?;
        cursor.skip_space();
        if !cursor.take(':') {
            return Err(cursor.wrong(&["expected `:`, found ", &cursor.found()]));
        }
        cursor.skip_space();
        object.insert(key, read(cursor, depth + 1)?);
        cursor.skip_space();
    }
    Ok(Value::Object(object))
}

fn comma(cursor: &mut Cursor<'_>, end: char) -> Result<(), ParseError> {
    if !cursor.take(',') {
        let end = end.to_string();
        return Err(cursor.wrong(&["expected `,` or `", &end, "`, found ", &cursor.found()]));
    }
    cursor.skip_space();
    Ok(())
}

fn read_text(cursor: &mut Cursor<'_>) -> Result<String, ParseError> {
    let start = *cursor;
    cursor.next();
    let mut text = String::new();
    loop {
        match cursor.next() {
            Some('"') => return Ok(text),
            Some('\\') => text.push(read_escape(cursor)?),
            Some(letter) => text.push(letter),
            None => return Err(start.wrong(&["this text has no closing quote on its line"])),
        }
    }
}

fn read_escape(cursor: &mut Cursor<'_>) -> Result<char, ParseError> {
    let start = *cursor;
    let wrong = || {
        start
            .wrong(&["allowed after a backslash are \" \\ / b f n r t, and u with four hex digits"])
    };
    Ok(match cursor.next() {
        Some(plain @ ('"' | '\\' | '/')) => plain,
        Some('b') => '\u{8}',
        Some('f') => '\u{c}',
        Some('n') => '\n',
        Some('r') => '\r',
        Some('t') => '\t',
        Some('u') => {
            let first = four_digits(cursor).ok_or_else(wrong)?;
            let code = if (0xd800..0xdc00).contains(&first) {
                let marked = cursor.take('\\') && cursor.take('u');
                let second = marked.then(|| four_digits(cursor)).flatten();
                let low = second.and_then(|second| second.checked_sub(0xdc00));
                0x1_0000
                    + ((first - 0xd800) << 10)
                    + low.filter(|low| *low < 0x400).ok_or_else(wrong)?
            } else {
                first
            };
            char::from_u32(code).ok_or_else(wrong)?
        }
        _ => return Err(wrong()),
    })
}

fn four_digits(cursor: &mut Cursor<'_>) -> Option<u32> {
    let mut code = 0;
    for _ in 0..4 {
        code = code * 16 + cursor.next()?.to_digit(16)?;
    }
    Some(code)
}

/// Writes a value so that [`read`] reads it.
pub(super) fn write(out: &mut String, value: &Value) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(true) => out.push_str("true"),
        Value::Bool(false) => out.push_str("false"),
        Value::Number(number) => match (number.as_u64(), number.as_i64()) {
            (Some(whole), _) => out.push_str(&whole.to_string()),
            (_, Some(whole)) => out.push_str(&whole.to_string()),
            // No option is a fraction, and no text gives one.
            (None, None) => out.push_str("null"),
        },
        Value::String(text) => write_text(out, text),
        Value::Array(list) => {
            out.push('[');
            for (at, value) in list.iter().enumerate() {
                separate(out, at);
                write(out, value);
            }
            out.push(']');
        }
        Value::Object(object) => {
            out.push('{');
            for (at, (key, value)) in object.iter().enumerate() {
                separate(out, at);
                write_text(out, key);
                out.push_str(": ");
                write(out, value);
            }
            out.push('}');
        }
    }
}

fn separate(out: &mut String, at: usize) {
    if at > 0 {
        out.push_str(", ");
    }
}

/// Writes a text in quotes, as JSON, JavaScript and this form of a pipeline all read it.
pub(crate) fn write_text(out: &mut String, text: &str) {
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            // Control characters, and the line ends of Unicode that an editor may act on.
            '\0'..' ' | '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' => {
                out.push_str("\\u");
                for shift in [12, 8, 4, 0] {
                    let digit = (letter as u32 >> shift) & 15;
                    out.push(char::from_digit(digit, 16).unwrap_or('0'));
                }
            }
            _ => out.push(letter),
        }
    }
    out.push('"');
}
