//! Numbers as learners type them and as people read them.

/// `65 536`: groups of three, held together by no-break spaces, as the page writes them.
pub(crate) fn exact(count: u64) -> String {
    let digits = count.to_string();
    let mut grouped = String::with_capacity(digits.len() * 2);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push('\u{a0}');
        }
        grouped.push(digit);
    }
    grouped
}

/// `1st`, `2nd`, `11th`.
pub(crate) fn nth(count: u64) -> String {
    let ending = match (count % 10, count % 100) {
        (1, teen) if teen != 11 => "st",
        (2, teen) if teen != 12 => "nd",
        (3, teen) if teen != 13 => "rd",
        _ => "th",
    };
    format!("{}{ending}", exact(count))
}

/// Largest number that can be predicted: a million million.
const MOST: u64 = 1_000_000_000_000;

/// Reads a prediction: `65536`, `65 536`, `64 KiB`, `64 kB`, `1.5 MB`; units only where bytes are
/// asked for.
///
/// # Errors
/// With what is wrong and what is allowed.
pub(crate) fn read_number(text: &str, bytes: bool) -> Result<u64, String> {
    let allowed = if bytes {
        "write a number of bytes, such as 65536, 65 536, 64 KiB or 64 kB"
    } else {
        "write a whole number, such as 3"
    };
    let shown: String = text.trim().chars().take(40).collect();
    if shown.is_empty() {
        return Err(format!("there is no prediction yet; {allowed}"));
    }
    let plain: String = text.trim().chars().filter(|c| !is_gap(*c)).collect();
    let split = plain.find(|c: char| !(c.is_ascii_digit() || c == '.'));
    let (digits, unit) = plain.split_at(split.unwrap_or(plain.len()));
    let scale = match unit_of(unit) {
        Some(1) => Some(1),
        Some(scale) if bytes => Some(scale),
        _ => None,
    };
    let unit_is_plain = bytes || unit.is_empty();
    let read = scale
        .filter(|_| unit_is_plain)
        .and_then(|scale| scaled(digits, scale));
    match read {
        Some(number) if number <= MOST => Ok(number),
        Some(_) => Err(format!(
            "“{shown}” is more than {}, which no run comes to; {allowed}",
            exact(MOST)
        )),
        None => Err(format!("“{shown}” is not a number; {allowed}")),
    }
}

/// What people put between groups of digits, and before a unit.
const fn is_gap(c: char) -> bool {
    matches!(c, ' ' | '_' | '\'' | '\u{a0}' | '\u{202f}' | '\u{2009}')
}

fn unit_of(unit: &str) -> Option<u64> {
    Some(match unit.to_ascii_lowercase().as_str() {
        "" | "b" | "byte" | "bytes" => 1,
        "kb" => 1_000,
        "mb" => 1_000_000,
        "gb" => 1_000_000_000,
        "kib" => 1 << 10,
        "mib" => 1 << 20,
        "gib" => 1 << 30,
        _ => return None,
    })
}

/// Digits, with a fraction that gives a whole number in the end.
fn scaled(digits: &str, scale: u64) -> Option<u64> {
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.is_empty() || (fraction.is_empty() && digits.contains('.')) || fraction.len() > 9 {
        return None;
    }
    let whole: u64 = whole.parse().ok()?;
    let tens = 10_u64.pow(fraction.len() as u32);
    let part: u64 = match fraction {
        "" => 0,
        fraction => fraction.parse().ok()?,
    };
    let part = part.checked_mul(scale)?;
    let whole = whole.checked_mul(scale)?;
    part.is_multiple_of(tens)
        .then(|| whole.checked_add(part / tens))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_read_with_spaces_and_units() {
        for (text, number) in [
            ("65536", 65_536),
            (" 65 536 ", 65_536),
            ("65\u{a0}536 bytes", 65_536),
            ("64 KiB", 65_536),
            ("64kb", 64_000),
            ("1.5 MB", 1_500_000),
            ("0", 0),
        ] {
            assert_eq!(read_number(text, true), Ok(number), "{text}");
        }
    }

    #[test]
    fn what_is_no_number_says_what_would_be() {
        for (text, bytes, wanted) in [
            (
                "many",
                true,
                "“many” is not a number; write a number of bytes",
            ),
            ("many", false, "write a whole number, such as 3"),
            ("", false, "there is no prediction yet"),
            ("-1", false, "is not a number"),
            ("2.5", false, "is not a number"),
            ("3 KiB", false, "is not a number"),
            ("1.0001 KiB", true, "is not a number"),
            (".5 kB", true, "is not a number"),
            ("99999999999999", true, "which no run comes to"),
            ("99999999999999999999999999", true, "is not a number"),
        ] {
            let problem = read_number(text, bytes).unwrap_err();
            assert!(problem.contains(wanted), "{text}: {problem}");
        }
    }

    #[test]
    fn numbers_are_written_as_people_read_them() {
        assert_eq!(exact(65_536), "65\u{a0}536");
        let all = [1, 2, 3, 4, 11, 12, 13, 21, 112].map(nth);
        let wanted = [
            "1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "112th",
        ];
        assert_eq!(all, wanted);
    }
}
