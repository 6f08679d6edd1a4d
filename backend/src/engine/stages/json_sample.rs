//! `json_sample`: a Readable of JSON made from a seed while it is read, like
//! `Readable.from(generator)`. It never touches the disk.

use serde::Deserialize;

use super::sample::{SampleSource, size};
use super::{Kind, Options, Plan, StageError, Worker};
use crate::data::{Form, SEED, Sample};

pub(super) const KIND: Kind = Kind {
    name: "json_sample",
    about: "Readable of JSON objects made from a seed, the same cities as `csv_sample`. `form` \
            (`lines` or `array`; `lines`), `rows` (10000) or `bytes`, `seed`, `bytes_per_s` (full \
            speed when left out), `high_water_mark` (16384), `label`",
    word: None,
    plan,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct JsonSampleOptions {
    form: Option<JsonForm>,
    rows: Option<u64>,
    bytes: Option<u64>,
    seed: Option<u64>,
    label: Option<String>,
    bytes_per_s: Option<u64>,
    high_water_mark: Option<u64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum JsonForm {
    Lines,
    Array,
}

fn plan(options: &Options<'_>) -> Result<Plan, StageError> {
    let parsed: JsonSampleOptions = options.parse()?;
    let size = size(options, parsed.rows, parsed.bytes)?;
    let (form, label) = match parsed.form {
        None | Some(JsonForm::Lines) => (Form::JsonLines, "JSON lines"),
        Some(JsonForm::Array) => (Form::JsonArray, "JSON array"),
    };
    let sample = Sample::new(form, size, parsed.seed.unwrap_or(SEED));
    Ok(Plan {
        speed: Some(options.speed(parsed.bytes_per_s)?),
        ..Plan::readable(
            parsed.label.unwrap_or_else(|| label.to_owned()),
            options.mark(parsed.high_water_mark, options.defaults.mark)?,
            Box::new(|_| Ok(Worker::Source(Box::new(SampleSource::new(sample))))),
        )
    })
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
