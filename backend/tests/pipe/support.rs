//! Folders, inputs and processes.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread;

use tempfile::TempDir;

/// A folder with an input in it.
pub(crate) struct Place {
    pub(crate) folder: TempDir,
}

impl Place {
    pub(crate) fn with(name: &str, content: &[u8]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(name), content).unwrap();
        Self { folder }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap()
    }

    /// The names of all files, sorted.
    pub(crate) fn names(&self) -> Vec<String> {
        names(self.folder.path())
    }

    /// `spillway pipe` with these words, in the folder.
    pub(crate) fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_spillway"));
        command.arg("pipe").args(words);
        command.current_dir(self.folder.path());
        command
    }

    pub(crate) fn pipe(&self, words: &[&str]) -> Output {
        self.command(words).output().unwrap()
    }

    /// The same, which must end well.
    pub(crate) fn pipes(&self, words: &[&str]) -> Output {
        let output = self.pipe(words);
        assert!(output.status.success(), "{output:?}");
        output
    }

    /// The same with this input, which must end well.
    pub(crate) fn pipes_input(&self, words: &[&str], input: &[u8]) -> Output {
        let mut command = self.command(words);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        command.stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let input = input.to_owned();
        let writes = thread::spawn(move || stdin.write_all(&input));
        let output = child.wait_with_output().unwrap();
        writes.join().unwrap().unwrap();
        assert!(output.status.success(), "{output:?}");
        output
    }
}

pub(crate) fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let name = |entry: std::io::Result<fs::DirEntry>| entry.unwrap().file_name();
    let mut names: Vec<String> = entries
        .map(|entry| name(entry).to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

pub(crate) fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A CSV file of so many rows, in which every third row has a `population` over 500,000.
pub(crate) fn cities(rows: usize) -> Vec<u8> {
    let mut csv = b"id,name,population\n".to_vec();
    for row in 0..rows {
        let population = if row % 3 == 0 {
            600_000 + row
        } else {
            row % 400_000
        };
        writeln!(csv, "{row},\"City, {row}\",{population}").unwrap();
    }
    csv
}

/// The rows of [`cities`] that a filter for more than 500,000 keeps, with the header.
pub(crate) fn large_cities(rows: usize) -> Vec<u8> {
    let all = cities(rows);
    let lines = all.split_inclusive(|byte| *byte == b'\n').enumerate();
    let kept = lines.filter(|(line, _)| *line == 0 || (line - 1) % 3 == 0);
    kept.flat_map(|(_, line)| line.to_owned()).collect()
}

/// What a gzip file holds, which must be one member.
pub(crate) fn unzipped(gzip: &[u8]) -> Vec<u8> {
    let mut decoder = flate2::bufread::GzDecoder::new(gzip);
    let mut content = Vec::new();
    std::io::Read::read_to_end(&mut decoder, &mut content).unwrap();
    let rest = decoder.into_inner();
    assert!(rest.is_empty(), "{} bytes after the member", rest.len());
    content
}
