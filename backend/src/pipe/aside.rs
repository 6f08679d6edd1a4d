//! Writing a file aside, in the folder of its final name, and renaming it when it is whole.

use std::fs::{self, File, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use tempfile::{Builder, TempPath};

/// A file that is not there yet under its name. Clones are of the same one.
#[derive(Debug, Clone)]
pub(super) struct Aside {
    name: PathBuf,
    /// `None` once it was kept or discarded.
    path: Arc<Mutex<Option<TempPath>>>,
}

impl Aside {
    /// Makes an empty file beside `name`. It may be read by whom the file that is there may be
    /// read by, or by whom a new file may.
    pub(super) fn create(name: &Path) -> io::Result<(Self, File)> {
        let folder = match name.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        let there = fs::metadata(name).map(|found| found.permissions());
        let permissions = there.unwrap_or_else(|_| Permissions::from_mode(0o666));
        let base = name.file_name().unwrap_or_default().to_string_lossy();
        let base: String = base.chars().take(40).collect();
        let (file, path) = Builder::new()
            .prefix(&format!(".{base}."))
            .suffix(".part")
            .permissions(permissions)
            .tempfile_in(folder)?
            .into_parts();
        let aside = Self {
            name: name.to_owned(),
            path: Arc::new(Mutex::new(Some(path))),
        };
        Ok((aside, file))
    }

    /// Gives the file its name, in place of one that had it.
    pub(super) fn keep(&self) -> io::Result<()> {
        match self.take() {
            Some(path) => path.persist(&self.name).map_err(|error| error.error),
            None => Err(io::Error::other("it was discarded")),
        }
    }

    /// Removes the file, unless it was kept.
    pub(super) fn discard(&self) {
        drop(self.take());
    }

    fn take(&self) -> Option<TempPath> {
        self.path
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }
}

/// Removes a file that was not kept, however this goes away. The threads of a run may outlive it.
#[must_use]
pub(super) struct DiscardAtEnd(pub(super) Option<Aside>);

impl Drop for DiscardAtEnd {
    fn drop(&mut self) {
        if let Some(aside) = &self.0 {
            aside.discard();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let names = fs::read_dir(folder).unwrap();
        let name = |entry: io::Result<fs::DirEntry>| entry.unwrap().file_name();
        names
            .map(|entry| name(entry).to_string_lossy().into_owned())
            .collect()
    }

    #[test]
    fn a_kept_file_has_its_name_and_nothing_lies_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let name = folder.path().join("out.csv");
        let (aside, mut file) = Aside::create(&name).unwrap();
        file.write_all(b"whole").unwrap();
        assert!(!name.exists());
        aside.keep().unwrap();
        aside.discard();
        assert_eq!(fs::read(&name).unwrap(), b"whole");
        assert_eq!(names(folder.path()), ["out.csv"]);
    }

    #[test]
    fn a_discarded_file_is_gone_and_cannot_be_kept() {
        let folder = tempfile::tempdir().unwrap();
        let name = folder.path().join("out.csv");
        let (aside, _file) = Aside::create(&name).unwrap();
        aside.clone().discard();
        assert!(aside.keep().is_err());
        assert_eq!(names(folder.path()), [""; 0]);
    }

    #[test]
    fn the_file_may_be_read_by_whom_the_one_before_it_may() {
        let folder = tempfile::tempdir().unwrap();
        let name = folder.path().join("out.csv");
        fs::write(&name, "before").unwrap();
        fs::set_permissions(&name, Permissions::from_mode(0o640)).unwrap();
        let (aside, _file) = Aside::create(&name).unwrap();
        aside.keep().unwrap();
        let mode = fs::metadata(&name).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o640);
    }
}
