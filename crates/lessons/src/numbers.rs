//! Numbers in what a lesson says: each has something that holds it true.
//!
//! A number of the engine is written as `{{name}}`, and its text is put there when the lesson is read. One that is written
//! out and has a unit must be a setting of the lesson itself.

use toml::de::{DeTable, DeValue};

/// Says what stands for `{{name}}`, or what is wrong with the name: the numbers live in the engine.
pub type NumberText<'a> = dyn Fn(&str) -> Result<String, String> + 'a;

/// What the numbers of a lesson may be.
pub(crate) struct Numbers<'a> {
    of_engine: &'a NumberText<'a>,
    /// Every number in the settings of the lesson.
    own: Vec<f64>,
}

impl<'a> Numbers<'a> {
    /// Those of a lesson with these settings.
    pub(crate) fn new(of_engine: &'a NumberText<'a>, settings: Option<&DeTable<'_>>) -> Self {
        let mut own = Vec::new();
        if let Some(settings) = settings {
            collect(settings, &mut own);
        }
        Self { of_engine, own }
    }

    /// The text with the numbers of the engine in their places, its lines as they were, and what is wrong with the
    /// numbers, each with the byte at which it begins. Blocks of code are left as they are: tests run them.
    pub(crate) fn fill(&self, text: &str) -> (String, Vec<(usize, String)>) {
        let mut filled = String::with_capacity(text.len());
        let mut problems = Vec::new();
        let mut in_code = false;
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            let is_fence = line.trim_start().starts_with("```");
            if in_code || is_fence {
                filled.push_str(line);
            } else {
                self.fill_line(line, at, &mut filled, &mut problems);
            }
            in_code ^= is_fence;
            at += line.len();
        }
        (filled, problems)
    }

    fn fill_line(
        &self,
        line: &str,
        at: usize,
        filled: &mut String,
        problems: &mut Vec<(usize, String)>,
    ) {
        let mut rest = line;
        loop {
            let here = at + line.len() - rest.len();
            let (before, placed) = match rest.split_once("{{") {
                Some((before, placed)) => (before, Some(placed)),
                None => (rest, None),
            };
            for claim in claims(before) {
                if !self.is_own(&claim) {
                    let said = &before[claim.at..claim.end];
                    problems.push((here + claim.at, no_such_setting(said)));
                }
            }
            filled.push_str(before);
            let Some(placed) = placed else {
                return;
            };
            let begins = here + before.len();
            let Some((name, after)) = placed.split_once("}}") else {
                problems.push((begins, String::from("`{{` has no `}}` on its line")));
                return;
            };
            match (self.of_engine)(name.trim()) {
                Ok(text) => filled.push_str(&text),
                Err(problem) => problems.push((begins, problem)),
            }
            rest = after;
        }
    }

    fn is_own(&self, claim: &Claim) -> bool {
        let is = |wanted: f64| {
            let mut own = self.own.iter();
            own.any(|own| (own - wanted).abs() <= wanted * 1e-9)
        };
        match claim.unit {
            Unit::Plain(times) => is(claim.number * times),
            // Settings are in milliseconds or in seconds.
            Unit::Seconds(times) => {
                let seconds = claim.number * times;
                is(seconds) || is(seconds * 1_000.0)
            }
        }
    }
}

fn no_such_setting(said: &str) -> String {
    format!(
        "nothing holds `{said}` true: it is no setting in this lesson.toml. Write a number of the engine as `{{{{name}}}}` \
         (GUIDE.md lists them), or say it without a number"
    )
}

/// A number with a unit, as a text has it.
#[derive(Debug, PartialEq)]
struct Claim {
    at: usize,
    end: usize,
    number: f64,
    unit: Unit,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Unit {
    /// So many bytes, or so many of anything in a second.
    Plain(f64),
    /// So many seconds.
    Seconds(f64),
}

const UNITS: [(&str, Unit); 18] = [
    ("byte", Unit::Plain(1.0)),
    ("bytes", Unit::Plain(1.0)),
    ("B", Unit::Plain(1.0)),
    ("kB", Unit::Plain(1e3)),
    ("KB", Unit::Plain(1e3)),
    ("MB", Unit::Plain(1e6)),
    ("GB", Unit::Plain(1e9)),
    ("TB", Unit::Plain(1e12)),
    ("KiB", Unit::Plain(1_024.0)),
    ("MiB", Unit::Plain(1_048_576.0)),
    ("GiB", Unit::Plain(1_073_741_824.0)),
    ("/s", Unit::Plain(1.0)),
    ("ms", Unit::Seconds(0.001)),
    ("milliseconds", Unit::Seconds(0.001)),
    ("s", Unit::Seconds(1.0)),
    ("second", Unit::Seconds(1.0)),
    ("seconds", Unit::Seconds(1.0)),
    ("minutes", Unit::Seconds(60.0)),
];

/// The numbers with a unit in a text, such as `65 536 bytes`, `1.5 MB` or `20 ms`.
fn claims(text: &str) -> Vec<Claim> {
    let mut claims = Vec::new();
    let mut at = 0;
    while let Some(found) = text[at..].find(|letter: char| letter.is_ascii_digit()) {
        let begin = at + found;
        let (end, number) = number(text, begin);
        at = end;
        // A name such as `node20` has no number.
        let of_a_word = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '#');
        if text[..begin].ends_with(of_a_word) {
            continue;
        }
        let after = text[end..].trim_start_matches([' ', '\u{a0}', '\u{202f}', '-']);
        let from = text.len() - after.len();
        let unit = match after.strip_prefix("/s") {
            Some(_) => "/s",
            None => after
                .split(|letter: char| !letter.is_alphabetic())
                .next()
                .unwrap_or_default(),
        };
        if let Some((name, unit)) = UNITS.iter().find(|(name, _)| *name == unit) {
            claims.push(Claim {
                at: begin,
                end: from + name.len(),
                number,
                unit: *unit,
            });
        }
    }
    claims
}

