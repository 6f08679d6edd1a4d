//! The kinds of stages, and what was sent for them to read.

use serde_json::Value;
use spillway_protocol::stages::{Catalogue, Side, StageKind, StageOption, Takes};
use spillway_protocol::upload::Uploaded;

use super::fields::Fields;
use super::parse::{Json, parse};

/// Reads the kinds of stages; `None` when it is something else.
#[must_use]
pub fn catalogue(text: &str) -> Option<Catalogue> {
    let value = parse(text.as_bytes())?;
    let fields = Fields::of(&value)?;
    Some(Catalogue {
        kinds: fields.objects("kinds", kind)?,
    })
}

/// Reads what was answered to an upload.
#[must_use]
pub fn uploaded(text: &str) -> Option<Uploaded> {
    let value = parse(text.as_bytes())?;
    upload(Fields::of(&value)?)
}

/// Reads the list of uploads.
#[must_use]
pub fn uploads(text: &str) -> Option<Vec<Uploaded>> {
    match parse(text.as_bytes())? {
        Json::List(values) => values
            .iter()
            .map(|value| upload(Fields::of(value)?))
            .collect(),
        _ => None,
    }
}

fn upload(fields: Fields<'_>) -> Option<Uploaded> {
    Some(Uploaded {
        upload: fields.string("upload")?,
        name: fields.string("name")?,
        bytes: fields.u64("bytes")?,
    })
}

fn kind(fields: Fields<'_>) -> Option<StageKind> {
    Some(StageKind {
        kind: fields.string("kind")?,
        about: fields.string("about")?,
        side: match fields.str("side")? {
            "readable" => Side::Readable,
            "writable" => Side::Writable,
            "transform" => Side::Transform,
            "duplex" => Side::Duplex,
            _ => return None,
        },
        options: fields.objects("options", option)?,
    })
}

fn option(fields: Fields<'_>) -> Option<StageOption> {
    Some(StageOption {
        name: fields.string("name")?,
        takes: takes(fields)?,
        required: fields.maybe("required", Json::as_bool)?.unwrap_or(false),
        default: fields.maybe("default", value)?,
        example: fields.maybe("example", value)?,
        about: fields.string("about")?,
    })
}

fn takes(fields: Fields<'_>) -> Option<Takes> {
    let min = || fields.u64("min");
    let max = || fields.maybe("max", Json::as_u64);
    Some(match fields.str("type")? {
        "number" => Takes::Number {
            min: min()?,
            max: max()?,
        },
        "size" => Takes::Size {
            min: min()?,
            max: max()?,
        },
        "text" => Takes::Text,
        "choice" => Takes::Choice {
            choices: fields.strings("choices")?,
        },
        "bool" => Takes::Bool,
        "list" => Takes::List,
        "map" => Takes::Map,
        _ => return None,
    })
}

/// The default of an option. No number among them is negative or broken.
fn value(json: &Json) -> Option<Value> {
    Some(match json {
        Json::Null => Value::Null,
        Json::Bool(flag) => Value::Bool(*flag),
        Json::Number(number) => Value::from(*number),
        Json::OtherNumber => return None,
        Json::String(text) => Value::from(text.as_str()),
        Json::List(values) => Value::Array(values.iter().map(value).collect::<Option<_>>()?),
        Json::Object(fields) => {
            let field = |(name, json): &(String, Json)| Some((name.clone(), value(json)?));
            Value::Object(fields.iter().map(field).collect::<Option<_>>()?)
        }
    })
}
