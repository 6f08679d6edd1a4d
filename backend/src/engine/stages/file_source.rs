//! `file_source`: a Readable over a real file on disk.

use std::fs::File;
use std::io::Read;

use bytes::{Bytes, BytesMut};
use serde::Deserialize;
use spillway_protocol::stages::Side;

use super::documented::{FILE, choice};
use super::{Kind, Options, Plan, Source, StageError, Worker};
use crate::data::COLUMNS;
use crate::engine::{Counted, Resource};

pub(super) const KIND: Kind = Kind {
    name: "file_source",
    about: "Readable over the sample file. `file = \"cities.csv\"`, `bytes_per_s` (full speed when \
            left out), `high_water_mark` (65536), `label`",
    side: Side::Readable,
    options: &[
        &[choice("file", &["cities.csv"], "which file").required()],
        FILE,
    ],
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
                let file = places.ledger.count(Resource::File, file);
                Ok(Worker::Source(Box::new(FileSource::new(
                    file,
                    "cities.csv",
                ))))
            }),
        )
    })
}

/// A file that is open, and what it is called when it fails.
pub(super) struct FileSource {
    file: Counted<File>,
    name: &'static str,
}

impl FileSource {
    pub(super) fn new(file: Counted<File>, name: &'static str) -> Self {
        Self { file, name }
    }
}

impl Source for FileSource {
    fn read(&mut self, n: usize) -> Result<Option<Bytes>, StageError> {
        let mut chunk = BytesMut::zeroed(n.max(1));
        let read = self.file.read(&mut chunk);
        let read =
            read.map_err(|source| StageError::io(format!("cannot read {}", self.name), source))?;
        chunk.truncate(read);
        Ok((read > 0).then(|| chunk.freeze()))
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::engine::stages::Places;
    use crate::engine::stages::tests_support::{planned, read_all};
    use crate::engine::{Buffers, Ledger};

    const STAGE: &str = r#"{"id":"s","kind":"file_source","file":"cities.csv"}"#;

    fn over(path: &std::path::Path) -> Result<Box<dyn Source>, StageError> {
        let made = planned(STAGE).make(&Places {
            cities: path,
            output: &|_| PathBuf::new(),
            buffers: Buffers::default(),
            ledger: Ledger::default(),
            reach: None,
        })?;
        match made {
            Worker::Source(source) => Ok(source),
            _ => panic!("not a Source"),
        }
    }

    #[test]
    fn it_gives_the_bytes_of_the_file_and_no_more_at_once_than_asked_for() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let bytes: Vec<u8> = (0..100_000_u32).map(|at| at as u8).collect();
        std::fs::write(file.path(), &bytes).unwrap();
        assert_eq!(read_all(&mut *over(file.path()).unwrap(), 4096), bytes);
    }

    #[test]
    fn a_file_that_is_not_there_and_a_folder_are_errors_that_say_so() {
        let folder = tempfile::tempdir().unwrap();
        let missing = over(&folder.path().join("none")).err().unwrap();
        let missing = missing.to_string();
        assert!(
            missing.starts_with("cannot open cities.csv: No such file"),
            "{missing}"
        );
        let error = over(folder.path()).unwrap().read(10).unwrap_err();
        let error = error.to_string();
        assert!(
            error.starts_with("cannot read cities.csv: Is a directory"),
            "{error}"
        );
    }
}
