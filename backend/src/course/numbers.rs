//! The numbers of the engine that a lesson may speak of: `{{name}}` in its texts becomes what stands here, so that no lesson
//! is ever wrong about them.

use spillway_lessons::did_you_mean;
use spillway_protocol::MAX_CHAT_TEXT_BYTES;
use spillway_streams::Profile;

use crate::data::SAMPLE_BYTES;
use crate::engine::stages::{SEGMENT, SLOW_BYTES_PER_S};
use crate::engine::{MAX_STAGES, Quotas};

/// A number by its name.
struct Number {
    name: &'static str,
    amount: Amount,
    /// What it is, for the author's guide.
    #[cfg_attr(not(test), expect(dead_code, reason = "a test holds the guide to it"))]
    about: &'static str,
}

enum Amount {
    Bytes(u64),
    Count(u64),
}

fn numbers() -> Vec<Number> {
    let node = Profile::default();
    let quotas = Quotas::default();
    let bytes = |bytes: usize| Amount::Bytes(bytes as u64);
    let number = |name, amount, about| Number {
        name,
        amount,
        about,
    };
    vec![
        number(
            "mark",
            bytes(node.default_mark()),
            "mark of a stage that sets none",
        ),
        number(
            "file_read_mark",
            bytes(node.file_read_mark()),
            "mark of a file that is read, and the size of its chunks",
        ),
        number(
            "object_mark",
            Amount::Count(node.default_object_mark() as u64),
            "mark of a stream of objects, in objects",
        ),
        number(
            "slow_speed",
            Amount::Bytes(SLOW_BYTES_PER_S),
            "bytes that `slow` takes in a second",
        ),
        number(
            "sealed_segment",
            bytes(SEGMENT),
            "bytes that `seal` authenticates together",
        ),
        number(
            "sample_size",
            Amount::Bytes(SAMPLE_BYTES),
            "size of cities.csv",
        ),
        number(
            "run_memory",
            Amount::Bytes(quotas.memory),
            "bytes that a run may hold in memory",
        ),
        number(
            "run_stages",
            Amount::Count(MAX_STAGES as u64),
            "stages that a run may have",
        ),
        number(
            "upload_size",
            Amount::Bytes(quotas.upload),
            "bytes of a file that is sent",
        ),
        number(
            "chat_text",
            bytes(MAX_CHAT_TEXT_BYTES),
            "bytes of a message in the chat",
        ),
    ]
}

/// What stands for `{{name}}`.
///
/// # Errors
/// When there is no such number: what there are.
pub(super) fn number(name: &str) -> Result<String, String> {
    let numbers = numbers();
    let known = || numbers.iter().map(|number| number.name);
    match numbers.iter().find(|number| number.name == name) {
        Some(number) => Ok(number.amount.words()),
        None => {
            let hint = did_you_mean(name, known());
            let known: Vec<String> = known().map(|name| format!("`{name}`")).collect();
            let known = known.join(", ");
            let end = if hint.is_empty() { "." } else { &hint };
            Err(format!(
                "there is no number `{name}`{end} Numbers: {known}."
            ))
        }
    }
}

impl Amount {
    /// The number as a lesson says it, held together by no-break spaces.
    fn words(&self) -> String {
        match self {
            Self::Bytes(bytes) => size(*bytes),
            Self::Count(count) => grouped(*count),
        }
    }
}

/// The largest unit that leaves a whole number.
fn size(bytes: u64) -> String {
    let unit = UNITS
        .iter()
        .find(|(_, unit)| bytes >= *unit && bytes.is_multiple_of(*unit));
    match unit {
        Some((name, unit)) => format!("{}\u{a0}{name}", grouped(bytes / unit)),
        None => format!("{}\u{a0}bytes", grouped(bytes)),
    }
}

const UNITS: [(&str, u64); 6] = [
    ("GiB", 1 << 30),
    ("MiB", 1 << 20),
    ("GB", 1_000_000_000),
    ("MB", 1_000_000),
    ("KiB", 1 << 10),
    ("kB", 1_000),
];

fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push('\u{a0}');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;

    #[test]
    fn a_number_is_said_in_the_unit_that_leaves_it_whole() {
        for (bytes, said) in [
            (16_384, "16 KiB"),
            (67_108_864, "64 MiB"),
            (20_000, "20 kB"),
            (50_000_000, "50 MB"),
            (12_345, "12 345 bytes"),
        ] {
            assert_eq!(size(bytes).replace('\u{a0}', " "), said);
        }
    }

    #[test]
    fn an_unknown_name_lists_those_there_are() {
        let told = number("file_read_marc").unwrap_err();
        assert!(told.starts_with("there is no number `file_read_marc`; did you mean `file_read_mark`? Numbers: `mark`, "), "{told}");
        assert!(
            number("zzz")
                .unwrap_err()
                .starts_with("there is no number `zzz`. Numbers:")
        );
    }

    #[test]
    fn the_guide_lists_the_numbers_there_are() {
        let mut table = String::from("| name | now | is |\n|---|---|---|\n");
        for Number {
            name,
            amount,
            about,
        } in numbers()
        {
            let words = amount.words().replace('\u{a0}', " ");
            table.push_str(&format!("| `{name}` | {words} | {about} |\n"));
        }
        let guide = Path::new(env!("CARGO_MANIFEST_DIR")).join("../lessons/GUIDE.md");
        let guide = fs::read_to_string(guide).unwrap();
        let wanted = format!("<!-- numbers -->\n{table}<!-- /numbers -->");
        assert!(guide.contains(&wanted), "put this into GUIDE.md:\n{wanted}");
    }
}
