//! Reading the fields of a JSON object.

use super::parse::{Json, parse};

/// Lists of flags by name: what [`super::flags`] wrote.
#[must_use]
pub fn flag_lists(text: &str) -> Option<Vec<(String, Vec<bool>)>> {
    let value = parse(text.as_bytes())?;
    let fields = Fields::of(&value)?;
    let read = |(name, _): &(String, Json)| Some((name.clone(), fields.list(name, Json::as_bool)?));
    fields.0.iter().map(read).collect()
}

/// A JSON object whose fields are asked for one by one. `None` stands for "not a valid message",
/// as an error of serde would.
#[derive(Clone, Copy)]
pub(super) struct Fields<'a>(&'a [(String, Json)]);

impl<'a> Fields<'a> {
    pub(super) fn of(value: &'a Json) -> Option<Self> {
        match value {
            Json::Object(fields) => Some(Self(fields)),
            _ => None,
        }
    }

    pub(super) fn value(self, key: &str) -> Option<&'a Json> {
        let field = self.0.iter().find(|(name, _)| name == key)?;
        Some(&field.1)
    }

    pub(super) fn object(self, key: &str) -> Option<Self> {
        self.value(key).and_then(Self::of)
    }

    pub(super) fn u64(self, key: &str) -> Option<u64> {
        self.value(key)?.as_u64()
    }

    pub(super) fn str(self, key: &str) -> Option<&'a str> {
        self.value(key)?.as_str()
    }

    pub(super) fn string(self, key: &str) -> Option<String> {
        self.str(key).map(str::to_owned)
    }

    pub(super) fn bool(self, key: &str) -> Option<bool> {
        self.value(key)?.as_bool()
    }

    /// Each element of a list; `None` when one of them cannot be read.
    pub(super) fn list<T>(self, key: &str, read: impl Fn(&'a Json) -> Option<T>) -> Option<Vec<T>> {
        match self.value(key)? {
            Json::List(values) => values.iter().map(read).collect(),
            _ => None,
        }
    }

    pub(super) fn objects<T>(self, key: &str, read: impl Fn(Self) -> Option<T>) -> Option<Vec<T>> {
        self.list(key, |value| read(Self::of(value)?))
    }

    pub(super) fn strings(self, key: &str) -> Option<Vec<String>> {
        self.list(key, |value| value.as_str().map(str::to_owned))
    }

    /// A field that may be absent or null: `Some(None)` then, `None` when it cannot be read.
    pub(super) fn maybe<T>(
        self,
        key: &str,
        read: impl FnOnce(&'a Json) -> Option<T>,
    ) -> Option<Option<T>> {
        match self.value(key) {
            None | Some(Json::Null) => Some(None),
            Some(value) => read(value).map(Some),
        }
    }

    pub(super) fn maybe_string(self, key: &str) -> Option<Option<String>> {
        self.maybe(key, |value| value.as_str().map(str::to_owned))
    }
}

impl Json {
    pub(super) const fn as_u64(&self) -> Option<u64> {
        match self {
            Self::Number(number) => Some(*number),
            _ => None,
        }
    }

    pub(super) const fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(flag) => Some(*flag),
            _ => None,
        }
    }

    pub(super) fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }
}
