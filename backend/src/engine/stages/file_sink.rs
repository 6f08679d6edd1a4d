//! `file_sink`: a Writable to a real file that the learner can fetch when it is finished.

use std::fs::File;
use std::io::Write;

use bytes::Bytes;
use serde::Deserialize;

use super::{Kind, Options, Plan, Sink, StageError, Worker};
use crate::data::output_name;

pub(super) const KIND: Kind = Kind {
    name: "file_sink",
    about: "Writable to a file that can be downloaded. `file` (its name), `bytes_per_s` (full \
            speed when left out), `high_water_mark` (16384), `label`",
    word: None,
    plan,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileSinkOptions {
    file: String,
    label: Option<String>,
    bytes_per_s: Option<u64>,
    high_water_mark: Option<u64>,
}

fn plan(options: &Options<'_>) -> Result<Plan, StageError> {
    let parsed: FileSinkOptions = options.parse()?;
    let name = output_name(&parsed.file)
        .map_err(|error| options.wrong(error))?
        .to_owned();
    let output = name.clone();
    Ok(Plan {
        speed: Some(options.speed(parsed.bytes_per_s)?),
        output: Some(output),
        ..Plan::writable(
            parsed.label.unwrap_or_else(|| name.clone()),
            options.mark(parsed.high_water_mark, options.defaults.mark)?,
            Box::new(move |places| {
                let file = File::create((places.output)(&name))
                    .map_err(|source| StageError::io(format!("cannot make {name}"), source))?;
                Ok(Worker::Sink(Box::new(FileSink { file, name })))
            }),
        )
    })
}

struct FileSink {
    file: File,
    name: String,
}

impl FileSink {
    fn failed(&self, source: std::io::Error) -> StageError {
        StageError::Io {
            what: format!("cannot write {}", self.name),
            source,
        }
    }
}

impl Sink for FileSink {
    fn write(&mut self, chunk: &Bytes) -> Result<(), StageError> {
        self.file
            .write_all(chunk)
            .map_err(|error| self.failed(error))
    }

    fn finish(&mut self) -> Result<(), StageError> {
        self.file.flush().map_err(|error| self.failed(error))
    }
}
