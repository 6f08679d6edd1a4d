use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::Path;

use crate::error::LessonError;

/// The files of a course, whether they lie on disk or inside the binary. Names use `/`.
///
/// Left out are names that begin with `_` (drafts and the template) or with `.`, and those that
/// end with `~`: editors leave such files behind.
#[derive(Debug, Clone, Default)]
pub struct Tree {
    files: BTreeMap<String, Cow<'static, [u8]>>,
    folders: BTreeSet<String>,
    /// What could not be read.
    problems: Vec<LessonError>,
}

impl Tree {
    /// A tree of files that are held already.
    pub fn from_files<N, C>(files: impl IntoIterator<Item = (N, C)>) -> Self
    where
        N: Into<String>,
        C: Into<Cow<'static, [u8]>>,
    {
        let mut tree = Self::default();
        for (name, content) in files {
            let name = name.into();
            if name.split('/').any(is_left_out) {
                continue;
            }
            let mut folder = name.as_str();
            while let Some((parent, _)) = folder.rsplit_once('/') {
                tree.folders.insert(String::from(parent));
                folder = parent;
            }
            tree.files.insert(name, content.into());
        }
        tree
    }

    /// Reads a folder, the content of `.md` and `.toml` files alone. What cannot be read in it becomes a problem of the course.
    ///
    /// # Errors
    /// When the folder itself cannot be listed, for instance because it is not there.
    pub fn read(folder: &Path) -> io::Result<Self> {
        let entries = fs::read_dir(folder)?;
        let mut tree = Self::default();
        tree.add_folder("", entries, 1);
        Ok(tree)
    }

    /// The content of a file.
    #[must_use]
    pub fn file(&self, name: &str) -> Option<&[u8]> {
        self.files.get(name).map(AsRef::as_ref)
    }

    pub(crate) fn problems(&self) -> &[LessonError] {
        &self.problems
    }

    /// Names of the files directly in a folder; the course folder itself is the empty name.
    pub(crate) fn files_in<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = &'a str> {
        self.files
            .keys()
            .filter_map(move |name| child(folder, name))
    }

    /// Names of the folders directly in a folder.
    pub(crate) fn folders_in<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = &'a str> {
        self.folders
            .iter()
            .filter_map(move |name| child(folder, name))
    }

    fn add_folder(&mut self, name: &str, entries: fs::ReadDir, depth: usize) {
        for entry in entries {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    self.problem(name, format!("the folder cannot be listed: {error}"));
                    return;
                }
            };
            let Ok(last) = entry.file_name().into_string() else {
                self.problem(name, "a name in this folder is not UTF-8; rename it");
                continue;
            };
            if is_left_out(&last) {
                continue;
            }
            if self.files.len() + self.folders.len() >= MAX_ENTRIES {
                if !self
                    .problems
                    .iter()
                    .any(|problem| problem.message == TOO_MANY)
                {
                    self.problem("", TOO_MANY);
                }
                return;
            }
            self.add_entry(&join(name, &last), &entry.path(), depth);
        }
    }

    fn add_entry(&mut self, name: &str, path: &Path, depth: usize) {
        // `metadata` follows symbolic links, so a course may be put together with them.
        let read = fs::metadata(path).and_then(|meta| {
            if meta.is_dir() {
                return fs::read_dir(path).map(Entry::Folder);
            }
            // A picture is looked for here and served from its place.
            if !name.ends_with(".md") && !name.ends_with(".toml") {
                return Ok(Entry::File(Vec::new()));
            }
            if meta.len() > MAX_FILE_BYTES {
                return Ok(Entry::TooLarge);
            }
            fs::read(path).map(Entry::File)
        });
        match read {
            Ok(Entry::Folder(entries)) => {
                self.folders.insert(String::from(name));
                if depth < MAX_DEPTH {
                    self.add_folder(name, entries, depth + 1);
                }
            }
            Ok(Entry::File(content)) => {
                self.files.insert(String::from(name), content.into());
            }
            Ok(Entry::TooLarge) => {
                let limit = MAX_FILE_BYTES / 1024;
                self.problem(name, format!("the file is too large: at most {limit} KiB"));
            }
            Err(error) => self.problem(name, format!("it cannot be read: {error}")),
        }
    }

    fn problem(&mut self, file: &str, message: impl Into<String>) {
        self.problems.push(LessonError::about_file(file, message));
    }
}

enum Entry {
    Folder(fs::ReadDir),
    File(Vec<u8>),
    TooLarge,
}

/// Chapter, lesson, assets, and one more so that a folder too deep is seen and reported.
const MAX_DEPTH: usize = 4;

/// Keeps a wrong `--lessons /` from reading a whole disk.
const MAX_ENTRIES: usize = 5_000;

/// Far above any lesson.
const MAX_FILE_BYTES: u64 = 256 * 1024;

const TOO_MANY: &str = "there are more than 5000 files and folders here; is this a course folder?";

/// `folder/name`, where the course folder itself has the empty name.
pub(crate) fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() {
        String::from(name)
    } else {
        format!("{folder}/{name}")
    }
}

fn is_left_out(name: &str) -> bool {
    name.starts_with('_') || name.starts_with('.') || name.ends_with('~')
}

/// The last part of `name` when it lies directly in `folder`.
fn child<'a>(folder: &str, name: &'a str) -> Option<&'a str> {
    let rest = if folder.is_empty() {
        name
    } else {
        name.strip_prefix(folder)?.strip_prefix('/')?
    };
    (!rest.is_empty() && !rest.contains('/')).then_some(rest)
}
