//! JSON text into values. As small as the wire needs: whole numbers, no more than
//! [`MAX_DEPTH`] levels, which also bounds the stack that a hostile text can use.

/// How deeply values may be nested. The course, the deepest of all, needs six.
const MAX_DEPTH: usize = 32;

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Json {
    Null,
    Bool(bool),
    Number(u64),
    /// A number that is not whole or is negative: valid, and nothing the page reads.
    OtherNumber,
    String(String),
    List(Vec<Self>),
    Object(Vec<(String, Self)>),
}

/// Reads a text that is one value; `None` when it is not JSON.
pub(super) fn parse(text: &[u8]) -> Option<Json> {
    let mut reader = Reader { rest: text };
    let value = reader.value(0)?;
    reader.skip_space();
    reader.rest.is_empty().then_some(value)
}

struct Reader<'a> {
    rest: &'a [u8],
}

impl Reader<'_> {
    fn value(&mut self, depth: usize) -> Option<Json> {
        if depth > MAX_DEPTH {
            return None;
        }
        self.skip_space();
        match self.rest.first()? {
            b'{' => self.object(depth),
            b'[' => self.list(depth),
            b'"' => self.string().map(Json::String),
            b't' => self.word("true", Json::Bool(true)),
            b'f' => self.word("false", Json::Bool(false)),
            b'n' => self.word("null", Json::Null),
            _ => self.number(),
        }
    }

    fn object(&mut self, depth: usize) -> Option<Json> {
        let mut fields = Vec::new();
        self.take(b'{')?;
        if self.next_is(b'}') {
            return Some(Json::Object(fields));
        }
        loop {
            self.skip_space();
            let key = self.string()?;
            self.skip_space();
            self.take(b':')?;
            fields.push((key, self.value(depth + 1)?));
            if self.next_is(b'}') {
                return Some(Json::Object(fields));
            }
            self.take(b',')?;
        }
    }

    fn list(&mut self, depth: usize) -> Option<Json> {
        let mut values = Vec::new();
        self.take(b'[')?;
        if self.next_is(b']') {
            return Some(Json::List(values));
        }
        loop {
            values.push(self.value(depth + 1)?);
            if self.next_is(b']') {
                return Some(Json::List(values));
            }
            self.take(b',')?;
        }
    }

    fn string(&mut self) -> Option<String> {
        self.take(b'"')?;
        let mut bytes = Vec::new();
        loop {
            match self.byte()? {
                b'"' => return String::from_utf8(bytes).ok(),
                b'\\' => self.escape(&mut bytes)?,
                0..0x20 => return None,
                byte => bytes.push(byte),
            }
        }
    }

    fn escape(&mut self, bytes: &mut Vec<u8>) -> Option<()> {
        bytes.push(match self.byte()? {
            byte @ (b'"' | b'\\' | b'/') => byte,
            b'b' => 0x08,
            b'f' => 0x0c,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'u' => {
                let letter = self.unicode()?;
                bytes.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
                return Some(());
            }
            _ => return None,
        });
        Some(())
    }

    /// The letter of a `\u` escape, or of two that stand for one.
    fn unicode(&mut self) -> Option<char> {
        let first = self.hex()?;
        if !(0xd800..0xdc00).contains(&first) {
            return char::from_u32(first);
        }
        self.take(b'\\')?;
        self.take(b'u')?;
        let second = self.hex()?;
        let low = second.checked_sub(0xdc00).filter(|low| *low < 0x400)?;
        char::from_u32(0x1_0000 + ((first - 0xd800) << 10) + low)
    }

    fn hex(&mut self) -> Option<u32> {
        let mut value = 0;
        for _ in 0..4 {
            value = value * 16 + char::from(self.byte()?).to_digit(16)?;
        }
        Some(value)
    }

    fn number(&mut self) -> Option<Json> {
        let is_part = |byte: &u8| matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E');
        let length = self.rest.iter().take_while(|byte| is_part(byte)).count();
        let (digits, rest) = self.rest.split_at(length);
        self.rest = rest;
        if digits.is_empty() || !digits.iter().any(u8::is_ascii_digit) {
            return None;
        }
        let mut value = 0_u64;
        for digit in digits {
            let next = char::from(*digit)
                .to_digit(10)
                .and_then(|digit| value.checked_mul(10)?.checked_add(u64::from(digit)));
            match next {
                Some(next) => value = next,
                None => return Some(Json::OtherNumber),
            }
        }
        Some(Json::Number(value))
    }

    fn word(&mut self, word: &str, value: Json) -> Option<Json> {
        self.rest = self.rest.strip_prefix(word.as_bytes())?;
        Some(value)
    }

    /// Takes this byte if it is the next that is not space.
    fn next_is(&mut self, byte: u8) -> bool {
        self.skip_space();
        self.take(byte).is_some()
    }

    fn take(&mut self, byte: u8) -> Option<()> {
        self.rest = self.rest.strip_prefix(&[byte])?;
        Some(())
    }

    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }

    fn skip_space(&mut self) {
        self.rest = self.rest.trim_ascii_start();
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    /// The same as serde reads it.
    fn same(json: &Json, value: &Value) -> bool {
        match (json, value) {
            (Json::Null, Value::Null) => true,
            (Json::Bool(a), Value::Bool(b)) => a == b,
            (Json::Number(a), Value::Number(b)) => Some(*a) == b.as_u64(),
            (Json::OtherNumber, Value::Number(b)) => b.as_u64().is_none(),
            (Json::String(a), Value::String(b)) => a == b,
            (Json::List(a), Value::Array(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
            }
            (Json::Object(a), Value::Object(b)) => {
                let found = |(key, a): &(String, Json)| b.get(key).is_some_and(|b| same(a, b));
                a.len() == b.len() && a.iter().all(found)
            }
            _ => false,
        }
    }

    #[test]
    fn what_is_json_is_read_as_serde_reads_it() {
        let texts = [
            "null",
            " true ",
            "[]",
            "{ }",
            "[1, 2,\n3]",
            "0",
            "18446744073709551615",
            "-3",
            "1.5",
            "2e3",
            r#""""#,
            r#""a\"b\\c\/d\b\f\n\r\t""#,
            r#""\u00e9 \ud83d\ude00""#,
            r#""é 😀""#,
            r#"{"a":{"b":[{"c":null}]},"d":false}"#,
        ];
        for text in texts {
            let value = serde_json::from_str(text).expect(text);
            let json = parse(text.as_bytes()).expect(text);
            assert!(same(&json, &value), "{text}: {json:?}");
        }
    }

    #[test]
    fn what_is_not_json_is_refused() {
        let texts = [
            "",
            " ",
            "[1,]",
            "{\"a\"}",
            "{\"a\":}",
            "{a:1}",
            "[1 2]",
            "tru",
            "\"a",
            "\"\\x\"",
            "-",
            "\"\\ud83d\"",
            "\"\\ud83d\\u0041\"",
            "1 2",
            "[",
            "\"\u{1}\"",
            "]",
        ];
        for text in texts {
            assert_eq!(parse(text.as_bytes()), None, "{text}");
        }
        assert_eq!(parse(b"\"\xff\""), None);
    }

    #[test]
    fn deep_nesting_is_refused_before_the_stack_is_full() {
        let deep = "[".repeat(100_000);
        assert_eq!(parse(deep.as_bytes()), None);
    }
}
