//! What options a kind reads, noted while it reads them.

use std::cell::RefCell;
use std::collections::BTreeSet;

use serde::de::{Deserializer, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::{Error, Value};

thread_local! {
    static FIELDS: RefCell<BTreeSet<&'static str>> = RefCell::default();
}

/// The names of all fields that were asked for in this thread since the last call.
pub(super) fn taken() -> BTreeSet<&'static str> {
    FIELDS.take()
}

/// A value that notes which fields a struct asks it for.
pub(in super::super) struct Noted(pub(in super::super) Value);

impl<'de> Deserializer<'de> for Noted {
    type Error = Error;

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        FIELDS.with_borrow_mut(|noted| noted.extend(fields));
        self.0.deserialize_struct(name, fields, visitor)
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.0.deserialize_any(visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}
