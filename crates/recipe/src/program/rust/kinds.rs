//! What each kind of stage is in Rust.

use spillway_protocol::control::StageSpec;

use crate::program::expression;
use crate::program::options::{NO_BYTE, Options, no_program};
use crate::program::snippet::quoted;

/// A stage: the function that is its work, and what that needs.
pub(super) struct Made {
    pub(super) place: Place,
    pub(super) pieces: Vec<Piece>,
    pub(super) function: &'static str,
    /// Besides its input and its output.
    pub(super) arguments: Vec<String>,
    /// Bytes a second, if it does not go as fast as it can.
    pub(super) speed: Option<u64>,
    /// A file that has to be there.
    pub(super) file: Option<String>,
}

/// Where in a pipeline a stage stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Source,
    Middle,
    Sink,
}

/// Code, and the crates it uses, as lines of a `Cargo.toml`.
#[derive(Clone, Copy)]
pub(super) struct Piece {
    pub(super) code: &'static str,
    pub(super) crates: &'static [&'static str],
}

/// Code that needs nothing but the standard library.
const fn plain(code: &'static str) -> Piece {
    Piece { code, crates: &[] }
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
    let read = |file: &str| {
        let piece = plain(include_str!("code/file_source.rs"));
        let arguments = vec![quoted(file, '"')];
        let file = Some(file.to_owned());
        Made {
            file,
            ..made(Place::Source, "file_source", &[piece], arguments)
        }
    };
    let made = match options.0.kind.as_str() {
        "ticker" => {
            let every = options.number("every_ms")?.unwrap_or(1000).to_string();
            let count = options.number("count")?;
            let count = count.map_or_else(|| "u64::MAX".to_owned(), |count| count.to_string());
            let piece = plain(include_str!("code/ticks.rs"));
            made(Place::Source, "ticks", &[piece], vec![every, count])
        }
        "file_source" => read(options.sample_file()?),
        "upload" => read(options.upload()?),
        _ => {
            options.whole_connection()?;
            let path = quoted(&options.sample()?, '"');
            let piece = plain(include_str!("code/sample.rs"));
            made(Place::Source, "sample", &[piece], vec![path])
        }
    };
    let speed = options.number("bytes_per_s")?;
    Ok(Made { speed, ..made })
}

fn sink(options: Options<'_>) -> Result<Made, String> {
    let kind = options.0.kind.as_str();
    let made = match kind {
        "file_sink" => {
            let piece = plain(include_str!("code/file_sink.rs"));
            let file = quoted(options.file()?, '"');
            made(Place::Sink, "file_sink", &[piece], vec![file])
        }
        "collect" => {
            let piece = plain(include_str!("code/collect.rs"));
            let file = quoted(&[&options.0.id, ".collected"].concat(), '"');
            let bound = options
                .number("max_bytes")?
                .unwrap_or(64 * 1024)
                .to_string();
            made(Place::Sink, "collect", &[piece], vec![file, bound])
        }
        _ => made(
            Place::Sink,
            "discard",
            &[plain(include_str!("code/discard.rs"))],
            vec![],
        ),
    };
    let default = (kind == "slow").then_some(20_000);
    let speed = options.number("bytes_per_s")?.or(default);
    Ok(Made { speed, ..made })
}

fn transform(options: Options<'_>) -> Result<Made, String> {
    let std =
        |function, code, arguments| Ok(made(Place::Middle, function, &[plain(code)], arguments));
    match options.0.kind.as_str() {
        "passthrough" => std("passthrough", include_str!("code/passthrough.rs"), vec![]),
        "lines" => std("lines", include_str!("code/lines.rs"), vec![]),
        "buffer_all" => std("buffer_all", include_str!("code/buffer_all.rs"), vec![]),
        "upper" => std("upper", include_str!("code/upper.rs"), vec![]),
        "csv_filter" => {
            let mut pieces = vec![plain(include_str!("code/csv_filter.rs"))];
            if options.text("expr")?.is_some() {
                pieces.push(plain(include_str!("code/row_holds.rs")));
            }
            let arguments = vec![filter(options)?];
            Ok(made(Place::Middle, "csv_filter", &pieces, arguments))
        }
        "throttle" => {
            let speed = options.number("bytes_per_s")?.unwrap_or(20_000).to_string();
            std("throttle", include_str!("code/throttle.rs"), vec![speed])
        }
        "fault" => {
            let place = |number: Option<u64>| number.unwrap_or(u64::MAX).to_string();
            let places = ["at_byte", "at_chunk"].map(|name| options.number(name).map(place));
            let [byte, chunk] = places;
            let never = |number: String| number.replace(&u64::MAX.to_string(), "u64::MAX");
            let arguments = vec![never(byte?), never(chunk?)];
            std("fault", include_str!("code/fault.rs"), arguments)
        }
        "flip" => {
            let at = options.number("at_byte")?.ok_or(NO_BYTE)?.to_string();
            let bit = options.number("bit")?.unwrap_or(0).to_string();
            std("flip", include_str!("code/flip.rs"), vec![at, bit])
        }
        "tcp_echo" => std("tcp_echo", include_str!("code/tcp_echo.rs"), vec![]),
        _ => library(options),
    }
}

