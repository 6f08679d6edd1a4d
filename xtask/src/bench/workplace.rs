//! A folder in memory, so that no disk is measured.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use super::contender::Programs;
use super::options::Options;
use crate::command::{note, output_of, run, step};

/// The folder, with the input in it.
#[derive(Debug)]
pub(super) struct Workplace {
    folder: PathBuf,
    pub(super) input: PathBuf,
    /// Bytes of the input.
    pub(super) size: u64,
}

impl Workplace {
    /// Makes the folder, and the input unless it is there from an earlier run and whole.
    ///
    /// # Errors
    /// If the folder is not on tmpfs or has too little room.
    pub(super) fn ready(options: &Options, programs: &Programs) -> Result<Self> {
        let folder = &options.dir;
        fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
        let megabytes = options.size.unwrap_or(200);
        let input = folder.join(format!("cities-{megabytes}.csv"));
        check_room(
            folder,
            (megabytes * (1 + options.who.len() as u64) + 10) * 1_000_000,
        )?;
        step(&format!("input: {megabytes} MB of CSV"));
        let mut make = programs.peer();
        make.args(["input", &(megabytes * 1_000_000).to_string()])
            .arg(&input);
        run(&mut make)?;
        Ok(Self {
            size: fs::metadata(&input)?.len(),
            folder: folder.clone(),
            input,
        })
    }

    /// Where an output goes.
    pub(super) fn output(&self, name: &str, packed: bool) -> PathBuf {
        let ending = if packed { "csv.gz" } else { "csv" };
        self.folder.join(format!("{name}.{ending}"))
    }
}

/// A container's /dev/shm often has 64 MB.
fn check_room(folder: &Path, needed: u64) -> Result<()> {
    let mut df = Command::new("df");
    df.args(["--output=fstype,avail", "-B1"]).arg(folder);
    let said = output_of(&mut df).with_context(|| format!("df {} failed", folder.display()))?;
    let mut words = said.split_whitespace().skip(2);
    let (kind, room) = (words.next().unwrap_or_default(), words.next());
    if !["tmpfs", "ramfs"].contains(&kind) {
        note(&format!(
            "{} is on {kind}: a disk is measured, too",
            folder.display()
        ));
    }
    let room: u64 = room.and_then(|room| room.parse().ok()).unwrap_or(0);
    if room < needed {
        bail!(
            "{} has room for {} MB, {} MB are needed; --dir names another folder on tmpfs",
            folder.display(),
            room / 1_000_000,
            needed / 1_000_000
        );
    }
    Ok(())
}
