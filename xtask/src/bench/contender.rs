//! Who takes part, and how each of them is told to do a job.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use super::job::{CSV, Job};
use super::options::Options;
use crate::command::{note, output_of};
use crate::place;
use crate::server;
use crate::tools::node::{self, Node};

/// One of those that do the jobs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Who {
    /// `spillway pipe`.
    Spillway,
    /// Node's `stream.pipeline`; rows are split by hand.
    Node,
    /// The same with npm's `csv-parse`, for the job `csv` alone.
    CsvParse,
    /// One loop on one thread.
    Loop,
}

impl Who {
    pub(super) const ALL: [Self; 4] = [Self::Spillway, Self::Node, Self::CsvParse, Self::Loop];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Spillway => "spillway",
            Self::Node => "node",
            Self::CsvParse => "csv-parse",
            Self::Loop => "loop",
        }
    }

    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|who| who.name() == name)
    }

    pub(super) fn does(self, job: &Job) -> bool {
        self != Self::CsvParse || job.stages == [CSV]
    }
}

/// The programs behind them.
#[derive(Debug)]
pub(super) struct Programs {
    spillway: Option<PathBuf>,
    node: Option<(Node, PathBuf)>,
    peer: PathBuf,
    /// How much the peers read at once, and the marks of Node's streams.
    chunk: String,
    mark: String,
}

impl Programs {
    /// Builds and gets what those that take part need.
    ///
    /// # Errors
    /// In one line: what failed.
    pub(super) fn ready(options: &Options) -> Result<Self> {
        let takes_part = |who| options.who.contains(&who);
        let spillway = match &options.spillway {
            Some(given) => Some(given.clone()),
            None if takes_part(Who::Spillway) => Some(server::build_all()?),
            None => None,
        };
        let node = if takes_part(Who::Node) || takes_part(Who::CsvParse) {
            let modules = node::modules(&scripts(), "bench-peers")?;
            Some((node::of_release(&options.node)?, modules))
        } else {
            None
        };
        Ok(Self {
            spillway,
            node,
            peer: build_peer()?,
            chunk: options.chunk.to_string(),
            mark: (options.chunk * 4).to_string(),
        })
    }

    /// The program of the workspace that makes the input, is the loop, and compares.
    pub(super) fn peer(&self) -> Command {
        Command::new(&self.peer)
    }

    /// `spillway pipe`.
    ///
    /// # Errors
    /// If Spillway does not take part.
    pub(super) fn spillway_pipe(&self) -> Result<Command> {
        let spillway = self.spillway.as_ref().context("spillway takes no part")?;
        let mut command = Command::new(spillway);
        command.arg("pipe");
        Ok(command)
    }

    /// The command by which one of them does a job.
    ///
    /// # Errors
    /// If it takes no part.
    pub(super) fn command(&self, who: Who, job: &Job, from: &Path, to: &Path) -> Result<Command> {
        let mut command = match who {
            Who::Spillway => self.spillway_pipe()?,
            Who::Loop => {
                let mut command = self.peer();
                command.args(["pipe", "--chunk", &self.chunk]);
                command
            }
            Who::Node | Who::CsvParse => {
                let (node, modules) = self.node.as_ref().context("Node takes no part")?;
                let mut command = Command::new(&node.program);
                command.env("NODE_PATH", modules);
                command.arg(scripts().join("pipe.js"));
                command.args([&self.chunk, &self.mark]);
                command
            }
        };
        command.arg(from);
        match who {
            Who::CsvParse => command.arg(CSV.replacen("csv:", "csv-parse:", 1)),
            _ => command.args(job.stages),
        };
        command.arg(to);
        if who == Who::Spillway {
            command.arg("--json");
        }
        Ok(command)
    }

    /// Says on which versions the figures are.
    pub(super) fn note_versions(&self) {
        if let Some((node, _)) = &self.node {
            note(&format!("Node {}", node.version));
        }
        if let Some(rustc) = output_of(Command::new("rustc").arg("-V")) {
            note(&rustc);
        }
    }
}

fn scripts() -> PathBuf {
    place::root().join("bench/peers/node")
}

fn build_peer() -> Result<PathBuf> {
    server::build_release("spillway-bench", "peer")
}
