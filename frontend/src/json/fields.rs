//! Reading the fields of a JSON object.

use serde_json::{Map, Value};

/// Lists of flags by name: what [`super::flags`] wrote.
#[must_use]
pub fn flag_lists(text: &str) -> Option<Vec<(String, Vec<bool>)>> {
    let value: Value = serde_json::from_str(text).ok()?;
    let fields = Fields::of(&value)?;
    let read = |name: &String| Some((name.clone(), fields.list(name, Value::as_bool)?));
    fields.0.keys().map(read).collect()
}

/// A JSON object whose fields are asked for one by one. `None` stands for "not a valid message",
/// as an error of serde would.
#[derive(Clone, Copy)]
pub(super) struct Fields<'a>(pub(super) &'a Map<String, Value>);

impl<'a> Fields<'a> {
    pub(super) fn of(value: &'a Value) -> Option<Self> {
        value.as_object().map(Self)
    }

    pub(super) fn value(self, key: &str) -> Option<&'a Value> {
        self.0.get(key)
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
    pub(super) fn list<T>(
        self,
        key: &str,
        read: impl Fn(&'a Value) -> Option<T>,
    ) -> Option<Vec<T>> {
        self.value(key)?.as_array()?.iter().map(read).collect()
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
        read: impl FnOnce(&'a Value) -> Option<T>,
    ) -> Option<Option<T>> {
        match self.value(key) {
            None | Some(Value::Null) => Some(None),
            Some(value) => read(value).map(Some),
        }
    }

    pub(super) fn maybe_string(self, key: &str) -> Option<Option<String>> {
        self.maybe(key, |value| value.as_str().map(str::to_owned))
    }
}
