//! The files that a run makes, which outlive its task as long as the session keeps the run.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};

use spillway_protocol::control::Download;
use spillway_streams::StageId;

use crate::data::RunDir;

/// The files of a run; each has a name of its own.
#[derive(Debug)]
pub(super) struct Outputs {
    run: String,
    pub(super) dir: RunDir,
    /// Bytes on the disk of the whole server.
    disk: Arc<AtomicU64>,
    files: Vec<Output>,
}

#[derive(Debug)]
struct Output {
    /// The stage that makes it.
    stage: StageId,
    name: String,
    /// Bytes counted on the server's disk quota.
    counted: AtomicU64,
    finished: AtomicBool,
}

impl Drop for Outputs {
    fn drop(&mut self) {
        let counted = self.files.iter().map(|file| file.counted.load(Relaxed));
        self.disk.fetch_sub(counted.sum(), Relaxed);
    }
}

impl Outputs {
    /// Files of these names, none of them begun.
    pub(super) fn new(
        run: String,
        dir: RunDir,
        disk: Arc<AtomicU64>,
        names: impl Iterator<Item = (StageId, String)>,
    ) -> Self {
        let output = |(stage, name)| Output {
            stage,
            name,
            counted: 0.into(),
            finished: false.into(),
        };
        Self {
            run,
            dir,
            disk,
            files: names.map(output).collect(),
        }
    }

    /// A stage has taken so many bytes; those of a file are on the disk.
    pub(super) fn count(&self, stage: StageId, bytes: u64) {
        if let Some(file) = self.of(stage) {
            file.counted.fetch_add(bytes, Relaxed);
            self.disk.fetch_add(bytes, Relaxed);
        }
    }

    /// A stage has finished; whether that makes a file complete.
    pub(super) fn finish(&self, stage: StageId) -> bool {
        let file = self.of(stage);
        if let Some(file) = file {
            file.finished.store(true, Relaxed);
        }
        file.is_some()
    }

    /// Removes what will not be finished: nobody can fetch it.
    pub(super) fn discard_half(&self) {
        for file in self.files.iter().filter(|file| !file.is_finished()) {
            let name = &file.name;
            if let Err(error) = fs::remove_file(self.dir.file(name)) {
                tracing::warn!(%error, name, "an unfinished output stays until its run is ended");
                continue;
            }
            let counted = file.counted.swap(0, Relaxed);
            self.disk.fetch_sub(counted, Relaxed);
        }
    }

    /// What can be fetched, in the order of the stages.
    pub(super) fn downloads(&self) -> Vec<Download> {
        let finished = self.files.iter().filter(|file| file.is_finished());
        finished.map(|file| self.download(file)).collect()
    }

    /// The file that a stage has finished.
    pub(super) fn download_of(&self, stage: StageId) -> Option<Download> {
        let file = self.of(stage).filter(|file| file.is_finished())?;
        Some(self.download(file))
    }

    /// The path of a finished file by its name.
    pub(super) fn finished(&self, name: &str) -> Option<PathBuf> {
        let mut finished = self.files.iter().filter(|file| file.is_finished());
        let file = finished.find(|file| file.name == name)?;
        Some(self.dir.file(&file.name))
    }

    fn of(&self, stage: StageId) -> Option<&Output> {
        self.files.iter().find(|file| file.stage == stage)
    }

    fn download(&self, file: &Output) -> Download {
        let name = &file.name;
        Download {
            path: format!("/api/runs/{}/files/{name}", self.run),
            name: name.clone(),
            bytes: file.counted.load(Relaxed),
        }
    }
}

impl Output {
    fn is_finished(&self) -> bool {
        self.finished.load(Relaxed)
    }
}
