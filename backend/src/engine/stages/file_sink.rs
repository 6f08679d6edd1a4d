//! `file_sink`: a Writable to a real file that the learner can fetch when it is finished.

use std::fs::File;
use std::io::Write;

use bytes::Bytes;
use serde::Deserialize;
use spillway_protocol::stages::Side;

use super::documented::{END, text};
use super::{Kind, Options, Plan, Sink, StageError, Worker};
use crate::data::output_name;
use crate::engine::{Counted, Resource};

pub(super) const KIND: Kind = Kind {
    name: "file_sink",
    about: "Writable to a file that can be downloaded. `file` (its name), `bytes_per_s` (full \
            speed when left out), `high_water_mark` (16384), `label`",
    side: Side::Writable,
    options: &[
        &[text("file", "its name").required().such_as_text("out.txt")],
        END,
    ],
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
                let file = places.ledger.count(Resource::File, file);
                Ok(Worker::Sink(Box::new(FileSink { file, name })))
            }),
        )
    })
}

struct FileSink {
    file: Counted<File>,
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

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::*;
    use crate::engine::stages::Places;
    use crate::engine::stages::tests_support::planned;
    use crate::engine::{Buffers, Ledger};

    fn into(path: &Path) -> Result<Box<dyn Sink>, StageError> {
        let made = planned(r#"{"id":"s","kind":"file_sink","file":"out.csv"}"#).make(&Places {
            cities: Path::new("none"),
            output: &|_| PathBuf::from(path),
            buffers: Buffers::default(),
            ledger: Ledger::default(),
            reach: None,
        })?;
        match made {
            Worker::Sink(sink) => Ok(sink),
            _ => panic!("not a Sink"),
        }
    }

    #[test]
    fn what_it_is_written_is_in_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.csv");
        let mut sink = into(&path).unwrap();
        for chunk in ["one ", "two"] {
            sink.write(&Bytes::from(chunk)).unwrap();
        }
        sink.finish().unwrap();
        assert_eq!(std::fs::read_to_string(path).unwrap(), "one two");
    }

    #[test]
    fn a_folder_in_its_place_is_an_error_that_says_so() {
        let folder = tempfile::tempdir().unwrap();
        let error = into(folder.path()).err().unwrap().to_string();
        assert!(
            error.starts_with("cannot make out.csv: Is a directory"),
            "{error}"
        );
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_disk_is_an_error_that_says_so() {
        let mut sink = into(Path::new("/dev/full")).unwrap();
        let error = sink.write(&Bytes::from_static(b"x")).unwrap_err();
        let error = error.to_string();
        assert!(
            error.starts_with("cannot write out.csv: No space left"),
            "{error}"
        );
    }
}
