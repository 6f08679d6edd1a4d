use std::collections::BTreeMap;

use serde_json::{Map, Number, Value};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::nearest::{did_you_mean, list};
use crate::report::Report;

/// Reads one TOML table key by key, reports what is missing or of the wrong type with its line,
/// and at the end what nobody asked for.
pub(crate) struct Table<'a> {
    report: &'a Report<'a>,
    /// What it describes, for messages: `the lesson`, `goal 2`.
    what: String,
    /// First byte of it in the file.
    at: usize,
    /// What has not been read yet, with the first byte of each key.
    entries: BTreeMap<&'a str, (usize, &'a Spanned<DeValue<'a>>)>,
    /// Every key that was asked for.
    known: Vec<&'static str>,
}

/// A value and where it stands.
#[derive(Debug, Clone)]
pub(crate) struct Placed<T> {
    pub(crate) value: T,
    /// First byte of its key.
    pub(crate) at: usize,
}

/// Parses the report's file. A file that is no TOML is reported and gives an empty table.
pub(crate) fn parse<'a>(report: &Report<'a>) -> Option<Spanned<DeTable<'a>>> {
    match DeTable::parse(report.text()) {
        Ok(table) => Some(table),
        Err(error) => {
            let at = error.span().map_or(0, |span| span.start);
            // The parser's own message may run over several lines; a problem is one line.
            let message = error.message().replace('\n', "; ");
            report.error(at, format!("this is not valid TOML: {message}"));
            None
        }
    }
}

impl<'a> Table<'a> {
    pub(crate) fn new(
        report: &'a Report<'a>,
        what: impl Into<String>,
        at: usize,
        table: &'a DeTable<'a>,
    ) -> Self {
        let entries = table
            .iter()
            .map(|(key, value)| (key.get_ref().as_ref(), (key.span().start, value)))
            .collect();
        Self {
            report,
            what: what.into(),
            at,
            entries,
            known: Vec::new(),
        }
    }

    /// First byte of the table in the file.
    pub(crate) const fn at(&self) -> usize {
        self.at
    }

    /// The keys that have not been read yet, with the first byte of each.
    pub(crate) fn keys(&self) -> impl Iterator<Item = (String, usize)> {
        self.entries
            .iter()
            .map(|(key, (at, _))| (String::from(*key), *at))
    }

    /// Reports something about a value.
    pub(crate) fn error_at(&self, at: usize, message: impl Into<String>) {
        self.report.error(at, message);
    }

    /// A text that must be there and not be empty.
    pub(crate) fn text(&mut self, key: &'static str) -> Option<Placed<String>> {
        let (at, value) = self.required(key, "a text in quotes")?;
        match value.get_ref().as_str() {
            Some(text) if !text.trim().is_empty() => Some(Placed {
                value: String::from(text.trim()),
                at,
            }),
            Some(_) => {
                self.report
                    .error(at, format!("`{key}` of {} is empty", self.what));
                None
            }
            None => self.wrong_type(key, at, value, "a text in quotes"),
        }
    }

    /// A whole number of at least 1 that must be there.
    pub(crate) fn count(&mut self, key: &'static str) -> Option<Placed<u64>> {
        let wanted = "a whole number of at least 1";
        let (at, value) = self.required(key, wanted)?;
        match integer(value).and_then(|number| u64::try_from(number).ok()) {
            Some(number) if number > 0 => Some(Placed { value: number, at }),
            Some(_) | None => self.wrong_type(key, at, value, wanted),
        }
    }

    /// A whole number of at least 1 that may be left out.
    pub(crate) fn maybe_count(&mut self, key: &'static str) -> Option<Placed<u64>> {
        if self.entries.contains_key(key) {
            self.count(key)
        } else {
            self.known.push(key);
            None
        }
    }

    /// A text that may be left out.
    pub(crate) fn maybe_text(&mut self, key: &'static str) -> Option<Placed<String>> {
        if self.entries.contains_key(key) {
            self.text(key)
        } else {
            self.known.push(key);
            None
        }
    }

    /// A text that may be empty, when it is there.
    pub(crate) fn any_text(&mut self, key: &'static str) -> Option<Placed<String>> {
        let (at, value) = self.optional(key)?;
        match value.get_ref().as_str() {
            Some(text) => Some(Placed {
                value: String::from(text.trim()),
                at,
            }),
            None => self.wrong_type(key, at, value, "a text in quotes"),
        }
    }

    /// One of these texts, when it is there.
    pub(crate) fn choice(&mut self, key: &'static str, of: &[&str]) -> Option<String> {
        let (at, value) = self.optional(key)?;
        match value.get_ref().as_str() {
            Some(text) if of.contains(&text) => Some(String::from(text)),
            Some(text) => {
                let (known, hint) = (
                    list(of.iter().copied()),
                    did_you_mean(text, of.iter().copied()),
                );
                let message = format!("`{key}` cannot be `{text}`; it is one of {known}{hint}");
                self.report.error(at, message);
                None
            }
            None => self.wrong_type(key, at, value, "a text in quotes"),
        }
    }

