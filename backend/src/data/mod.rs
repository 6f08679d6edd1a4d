//! The data folder: the sample file, and one folder per run that vanishes with the run.
//!
//! Nothing a client sends ever becomes part of a path here, except the name of an output file,
//! which [`output_name`] checks.

mod cities;
mod decimal;
mod sample;

use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use thiserror::Error;
use tokio::sync::OnceCell;

pub(crate) use self::cities::COLUMNS;
pub(crate) use self::sample::{Form, SEED, Sample, Size};

/// How large the sample file is made, bytes.
pub(crate) const SAMPLE_BYTES: u64 = 50_000_000;

/// An open data folder; the lock is held as long as it lives.
#[derive(Debug)]
pub struct DataDir {
    root: PathBuf,
    sample_bytes: u64,
    cities: OnceCell<PathBuf>,
    /// Keeps a second server from clearing away the runs of this one.
    _lock: File,
}

/// Why a data folder cannot be used.
#[derive(Debug, Error)]
pub enum OpenError {
    /// It cannot be made or written.
    #[error("cannot use the data folder {}: {source}; give another with --data DIR", path.display())]
    Unusable {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Another server has it.
    #[error("another spillway uses the data folder {}; give another with --data DIR", path.display())]
    Taken {
        /// The folder.
        path: PathBuf,
    },
}

impl DataDir {
    /// Opens or makes the folder and removes what runs of a crashed server left in it. The sample
    /// file will have about `sample_bytes`.
    ///
    /// # Errors
    /// When the folder cannot be made, written or locked.
    pub fn open(root: &Path, sample_bytes: u64) -> Result<Self, OpenError> {
        let unusable = |source| OpenError::Unusable {
            path: root.to_owned(),
            source,
        };
        std::fs::create_dir_all(root).map_err(unusable)?;
        let lock = File::create(root.join("lock")).map_err(unusable)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(OpenError::Taken {
                    path: root.to_owned(),
                });
            }
            Err(TryLockError::Error(source)) => return Err(unusable(source)),
        }
        for folder in ["runs", "uploads"] {
            let folder = root.join(folder);
            match std::fs::remove_dir_all(&folder) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    return Err(unusable(error));
                }
                _ => std::fs::create_dir(&folder).map_err(unusable)?,
            }
        }
        Ok(Self {
            root: root.to_owned(),
            sample_bytes,
            cities: OnceCell::new(),
            _lock: lock,
        })
    }

    /// The sample of cities, made when first asked for and kept for good.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub async fn cities(&self) -> io::Result<&Path> {
        let path = self.cities.get_or_try_init(|| async {
            let path = self.root.join(format!("cities-{}.csv", self.sample_bytes));
            let bytes = self.sample_bytes;
            tokio::task::spawn_blocking(move || sample::make_once(&path, bytes).map(|()| path))
                .await
                .map_err(io::Error::other)?
        });
        path.await.map(PathBuf::as_path)
    }

    /// Where the chat is kept.
    pub(crate) fn chat(&self) -> PathBuf {
        self.root.join("chat.sqlite")
    }

    /// Where an upload of this generated name is kept.
    pub(crate) fn upload(&self, id: &str) -> PathBuf {
        self.root.join("uploads").join(id)
    }

    /// Makes the folder of a run.
    ///
    /// # Errors
    /// When it cannot be made.
    pub(crate) fn run_dir(self: &Arc<Self>, run: &str) -> io::Result<RunDir> {
        let path = self.root.join("runs").join(run);
        std::fs::create_dir(&path)?;
        Ok(RunDir { path })
    }
}

/// The folder of one run, removed with all in it when dropped.
#[derive(Debug)]
pub(crate) struct RunDir {
    path: PathBuf,
}

impl RunDir {
    /// The path of an output whose name [`output_name`] has accepted.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }
}

impl Drop for RunDir {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.path) {
            tracing::warn!(%error, path = %self.path.display(), "a run's folder stays behind");
        }
    }
}

/// Checks the name of an output file: letters, digits, `.`, `-` and `_`, not starting with a dot.
///
/// # Errors
/// With what is allowed, in words.
pub(crate) fn output_name(name: &str) -> Result<&str, String> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-_".contains(&byte);
    if name.is_empty() || name.len() > 64 || name.starts_with('.') || !name.bytes().all(plain) {
        return Err(format!(
            "'{name}' cannot be an output file: use 1 to 64 letters, digits, '.', '-' or '_', \
             not starting with '.'"
        ));
    }
    Ok(name)
}

/// The media type that an output's name promises.
pub(crate) fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.') {
        Some((_, "gz")) => "application/gzip",
        Some((_, "csv")) => "text/csv; charset=utf-8",
        Some((_, "json")) => "application/json",
        Some((_, "txt")) => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_leaves_the_folder_is_refused() {
        for name in [
            "",
            "..",
            "../x",
            "a/b",
            "a\\b",
            ".hidden",
            "x\0y",
            &"a".repeat(65),
        ] {
            assert!(output_name(name).is_err(), "{name:?}");
        }
        assert_eq!(output_name("out.csv.gz"), Ok("out.csv.gz"));
    }

    #[test]
    fn a_second_server_cannot_use_the_same_folder() {
        let dir = tempfile::tempdir().unwrap();
        let first = DataDir::open(dir.path(), 0).unwrap();
        assert!(matches!(
            DataDir::open(dir.path(), 0),
            Err(OpenError::Taken { .. })
        ));
        drop(first);
        DataDir::open(dir.path(), 0).unwrap();
    }

    #[test]
    fn what_a_crashed_server_left_is_removed_at_start() {
        let dir = tempfile::tempdir().unwrap();
        for orphan in ["runs/abc/out.gz", "uploads/abc"] {
            let orphan = dir.path().join(orphan);
            std::fs::create_dir_all(orphan.parent().unwrap()).unwrap();
            std::fs::write(&orphan, b"half").unwrap();
            drop(DataDir::open(dir.path(), 0).unwrap());
            assert!(!orphan.exists());
        }
    }

    #[tokio::test]
    async fn the_sample_is_the_same_every_time() {
        let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let mut texts = Vec::new();
        for dir in [&one, &two] {
            let data = DataDir::open(dir.path(), 100_000).unwrap();
            texts.push(std::fs::read_to_string(data.cities().await.unwrap()).unwrap());
        }
        assert_eq!(texts[0], texts[1]);
        assert!(texts[0].starts_with(&COLUMNS.join(",")));
        assert!((100_000..101_000).contains(&texts[0].len()));
    }
}
