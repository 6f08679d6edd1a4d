//! What the system says about a process.

use std::fs;

use anyhow::{Context as _, Result};

/// CPU time of a process on all cores together, seconds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Cpu {
    pub(super) user: f64,
    pub(super) system: f64,
}

impl Cpu {
    /// What the process has taken so far.
    pub(super) fn of(process: &str) -> Result<Self> {
        let stat = fs::read_to_string(format!("/proc/{process}/stat"))
            .with_context(|| format!("the process {process} cannot be seen"))?;
        Self::read(&stat).context("/proc tells no CPU times")
    }

    fn read(stat: &str) -> Option<Self> {
        // The name, in brackets, may hold spaces.
        let (_, after_name) = stat.rsplit_once(')')?;
        let mut fields = after_name.split_whitespace().skip(11);
        let mut ticks = || fields.next()?.parse::<f64>().ok();
        Some(Self {
            user: ticks()? / TICKS_A_SECOND,
            system: ticks()? / TICKS_A_SECOND,
        })
    }

    /// What it has taken since.
    pub(super) fn since(self, before: Self) -> Self {
        Self {
            user: self.user - before.user,
            system: self.system - before.system,
        }
    }

    pub(super) fn total(self) -> f64 {
        self.user + self.system
    }
}

/// Resident memory of a process, bytes.
pub(super) fn resident(process: &str) -> Result<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    Ok(kib.context("/proc tells no memory")? * 1024)
}

/// Linux has no other for what it tells programs.
const TICKS_A_SECOND: f64 = 100.0;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_kinds_of_time_are_read_behind_any_name() {
        let stat = "7 (a) b c) S 1 2 3 4 5 6 7 8 9 10 250 125 0 0 20 0";
        let expected = Cpu {
            user: 2.5,
            system: 1.25,
        };
        assert_eq!(Cpu::read(stat), Some(expected));
        assert!(resident("self").unwrap() > 100_000);
    }
}
