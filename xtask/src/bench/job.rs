//! The jobs, and how much faster than its peers Spillway is to be.

use super::contender::Who;

/// One job that all contenders do.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) name: &'static str,
    /// As `spillway pipe` and the peers take them.
    pub(super) stages: &'static [&'static str],
    /// At least so many times the speed of Node.
    node: f64,
    /// At least so many times the speed of the loop.
    one_loop: f64,
}

impl Job {
    pub(super) fn named(name: &str) -> Option<&'static Self> {
        JOBS.iter().find(|job| job.name == name)
    }

    /// Whether what comes out is compressed.
    pub(super) fn is_packed(&self) -> bool {
        self.stages.contains(&GZIP)
    }

    /// How many times the speed of that peer is aimed at, if anything is.
    pub(super) fn reach(&self, peer: Who) -> Option<f64> {
        match peer {
            Who::Node => Some(self.node),
            Who::Loop => Some(self.one_loop),
            Who::Spillway | Who::CsvParse => None,
        }
    }
}

pub(super) const JOBS: [Job; 5] = [
    Job {
        name: "copy",
        stages: &[],
        node: 2.5,
        one_loop: 0.9,
    },
    Job {
        name: "csv",
        stages: &[CSV],
        node: 5.0,
        one_loop: 0.9,
    },
    Job {
        name: "gzip",
        stages: &[GZIP],
        node: 3.0,
        one_loop: 1.5,
    },
    Job {
        name: "aes",
        stages: &[AES],
        node: 2.5,
        one_loop: 0.9,
    },
    Job {
        name: "csv+gzip",
        stages: &[CSV, GZIP],
        node: 4.0,
        one_loop: 0.9,
    },
];

pub(super) const CSV: &str = "csv:population>500000";
pub(super) const GZIP: &str = "gzip:6";
/// Any key would do: this is the one of the examples in SP 800-38A.
const AES: &str = "aes-ctr:603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4\
                   :f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff";
