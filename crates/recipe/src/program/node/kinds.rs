//! What each kind of stage is in Node.js.

use spillway_protocol::control::StageSpec;

use crate::program::expression;
use crate::program::options::{NO_BYTE, Options, no_program};
use crate::program::snippet::quoted;

/// A stage: what makes it, and the pieces of code that needs.
pub(super) struct Made {
    pub(super) code: Vec<&'static str>,
    pub(super) expression: String,
    /// A file that has to be there.
    pub(super) file: Option<String>,
}

/// The stage, or why it has no place in the program.
pub(super) fn stage(spec: &StageSpec) -> Result<Made, String> {
    let options = Options(spec);
    match spec.kind.as_str() {
        "file_source" | "upload" | "csv_sample" | "json_sample" | "http_source" | "tcp_source"
        | "ticker" => source(options),
        "file_sink" | "null" | "slow" | "collect" => sink(options),
        _ => transform(options),
    }
}

fn source(options: Options<'_>) -> Result<Made, String> {
    let marks = Object::default().number("highWaterMark", options.number("high_water_mark")?);
    let speed = options.number("bytes_per_s")?;
    let own_marks = match speed {
        Some(_) => Object::default(),
        None => marks.clone(),
    };
    let mut made = match options.0.kind.as_str() {
        "ticker" => ticks(options, marks.clone())?,
        "file_source" => read_file(options.sample_file()?, &own_marks),
        "upload" => read_file(options.upload()?, &own_marks),
        _ => {
            options.whole_connection()?;
            let path = quoted(&options.sample()?, '\'');
            let sample = call("await sample", &[path, own_marks.text()]);
            made(
                &[include_str!("js/spillway.js"), include_str!("js/sample.js")],
                sample,
            )
        }
    };
    if let Some(speed) = speed {
        made.code.push(include_str!("js/at_speed.js"));
        let arguments = [speed.to_string(), made.expression, marks.text()];
        made.expression = call("atSpeed", &arguments);
    }
    Ok(made)
}

fn ticks(options: Options<'_>, marks: Object) -> Result<Made, String> {
    let every = options.number("every_ms")?.unwrap_or(1000).to_string();
    let count = options.number("count")?;
    let count = count.map_or_else(String::new, |count| count.to_string());
    let mut object = Object::default().field("objectMode", "false");
    object.0.extend(marks.0);
    let ticks = call("ticks", &[every, count]);
    let code = [
        "import { Readable } from 'node:stream';\n",
        include_str!("js/ticks.js"),
    ];
    Ok(made(&code, call("Readable.from", &[ticks, object.text()])))
}

fn read_file(file: &str, marks: &Object) -> Made {
    let read = call("createReadStream", &[quoted(file, '\''), marks.text()]);
    Made {
        file: Some(file.to_owned()),
        ..made(&["import { createReadStream } from 'node:fs';\n"], read)
    }
}

fn sink(options: Options<'_>) -> Result<Made, String> {
    let marks = Object::default().number("highWaterMark", options.number("high_water_mark")?);
    let kind = options.0.kind.as_str();
    let mut made = match kind {
        "file_sink" => {
            let file = quoted(options.file()?, '\'');
            let write = call("createWriteStream", &[file, marks.text()]);
            made(&["import { createWriteStream } from 'node:fs';\n"], write)
        }
        "collect" => {
            let file = [&options.0.id, ".collected"].concat();
            let bound = options.number("max_bytes")?.unwrap_or(64 * 1024);
            let mut object = Object::default()
                .field("file", &quoted(&file, '\''))
                .number("maxBytes", Some(bound));
            object.0.extend(marks.0);
            made(
                &[include_str!("js/collect.js")],
                call("new Collect", &[object.text()]),
            )
        }
        _ => made(
            &[include_str!("js/discard.js")],
            call("discard", &[marks.text()]),
        ),
    };
    let default = (kind == "slow").then_some(20_000);
    if let Some(speed) = options.number("bytes_per_s")?.or(default) {
        made.code.push(include_str!("js/slowed.js"));
        made.expression = call("slowed", &[speed.to_string(), made.expression]);
    }
    Ok(made)
}

fn transform(options: Options<'_>) -> Result<Made, String> {
    let marks = Object::default()
        .number("writableHighWaterMark", options.number("high_water_mark")?)
        .number(
            "readableHighWaterMark",
            options.number("readable_high_water_mark")?,
        );
    let class = |name: &str, code: &'static str, own: Object| {
        let object = Object([own.0, marks.0.clone()].concat());
        Ok(made(
            &[code],
            call(&["new ", name].concat(), &[object.text()]),
        ))
    };
    let none = Object::default();
    match options.0.kind.as_str() {
        "lines" => class("Lines", include_str!("js/lines.js"), none),
        "buffer_all" => class("BufferAll", include_str!("js/buffer_all.js"), none),
        "upper" => class("Upper", include_str!("js/upper.js"), none),
        "sha256" => class("Sha256", include_str!("js/sha256.js"), none),
        "json" => class("JsonElements", include_str!("js/json.js"), none),
        "passthrough" => class(
            "PassThrough",
            "import { PassThrough } from 'node:stream';\n",
            none,
        ),
        "csv_filter" => class(
            "CsvFilter",
            include_str!("js/csv_filter.js"),
            filter(options)?,
        ),
        "throttle" => {
            let speed = options.number("bytes_per_s")?.unwrap_or(20_000);
            let own = none.number("bytesPerS", Some(speed));
            class("Throttle", include_str!("js/throttle.js"), own)
        }
        "fault" => {
            let own = none
                .number("atByte", options.number("at_byte")?)
                .number("atChunk", options.number("at_chunk")?);
            class("Fault", include_str!("js/fault.js"), own)
        }
        "flip" => {
            let at = options.number("at_byte")?.ok_or(NO_BYTE)?;
            let own = none
                .number("atByte", Some(at))
                .number("bit", options.number("bit")?);
            class("Flip", include_str!("js/flip.js"), own)
        }
        kind @ ("seal" | "open") => {
            let own = none.field("key", &bytes(options.hex("key", 64)?));
            let name = if kind == "seal" { "Seal" } else { "Open" };
            class(name, include_str!("js/sealing.js"), own)
        }
        _ => library(options, marks),
    }
}

