//! What clippy has no lint for, or lints only in some of our builds.

use std::fs;
use std::path::{Path, PathBuf};

use crate::metadata::root;

/// Far above what a file should have (CONTRIBUTING.md); here it has become two files.
const MOST_LINES: usize = 600;

/// Marks of unfinished work, written in halves so that this file has none.
const UNFINISHED: [&str; 5] = [
    concat!("todo", "!("),
    concat!("unimplemented", "!("),
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("XX", "X:"),
];

#[test]
fn no_file_is_long() {
    for (file, text) in rust_files() {
        let lines = text.lines().count();
        assert!(
            lines <= MOST_LINES,
            "{} has {lines} lines: split it",
            file.display()
        );
    }
}

#[test]
fn nothing_is_left_unfinished() {
    for (file, text) in rust_files() {
        for mark in UNFINISHED {
            assert!(!text.contains(mark), "{} has `{mark}`", file.display());
        }
    }
}

#[test]
fn a_folder_of_modules_is_complete() {
    for (file, _) in rust_files() {
        let folder = file.with_extension("");
        let in_sources = file.components().any(|part| part.as_os_str() == "src");
        assert!(
            !in_sources || !folder.is_dir(),
            "{} belongs into its folder as mod.rs",
            file.display()
        );
    }
}

#[test]
fn tests_are_not_named_test() {
    let prefix = concat!("fn ", "test_");
    for (file, text) in rust_files() {
        assert!(
            !text.contains(prefix),
            "{} has a `{prefix}…`: name the behaviour",
            file.display()
        );
    }
}

/// Every Rust file of the workspace with its text.
fn rust_files() -> Vec<(PathBuf, String)> {
    let mut files = Vec::new();
    for folder in ["backend", "bench", "crates", "e2e", "frontend", "xtask"] {
        collect(&root().join(folder), &mut files);
    }
    assert!(
        files.len() > 10,
        "the sources are not where this test looks"
    );
    files
}

fn collect(folder: &Path, files: &mut Vec<(PathBuf, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            if !path.ends_with("target") {
                collect(&path, files);
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            files.push((path, text));
        }
    }
}