/// What crates do.
fn library(options: Options<'_>) -> Result<Made, String> {
    let level = |default: u64| -> Result<Vec<String>, String> {
        let level = options.number("level")?.unwrap_or(default);
        Ok(vec![level.to_string()])
    };
    let text = |name: &str, digits| Ok::<_, String>(quoted(options.hex(name, digits)?, '"'));
    let (function, pieces, arguments) = match options.0.kind.as_str() {
        "gzip" => ("gzip", vec![GZIP], level(6)?),
        "gunzip" => ("gunzip", vec![GUNZIP], vec![]),
        "brotli" => ("compress_brotli", vec![BROTLI], level(5)?),
        "unbrotli" => ("decompress_brotli", vec![UNBROTLI], vec![]),
        "json" => ("json", vec![JSON], vec![]),
        "sha256" => ("sha256", vec![SHA256], vec![]),
        "aes_ctr" => {
            let arguments = vec![text("key", 64)?, text("iv", 32)?];
            ("aes_ctr", vec![HEX, AES_CTR], arguments)
        }
        "seal" => ("seal", vec![HEX, SEALING, SEAL], vec![text("key", 64)?]),
        "open" => ("open", vec![HEX, SEALING, OPEN], vec![text("key", 64)?]),
        kind => return Err(no_program(kind)),
    };
    Ok(made(Place::Middle, function, &pieces, arguments))
}

/// `CsvFilter { … }`.
fn filter(options: Options<'_>) -> Result<String, String> {
    let expression = options.text("expr")?;
    let keeps = match expression {
        None => "|_| Ok(true)".to_owned(),
        Some(expression) => keeps(&expression::code(expression, |column, operator, value| {
            let arguments = [column, operator, value].map(|text| quoted(text, '"'));
            ["row.holds(", &arguments.join(", "), ")?"].concat()
        })?),
    };
    let select = options.select()?;
    if expression.is_none() && select.is_none() {
        return Err("csv_filter needs `expr` or `select`, or both".to_owned());
    }
    let select = select.map_or_else(
        || "None".to_owned(),
        |columns| {
            let columns: Vec<String> = columns.iter().map(|name| quoted(name, '"')).collect();
            ["Some(&[", &columns.join(", "), "])"].concat()
        },
    );
    let skips = if options.skips_ragged()? {
        "true"
    } else {
        "false"
    };
    let fields = [
        ("keeps", &*keeps),
        ("select", &select),
        ("skip_ragged", skips),
        ("columns", "None"),
    ];
    let field = |(name, value): (&str, &str)| ["    ", name, ": ", value, ",\n"].concat();
    Ok(["CsvFilter {\n", &fields.map(field).concat(), "}"].concat())
}

/// A closure of these comparisons, as rustfmt would have it.
fn keeps(comparisons: &[String]) -> String {
    if let [comparison] = comparisons {
        return ["|row| ", comparison.trim_end_matches('?')].concat();
    }
    let line = comparisons.join(" ");
    if line.chars().count() <= MOST_IN_A_LINE {
        return ["|row| Ok(", &line, ")"].concat();
    }
    let lines = comparisons.join("\n            ");
    ["|row| {\n        Ok(", &lines, ")\n    }"].concat()
}

/// Letters of comparisons that stand in one line.
const MOST_IN_A_LINE: usize = 62;

fn made(place: Place, function: &'static str, pieces: &[Piece], arguments: Vec<String>) -> Made {
    Made {
        place,
        pieces: pieces.to_vec(),
        function,
        arguments,
        speed: None,
        file: None,
    }
}

const FLATE2: &str =
    "flate2 = { version = \"1\", default-features = false, features = [\"zlib-rs\"] }";

const GZIP: Piece = Piece {
    code: include_str!("code/gzip.rs"),
    crates: &[FLATE2],
};

const GUNZIP: Piece = Piece {
    code: include_str!("code/gunzip.rs"),
    crates: &[FLATE2],
};

const BROTLI: Piece = Piece {
    code: include_str!("code/brotli.rs"),
    crates: &["brotli = \"9\""],
};

const UNBROTLI: Piece = Piece {
    code: include_str!("code/unbrotli.rs"),
    crates: &["brotli = \"9\""],
};

const JSON: Piece = Piece {
    code: include_str!("code/json.rs"),
    crates: &["serde_json = { version = \"1\", features = [\"raw_value\"] }"],
};

const SHA256: Piece = Piece {
    code: include_str!("code/sha256.rs"),
    crates: &["sha2 = \"0.10\""],
};

const HEX: Piece = plain(include_str!("code/hex.rs"));

const AES_CTR: Piece = Piece {
    code: include_str!("code/aes_ctr.rs"),
    crates: &["aes = \"0.9\"", "ctr = \"0.10\""],
};

const SEALING: Piece = Piece {
    code: include_str!("code/sealing.rs"),
    crates: &[
        "aead-stream = { version = \"0.6\", features = [\"alloc\"] }",
        "aes-gcm = { version = \"0.11\", default-features = false, features = [\"aes\", \"alloc\"] }",
        "hkdf = \"0.12\"",
        "sha2 = \"0.10\"",
    ],
};

const SEAL: Piece = Piece {
    code: include_str!("code/seal.rs"),
    crates: &["getrandom = { version = \"0.4\", features = [\"std\"] }"],
};

const OPEN: Piece = plain(include_str!("code/open.rs"));
