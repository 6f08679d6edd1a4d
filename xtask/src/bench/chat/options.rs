//! The options of the benchmark of chats.

use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};

use super::servers::Who;

/// What to measure, and how.
#[derive(Debug)]
pub(super) struct Options {
    pub(super) rounds: usize,
    pub(super) rows: Vec<Row>,
    /// Connections that say nothing; 0 leaves that out.
    pub(super) idle: u64,
    pub(super) who: Vec<Who>,
    /// The release line of Node.
    pub(super) node: String,
    pub(super) spillway: Option<PathBuf>,
    /// Another Spillway, to be compared with.
    pub(super) other: Option<PathBuf>,
}

/// How many receive, and how many messages are on the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) receivers: u64,
    pub(super) outstanding: u64,
}

impl Row {
    /// Messages of a run: enough for seconds of work, not too many for the history of a room.
    pub(super) fn messages(self) -> u64 {
        let all = (DELIVERIES / self.receivers).clamp(150, 4000);
        if self.outstanding == 1 { all / 3 } else { all }
    }

    fn named(name: &str) -> Result<Self> {
        let (receivers, outstanding) = name.split_once('/').unwrap_or((name, "16"));
        Ok(Self {
            receivers: positive(receivers)?,
            outstanding: positive(outstanding)?,
        })
    }
}

/// Deliveries of a run, about.
const DELIVERIES: u64 = 400_000;

impl Options {
    /// Reads the command line.
    ///
    /// # Errors
    /// If an option is unknown, or its value cannot be used.
    pub(super) fn read(args: &[&str]) -> Result<Self> {
        let mut options = Self::default();
        for pair in args.chunks(2) {
            let [option, value] = *pair else {
                bail!("`{}` needs a value after it", pair[0]);
            };
            options
                .set(option, value)
                .with_context(|| format!("{option} {value}"))?;
        }
        if options.other.is_some() && !options.who.contains(&Who::Other) {
            options.who.insert(0, Who::Other);
        }
        Ok(options)
    }

    fn set(&mut self, option: &str, value: &str) -> Result<()> {
        let listed = || value.split(',');
        match option {
            "--rounds" => self.rounds = usize::try_from(positive(value)?)?,
            "--rows" => self.rows = listed().map(Row::named).collect::<Result<_>>()?,
            "--idle" => self.idle = value.parse().context("not a number")?,
            "--who" => self.who = listed().map(Who::named).collect::<Result<_>>()?,
            "--node" => value.clone_into(&mut self.node),
            "--spillway" => self.spillway = Some(value.into()),
            "--other" => self.other = Some(value.into()),
            _ => bail!("no such option; `cargo xtask help` names them"),
        }
        Ok(())
    }
}

impl Default for Options {
    fn default() -> Self {
        let row = |(receivers, outstanding)| Row {
            receivers,
            outstanding,
        };
        Self {
            rounds: 3,
            rows: [(100, 16), (500, 16), (2000, 16), (500, 1)]
                .map(row)
                .to_vec(),
            idle: 8000,
            who: vec![Who::Spillway, Who::Ws, Who::SocketIo],
            node: "20".to_owned(),
            spillway: None,
            other: None,
        }
    }
}

fn positive(value: &str) -> Result<u64> {
    let number = value.parse().ok().filter(|number| *number > 0);
    number.with_context(|| format!("`{value}` is not a number above 0"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_and_servers_are_chosen() {
        let options = Options::read(&["--rows", "500/1,20", "--who", "ws,spillway"]).unwrap();
        let rows = options.rows.iter();
        let rows: Vec<_> = rows.map(|row| (row.receivers, row.outstanding)).collect();
        assert_eq!(rows, [(500, 1), (20, 16)]);
        assert_eq!(options.who, [Who::Ws, Who::Spillway]);
        assert_eq!((options.rounds, options.idle), (3, 8000));
    }

    #[test]
    fn another_spillway_takes_part_when_it_is_named() {
        let options = Options::read(&["--other", "old"]).unwrap();
        assert_eq!(options.who.len(), 4);
    }

    #[test]
    fn what_cannot_be_used_is_refused() {
        for wrong in [
            &["--rows", "0/16"][..],
            &["--rows", "many"],
            &["--who", "node"],
            &["--idle", "-1"],
            &["--rounds"],
            &["--fast", "1"],
        ] {
            assert!(Options::read(wrong).is_err(), "{wrong:?}");
        }
    }
}
