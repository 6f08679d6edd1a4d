//! The ends of a pipe: a path or `-` to read from, and one to write to.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, ErrorKind, IsTerminal, Read, Write};
use std::os::fd::AsFd;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use bytes::Bytes;

use super::PipeError;
use super::aside::Aside;
use crate::engine::Buffers;
use crate::engine::stages::{Defaults, Plan, Sink, Source, StageError, Worker};

/// Where the bytes come from, open.
#[derive(Debug)]
pub(super) struct Input {
    name: String,
    file: File,
    found: Metadata,
}

impl Input {
    /// Opens what `word` names.
    pub(super) fn find(word: &str) -> Result<Self, PipeError> {
        let name = if word == "-" { "standard input" } else { word };
        let refused = |error: &dyn std::fmt::Display| {
            PipeError::Usage(format!("cannot read {name}: {error}"))
        };
        let file = if word == "-" {
            io::stdin().as_fd().try_clone_to_owned().map(File::from)
        } else {
            File::open(word)
        };
        let file = file.map_err(|error| refused(&error))?;
        let found = file.metadata().map_err(|error| refused(&error))?;
        if found.is_dir() {
            return Err(refused(&"it is a directory"));
        }
        Ok(Self {
            name: name.to_owned(),
            file,
            found,
        })
    }

    /// How many bytes there are, when that can be known before.
    pub(super) fn bytes(&self) -> Option<u64> {
        self.found.is_file().then_some(self.found.len())
    }

    /// The Readable over it.
    pub(super) fn plan(self, defaults: Defaults, buffers: Buffers) -> Plan {
        let most = defaults.file_read_mark;
        let source = FileReadable {
            next: if self.found.is_file() { most } else { FEW },
            most,
            file: self.file,
            name: self.name.clone(),
            buffers,
        };
        let worker = Worker::Source(Box::new(source));
        Plan::readable(self.name, defaults.mark, Box::new(|_| Ok(worker)))
    }

    fn is_same_file(&self, found: &Metadata) -> bool {
        let same = (found.dev(), found.ino()) == (self.found.dev(), self.found.ino());
        same && found.is_file()
    }
}

/// Where the bytes go, open.
#[derive(Debug)]
pub(super) struct Output {
    name: String,
    file: File,
    /// A file is written aside. What is there and is no file, such as a device, is written as it is.
    pub(super) aside: Option<Aside>,
    /// It is a terminal, which the bytes go to.
    pub(super) is_terminal: bool,
}

impl Output {
    /// Opens what `word` names, which is not what is read.
    pub(super) fn find(word: &str, input: &Input) -> Result<Self, PipeError> {
        if word == "-" {
            return Self::stdout(input);
        }
        let refused = |error: &dyn std::fmt::Display| {
            PipeError::Usage(format!("cannot write {word}: {error}"))
        };
        let there = match fs::metadata(word) {
            Ok(found) => Some(found),
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => return Err(refused(&error)),
        };
        let device = match &there {
            Some(found) if found.is_dir() => return Err(refused(&"it is a directory")),
            Some(found) if input.is_same_file(found) => {
                return Err(refused(&"it is the file that is read"));
            }
            Some(found) => !found.is_file(),
            None => false,
        };
        let (file, aside) = if device {
            let file = OpenOptions::new().write(true).open(word);
            (file.map_err(|error| refused(&error))?, None)
        } else {
            // A link stays, and what it leads to is replaced.
            let path = fs::canonicalize(word).unwrap_or_else(|_| Path::new(word).to_owned());
            let (aside, file) = Aside::create(&path).map_err(|error| refused(&error))?;
            (file, Some(aside))
        };
        Ok(Self {
            name: word.to_owned(),
            file,
            aside,
            is_terminal: false,
        })
    }

    fn stdout(input: &Input) -> Result<Self, PipeError> {
        let refused = |error: &dyn std::fmt::Display| {
            PipeError::Usage(format!("cannot write standard output: {error}"))
        };
        let stdout = io::stdout();
        let file = stdout.as_fd().try_clone_to_owned().map(File::from);
        let file = file.map_err(|error| refused(&error))?;
        let found = file.metadata().map_err(|error| refused(&error))?;
        if input.is_same_file(&found) {
            return Err(refused(&"it is the file that is read"));
        }
        Ok(Self {
            name: "standard output".to_owned(),
            file,
            aside: None,
            is_terminal: stdout.is_terminal(),
        })
    }

    /// The Writable to it.
    pub(super) fn plan(self, defaults: Defaults) -> Plan {
        let label = self.name.clone();
        let sink = FileWritable {
            name: self.name,
            file: self.file,
            aside: self.aside,
        };
        let worker = Worker::Sink(Box::new(sink));
        Plan::writable(label, defaults.mark, Box::new(|_| Ok(worker)))
    }
}

/// The first read from what may have little to give, such as a pipe.
const FEW: usize = 64 * 1024;

struct FileReadable {
    name: String,
    file: File,
    /// Bytes to ask for next: twice what came last, so that no memory is held for nothing.
    next: usize,
    /// Bytes to ask for at most.
    most: usize,
    buffers: Buffers,
}

impl Source for FileReadable {
    fn read(&mut self, n: usize) -> Result<Option<Bytes>, StageError> {
        let mut chunk = self.buffers.take(self.next.min(self.most).min(n).max(1));
        let read = loop {
            match self.file.read(&mut chunk) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                result => break result,
            }
        };
        let read =
            read.map_err(|source| StageError::io(format!("cannot read {}", self.name), source))?;
        self.next = (2 * read).max(FEW);
        chunk.truncate(read);
        Ok((read > 0).then(|| chunk.freeze()))
    }
}

struct FileWritable {
    name: String,
    file: File,
    aside: Option<Aside>,
}

impl FileWritable {
    fn failed(&self, source: io::Error) -> StageError {
        StageError::io(format!("cannot write {}", self.name), source)
    }
}

impl Sink for FileWritable {
    fn write(&mut self, chunk: &Bytes) -> Result<(), StageError> {
        let written = self.file.write_all(chunk);
        written.map_err(|error| self.failed(error))
    }

    fn finish(&mut self) -> Result<(), StageError> {
        let kept = self.aside.as_ref().map_or(Ok(()), Aside::keep);
        kept.map_err(|error| self.failed(error))
    }
}
