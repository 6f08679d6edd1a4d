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
    word: None,
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
        return Err(options.wrong(format!(
            "there is no file '{}' to read; there is cities.csv",
            parsed.file
        )));
    }
    Ok(Plan {
        speed: Some(options.speed(parsed.bytes_per_s)?),
        gives_columns: Some(&COLUMNS),
        ..Plan::readable(
            parsed.label.unwrap_or(parsed.file),
            options.mark(parsed.high_water_mark, options.defaults.file_read_mark)?,
            Box::new(|places| {
                let file = File::open(places.cities)
                    .map_err(|source| StageError::io("cannot open cities.csv", source))?;
                Ok(Worker::Source(Box::new(FileSource { file })))
            }),
        )
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