    /// `true` or `false`; false when it is not there.
    pub(crate) fn flag(&mut self, key: &'static str) -> bool {
        let Some((at, value)) = self.optional(key) else {
            return false;
        };
        value.get_ref().as_bool().unwrap_or_else(|| {
            self.wrong_type::<bool>(key, at, value, "`true` or `false`");
            false
        })
    }

    /// `true` or `false`, when it is there.
    pub(crate) fn maybe_flag(&mut self, key: &'static str) -> Option<bool> {
        self.entries
            .contains_key(key)
            .then(|| self.flag(key))
            .or_else(|| {
                self.known.push(key);
                None
            })
    }

    /// The tables of `[[key]]`, each called `key 1`, `key 2` and so on; none when it is not there.
    pub(crate) fn tables(&mut self, key: &'static str) -> Vec<Self> {
        let Some((at, value)) = self.optional(key) else {
            return Vec::new();
        };
        let Some(array) = value.get_ref().as_array() else {
            let wanted = format!("a list; write `[[{key}]]`, once for each");
            self.wrong_type::<()>(key, at, value, &wanted);
            return Vec::new();
        };
        let mut tables = Vec::new();
        for (nth, entry) in array.iter().enumerate() {
            let at = entry.span().start;
            match entry.get_ref().as_table() {
                Some(table) => {
                    tables.push(Self::new(
                        self.report,
                        format!("{key} {}", nth + 1),
                        at,
                        table,
                    ));
                }
                None => {
                    self.wrong_type::<()>(key, at, entry, &format!("written as `[[{key}]]`"));
                }
            }
        }
        tables
    }

    /// The table of `[key]`.
    pub(crate) fn table(&mut self, key: &'static str) -> Option<Self> {
        let (at, value) = self.optional(key)?;
        match value.get_ref().as_table() {
            Some(table) => Some(Self::new(self.report, format!("`[{key}]`"), at, table)),
            None => self.wrong_type(key, at, value, &format!("a table; write `[{key}]`")),
        }
    }

    /// Everything that has not been read yet, as JSON: for options that somebody else knows.
    pub(crate) fn take_rest(&mut self) -> Map<String, Value> {
        let entries = std::mem::take(&mut self.entries);
        let mut rest = Map::new();
        for (key, (at, value)) in entries {
            match to_json(value.get_ref()) {
                Some(json) => {
                    rest.insert(String::from(key), json);
                }
                None => self.report.error(
                    at,
                    format!("`{key}` of {} is a value that no stage takes", self.what),
                ),
            }
        }
        rest
    }

    /// Reports every key that nobody asked for. Always the last call.
    pub(crate) fn finish(self) {
        for (key, (at, _)) in &self.entries {
            self.report.error(
                *at,
                format!(
                    "`{key}` is not a key of {}{} Allowed: {}.",
                    self.what,
                    end_sentence(&did_you_mean(key, self.known.iter().copied())),
                    list(self.known.iter().copied()),
                ),
            );
        }
    }

    fn optional(&mut self, key: &'static str) -> Option<(usize, &'a Spanned<DeValue<'a>>)> {
        self.known.push(key);
        self.entries.remove(key)
    }

    fn required(
        &mut self,
        key: &'static str,
        wanted: &str,
    ) -> Option<(usize, &'a Spanned<DeValue<'a>>)> {
        let entry = self.optional(key);
        if entry.is_none() {
            let message = format!("{} has no `{key}`; add it: {wanted}", self.what);
            self.report.error(self.at, message);
        }
        entry
    }

    fn wrong_type<T>(
        &self,
        key: &str,
        at: usize,
        value: &Spanned<DeValue<'_>>,
        wanted: &str,
    ) -> Option<T> {
        let found = value.get_ref().type_str();
        let what = &self.what;
        self.report.error(
            at,
            format!("`{key}` of {what} must be {wanted}, not this {found}"),
        );
        None
    }
}

/// `; did you mean x?` is a sentence; without it a full stop is missing.
fn end_sentence(suggestion: &str) -> &str {
    if suggestion.is_empty() {
        "."
    } else {
        suggestion
    }
}

fn integer(value: &Spanned<DeValue<'_>>) -> Option<i64> {
    let integer = value.get_ref().as_integer()?;
    i64::from_str_radix(integer.as_str(), integer.radix()).ok()
}

fn to_json(value: &DeValue<'_>) -> Option<Value> {
    Some(match value {
        DeValue::String(text) => Value::from(text.as_ref()),
        DeValue::Integer(integer) => {
            Value::from(i64::from_str_radix(integer.as_str(), integer.radix()).ok()?)
        }
        DeValue::Float(float) => Value::from(Number::from_f64(float.as_str().parse().ok()?)?),
        DeValue::Boolean(flag) => Value::from(*flag),
        DeValue::Datetime(_) => return None,
        DeValue::Array(array) => array
            .iter()
            .map(|entry| to_json(entry.get_ref()))
            .collect::<Option<Vec<_>>>()?
            .into(),
        DeValue::Table(table) => {
            let mut map = Map::new();
            for (key, entry) in table {
                map.insert(key.get_ref().to_string(), to_json(entry.get_ref())?);
            }
            Value::Object(map)
        }
    })
}
