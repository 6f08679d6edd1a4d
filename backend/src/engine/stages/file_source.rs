//! `file_source`: a Readable over a real file on disk.

use std::fs::File;
use std::io::Read;

use bytes::{Bytes, BytesMut};
use serde::Deserialize;

use super::{Kind, Options, Plan, Source, StageError, Worker};
use crate::data::COLUMNS;

pub(super) const KIND: Kind = Kind {
    name: "file_source",
    about: "Readable over the sample file. `file = \"cities.csv\"`, `bytes_per_s` (full speed when \
            left out), `high_water_mark` (65536), `label`",
    plan,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileSourceOptions {
    file: String,
    label: Option<String>,
    bytes_per_s: Option<u64>,
    high_water_mark: Option<u64>,
}

fn plan(options: &Options<'_>) -> Result<Plan, StageError> {
    let parsed: FileSourceOptions = options.parse()?;
    if parsed.file != "cities.csv" {
        return Err(StageError::Options(format!(
            "stage '{}': there is no file '{}' to read; there is cities.csv",
            options.spec.id, parsed.file
        )));
    }
    Ok(Plan {
        label: parsed.label.unwrap_or(parsed.file),
        read_mark: Some(options.mark(parsed.high_water_mark, options.profile.file_read_mark())?),
        write_mark: None,
        speed: Some(options.speed(parsed.bytes_per_s)?),
        output: None,
        wants_columns: Vec::new(),
        gives_columns: Some(&COLUMNS),
        make: Box::new(|places| {
            let file = File::open(places.cities).map_err(|source| StageError::Io {
                what: "cannot open cities.csv".to_owned(),
                source,
            })?;
            Ok(Worker::Source(Box::new(FileSource { file })))
        }),
    })
}

struct FileSource {
    file: File,
}

impl Source for FileSource {
    fn read(&mut self, n: usize) -> Result<Option<Bytes>, StageError> {
        let mut chunk = BytesMut::zeroed(n.max(1));
        let read = self
            .file
            .read(&mut chunk)
            .map_err(|source| StageError::Io {
                what: "cannot read cities.csv".to_owned(),
                source,
            })?;
        chunk.truncate(read);
        Ok((read > 0).then(|| chunk.freeze()))
    }
}