/// The number that begins at a byte, and where it ends: `400_000`, `65 536`, `1.5`.
fn number(text: &str, begin: usize) -> (usize, f64) {
    let bytes = text.as_bytes();
    let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let mut digits = String::new();
    let mut at = begin;
    loop {
        while is_digit(at) {
            digits.push(char::from(bytes[at]));
            at += 1;
        }
        let rest = &text[at..];
        let separator = [" ", "_", ",", "\u{a0}", "\u{202f}"];
        let gap = separator.iter().find(|gap| rest.starts_with(**gap));
        let group = gap.map(|gap| at + gap.len());
        match group {
            Some(group) if (group..group + 3).all(is_digit) && !is_digit(group + 3) => at = group,
            _ if rest.starts_with('.') && is_digit(at + 1) && !digits.contains('.') => {
                digits.push('.');
                at += 1;
            }
            _ => break,
        }
    }
    // Digits with at most one point among them.
    (at, digits.parse().unwrap_or(f64::NAN))
}

/// Keys whose texts are prose.
const PROSE: [&str; 7] = ["ask", "label", "say", "summary", "text", "title", "why"];

fn collect(table: &DeTable<'_>, numbers: &mut Vec<f64>) {
    for (key, value) in table {
        if !PROSE.contains(&key.get_ref().as_ref()) {
            collect_value(value.get_ref(), numbers);
        }
    }
}

fn collect_value(value: &DeValue<'_>, numbers: &mut Vec<f64>) {
    match value {
        DeValue::String(text) => {
            let mut at = 0;
            while let Some(found) = text[at..].find(|letter: char| letter.is_ascii_digit()) {
                let (end, number) = number(text, at + found);
                numbers.push(number);
                at = end;
            }
        }
        DeValue::Integer(integer) => {
            let value = i64::from_str_radix(integer.as_str(), integer.radix());
            numbers.extend(value.map(|value| value as f64));
        }
        DeValue::Float(float) => numbers.extend(float.as_str().parse::<f64>()),
        DeValue::Array(array) => {
            for entry in array.iter() {
                collect_value(entry.get_ref(), numbers);
            }
        }
        DeValue::Table(table) => collect(table, numbers),
        DeValue::Boolean(_) | DeValue::Datetime(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_engine(name: &str) -> Result<String, String> {
        match name {
            "mark" => Ok(String::from("16 KiB")),
            other => Err(format!("there is no number `{other}`; there are `mark`")),
        }
    }

    const SETTINGS: &str = "[[stage]]\nbytes_per_s = 20_000\nhigh_water_mark = 65536\n\
        [[goal]]\nthat = \"sink.bytesWritten >= 1_500_000\"\nfor_ms = 2000\nsay = \"Wait 7 s.\"\n";

    fn fill(text: &str) -> (String, Vec<(usize, String)>) {
        let settings = DeTable::parse(SETTINGS).unwrap();
        Numbers::new(&of_engine, Some(settings.get_ref())).fill(text)
    }

    #[test]
    fn a_number_of_the_engine_is_put_into_its_place() {
        let (text, problems) = fill("A mark of {{mark}}, in\n\n{{ mark }}.\n");
        assert_eq!(text, "A mark of 16 KiB, in\n\n16 KiB.\n");
        assert_eq!(problems, []);
    }

    #[test]
    fn an_unknown_name_is_told_at_its_place() {
        let (_, problems) = fill("Marks\nof {{marc}}.\n");
        let told = String::from("there is no number `marc`; there are `mark`");
        assert_eq!(problems, [(9, told)]);
        let (_, problems) = fill("of {{mark");
        assert_eq!(problems[0].0, 3);
    }

    #[test]
    fn settings_of_the_lesson_may_be_said_in_any_unit() {
        for text in [
            "20 kB a second",
            "20 000 bytes/s",
            "20\u{a0}000 B",
            "64 KiB",
            "65 536 bytes",
            "65,536 bytes",
            "1.5 MB",
            "2 s",
            "2000 ms",
            "2 seconds",
            "a 64-KiB chunk",
        ] {
            assert_eq!(fill(text).1, [], "{text}");
        }
    }

    #[test]
    fn a_number_that_is_no_setting_is_told() {
        for (text, at, said) in [
            ("It takes 64 kB.", 9, "64 kB"),
            ("- 7 s", 2, "7 s"),
            ("of **20 001 bytes**", 5, "20 001 bytes"),
            ("5000/s", 0, "5000/s"),
            ("{{mark}} or 10 MB", 12, "10 MB"),
        ] {
            let (_, problems) = fill(text);
            let [(found, problem)] = problems.as_slice() else {
                panic!("one problem expected with `{text}`, not {problems:?}");
            };
            assert_eq!(*found, at, "{text}");
            assert!(problem.contains(&format!("`{said}`")), "{problem}");
        }
    }

    #[test]
    fn what_has_no_unit_and_what_is_code_says_nothing() {
        let code = "```js\nsource.read(64 * 1024); // 7 MB\n{{mark}}\n```\n";
        assert_eq!(fill(code), (String::from(code), Vec::new()));
        for text in [
            "1. first",
            "the 101 answer",
            "SHA-256 of it",
            "node20 bytes",
            "3 chunks",
        ] {
            assert_eq!(fill(text).1, [], "{text}");
        }
    }
}
