//! `json_sample`: a Readable of JSON made from a seed while it is read, like
//! `Readable.from(generator)`. It never touches the disk.

use serde::Deserialize;
use spillway_protocol::stages::Side;

use super::documented::{END, SAMPLE, choice};
use super::sample::{self, SampleSource};
use super::{Kind, Options, Plan, StageError};
use crate::data::Form;

pub(super) const KIND: Kind = Kind {
    name: "json_sample",
    about: "Readable of JSON objects made from a seed, the same cities as `csv_sample`. `form` \
            (`lines` or `array`; `lines`), `rows` (10000) or `bytes`, `seed`, `bytes_per_s` (full \
            speed when left out), `high_water_mark` (16384), `label`",
    side: Side::Readable,
    options: &[
        &[choice(
            "form",
            &["lines", "array"],
            "an object a line, or one array",
        )
        .or_text("lines")],
        SAMPLE,
        END,
    ],
    word: None,
    plan,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct JsonSampleOptions {
    form: Option<JsonForm>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum JsonForm {
    Lines,
    Array,
}

fn plan(options: &Options<'_>) -> Result<Plan, StageError> {
    let parsed: JsonSampleOptions = options.read(|name| name == "form")?;
    let (form, label) = match parsed.form {
        None | Some(JsonForm::Lines) => (Form::JsonLines, "JSON lines"),
        Some(JsonForm::Array) => (Form::JsonArray, "JSON array"),
    };
    sample::plan(options, &["form"], form, label, SampleSource::worker)
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use crate::engine::stages::tests_support::{read_all, refusal, source};

    #[test]
    fn each_line_is_an_object_and_the_array_has_the_same() {
        let stage = r#"{"id":"s","kind":"json_sample","rows":50}"#;
        let lines = read_all(&mut *source(stage), 333);
        let lines: Vec<Value> = lines
            .split(|byte| *byte == b'\n')
            .filter(|line| !line.is_empty())
            .map(|line| serde_json::from_slice(line).unwrap())
            .collect();
        let stage = stage.replace("rows", "form\":\"array\",\"rows");
        let array = read_all(&mut *source(&stage), 333);
        let array: Vec<Value> = serde_json::from_slice(&array).unwrap();
        assert_eq!((lines.len(), &lines), (50, &array));
    }

    #[test]
    fn an_unknown_form_is_named_with_what_there_is() {
        let error = refusal(r#"{"id":"s","kind":"json_sample","form":"rows"}"#);
        assert!(
            error.contains("`rows`") && error.contains("`array`"),
            "{error}"
        );
    }
}