/// What Node has itself.
fn library(options: Options<'_>, marks: Object) -> Result<Made, String> {
    Ok(match options.0.kind.as_str() {
        "gzip" => {
            let mut object = Object::default().number("level", options.number("level")?);
            object.0.extend(marks.0);
            let code = "import { createGzip } from 'node:zlib';\n";
            made(&[code], call("createGzip", &[object.text()]))
        }
        "gunzip" => {
            let code = "import { createGunzip } from 'node:zlib';\n";
            made(&[code], call("createGunzip", &[marks.text()]))
        }
        "brotli" => {
            let level = options.number("level")?.unwrap_or(5).to_string();
            let params = ["{ [constants.BROTLI_PARAM_QUALITY]: ", &level, " }"].concat();
            let mut object = Object::default().field("params", &params);
            object.0.extend(marks.0);
            let code = "import { constants, createBrotliCompress } from 'node:zlib';\n";
            made(&[code], call("createBrotliCompress", &[object.text()]))
        }
        "unbrotli" => {
            let code = "import { createBrotliDecompress } from 'node:zlib';\n";
            made(&[code], call("createBrotliDecompress", &[marks.text()]))
        }
        "aes_ctr" => {
            let (key, iv) = (options.hex("key", 64)?, options.hex("iv", 32)?);
            let arguments = [
                quoted("aes-256-ctr", '\''),
                bytes(key),
                bytes(iv),
                marks.text(),
            ];
            let code = "import { createCipheriv } from 'node:crypto';\n";
            made(&[code], call("createCipheriv", &arguments))
        }
        "tcp_echo" => made(
            &[include_str!("js/echo.js")],
            call("await echo", &[marks.text()]),
        ),
        kind => return Err(no_program(kind)),
    })
}

/// The options of a row filter.
fn filter(options: Options<'_>) -> Result<Object, String> {
    let mut object = Object::default();
    let expression = options.text("expr")?;
    if let Some(expression) = expression {
        let holds = expression::code(expression, |column, operator, value| {
            let arguments = [column, operator, value].map(|text| quoted(text, '\''));
            call("row.holds", &arguments)
        })?;
        let line = ["(row) => ", &holds.join(" ")].concat();
        let keeps = if line.len() <= MOST_IN_A_LINE {
            line
        } else {
            ["(row) =>\n    ", &holds.join("\n    ")].concat()
        };
        object = object.field("keeps", &keeps);
    }
    let select = options.select()?;
    if let Some(columns) = &select {
        let columns: Vec<String> = columns.iter().map(|name| quoted(name, '\'')).collect();
        object = object.field("select", &["[", &columns.join(", "), "]"].concat());
    }
    if expression.is_none() && select.is_none() {
        return Err("csv_filter needs `expr` or `select`, or both".to_owned());
    }
    if options.skips_ragged()? {
        object = object.field("skipRagged", "true");
    }
    Ok(object)
}

fn made(code: &[&'static str], expression: String) -> Made {
    Made {
        code: code.to_vec(),
        expression,
        file: None,
    }
}

fn bytes(hex: &str) -> String {
    ["Buffer.from('", hex, "', 'hex')"].concat()
}

/// A call with those arguments that are not empty.
fn call(function: &str, arguments: &[String]) -> String {
    let arguments = arguments.iter().filter(|argument| !argument.is_empty());
    let arguments: Vec<&str> = arguments.map(String::as_str).collect();
    [function, "(", &arguments.join(", "), ")"].concat()
}

/// An object: names and code.
#[derive(Clone, Default)]
struct Object(Vec<(&'static str, String)>);

impl Object {
    fn field(mut self, name: &'static str, value: &str) -> Self {
        self.0.push((name, value.to_owned()));
        self
    }

    fn number(self, name: &'static str, number: Option<u64>) -> Self {
        match number {
            Some(number) => self.field(name, &number.to_string()),
            None => self,
        }
    }

    /// Nothing when it has no fields; over several lines when it is long.
    fn text(&self) -> String {
        let fields = self.0.iter();
        let fields: Vec<String> = fields
            .map(|(name, value)| [name, ": ", value].concat())
            .collect();
        let length: usize = fields.iter().map(String::len).sum();
        if fields.is_empty() {
            String::new()
        } else if length > MOST_IN_A_LINE || fields.iter().any(|field| field.contains('\n')) {
            ["{\n  ", &fields.join(",\n  "), ",\n}"].concat()
        } else {
            ["{ ", &fields.join(", "), " }"].concat()
        }
    }
}

/// Letters of what stands in one line.
const MOST_IN_A_LINE: usize = 80;
