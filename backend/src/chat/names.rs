//! What a room, a person and a message may be called.

/// What is wrong with a name, as the code and the words of an `error`.
pub(super) type Refusal = (&'static str, String);

/// The room, if it may be called that.
pub(super) fn room(name: &str) -> Result<&str, Refusal> {
    let good = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if (1..=MAX_CHARS).contains(&name.len()) && name.bytes().all(good) {
        return Ok(name);
    }
    let rule = "a room's name is 1 to 32 of the characters a to z, 0 to 9 and -";
    Err(("bad_room", rule.to_owned()))
}

/// The name without spaces around it, if somebody may be called that.
pub(super) fn person(name: &str) -> Result<&str, Refusal> {
    let name = name.trim();
    let good = (1..=MAX_CHARS).contains(&name.chars().count()) && !name.chars().any(deceives);
    if good {
        return Ok(name);
    }
    Err((
        "bad_name",
        "a name has 1 to 32 characters and no control characters".to_owned(),
    ))
}

/// What is alike in all names that would be taken for one.
pub(super) fn folded(name: &str) -> String {
    name.chars().flat_map(char::to_lowercase).collect()
}

/// The id of a message.
pub(super) fn message_id(id: &str) -> Result<(), Refusal> {
    if (1..=MAX_ID_BYTES).contains(&id.len()) {
        return Ok(());
    }
    Err(("bad_id", format!("an id has 1 to {MAX_ID_BYTES} bytes")))
}

/// Control characters, and those that change the direction of the text after them.
fn deceives(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

const MAX_CHARS: usize = 32;

/// Ids are kept to recognise a message sent twice.
const MAX_ID_BYTES: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_rooms() {
        for good in ["a", "lesson-1", &"x".repeat(32)] {
            assert_eq!(room(good), Ok(good));
        }
        for bad in ["", "A", "ü", "a b", "a/b", "..", &"x".repeat(33)] {
            assert_eq!(room(bad).unwrap_err().0, "bad_room", "{bad}");
        }
    }

    #[test]
    fn names_of_people_are_trimmed_and_counted_in_characters() {
        assert_eq!(person("  Ada  "), Ok("Ada"));
        assert_eq!(person(&"ü".repeat(32)), Ok("ü".repeat(32).as_str()));
        for bad in ["", "   ", "a\nb", "a\u{7f}", "\u{202e}ada", &"x".repeat(33)] {
            assert_eq!(person(bad).unwrap_err().0, "bad_name", "{bad:?}");
        }
    }
}
