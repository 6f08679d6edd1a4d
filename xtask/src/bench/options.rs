//! The options of both benchmarks.

use std::path::PathBuf;
use std::str::FromStr;

use anyhow::{Context as _, Result, bail};

use super::contender::Who;
use super::job::{JOBS, Job};

/// What to measure, and how.
#[derive(Debug)]
pub(super) struct Options {
    pub(super) rounds: usize,
    /// MB of the input, or GB where memory is measured.
    pub(super) size: Option<u64>,
    pub(super) jobs: Vec<&'static Job>,
    pub(super) who: Vec<Who>,
    /// Bytes that the peers read at once: as many as `spillway pipe` does. Marks are four of them.
    pub(super) chunk: usize,
    /// The release line of Node.
    pub(super) node: String,
    pub(super) spillway: Option<PathBuf>,
    pub(super) dir: PathBuf,
}

impl Options {
    /// Reads the command line.
    ///
    /// # Errors
    /// If an option is unknown, or its value cannot be used.
    pub(super) fn read(args: &[&str]) -> Result<Self> {
        let mut options = Self::default();
        let mut args = args.iter();
        while let Some(&option) = args.next() {
            let value = *args
                .next()
                .with_context(|| format!("`{option}` needs a value after it"))?;
            options
                .set(option, value)
                .with_context(|| format!("{option} {value}"))?;
        }
        Ok(options)
    }

    fn set(&mut self, option: &str, value: &str) -> Result<()> {
        match option {
            "--rounds" => self.rounds = positive(value)?,
            "--size" => self.size = Some(positive(value)?),
            "--jobs" => self.jobs = listed(value, Job::named)?,
            "--who" => self.who = listed(value, Who::named)?,
            "--chunk" => self.chunk = positive::<usize>(value)? << 10,
            "--node" => value.clone_into(&mut self.node),
            "--spillway" => self.spillway = Some(value.into()),
            "--dir" => self.dir = value.into(),
            _ => bail!("no such option; `cargo xtask help` names them"),
        }
        Ok(())
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            rounds: 5,
            size: None,
            jobs: JOBS.iter().collect(),
            who: Who::ALL.to_vec(),
            chunk: 64 << 10,
            node: "20".to_owned(),
            spillway: None,
            dir: PathBuf::from("/dev/shm/spillway-bench"),
        }
    }
}

fn positive<T: FromStr + Default + PartialEq>(value: &str) -> Result<T> {
    let number = value.parse().ok().filter(|number| *number != T::default());
    number.context("not a number above 0")
}

fn listed<T>(value: &str, named: impl Fn(&str) -> Option<T>) -> Result<Vec<T>> {
    let names = value.split(',');
    names
        .map(|name| named(name).with_context(|| format!("`{name}` is not known")))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_said_is_five_rounds_of_every_job() {
        let options = Options::read(&[]).unwrap();
        assert_eq!((options.rounds, options.jobs.len()), (5, 5));
        assert_eq!(options.who.len(), Who::ALL.len());
    }

    #[test]
    fn jobs_are_chosen_by_name() {
        let options = Options::read(&["--jobs", "csv+gzip,copy", "--rounds", "7"]).unwrap();
        let names: Vec<_> = options.jobs.iter().map(|job| job.name).collect();
        assert_eq!((options.rounds, names), (7, vec!["csv+gzip", "copy"]));
    }

    #[test]
    fn what_cannot_be_used_is_refused() {
        for wrong in [
            &["--jobs", "sort"][..],
            &["--who", "bun"],
            &["--rounds", "0"],
            &["--size", "much"],
            &["--rounds"],
            &["--fast", "1"],
        ] {
            assert!(Options::read(wrong).is_err(), "{wrong:?}");
        }
    }
}
