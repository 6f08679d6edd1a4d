//! The figures of all rounds as one table.

use std::fmt;

use anyhow::{Context as _, Result};
use serde_json::Value;

use super::options::Row;
use super::servers::Who;

/// One run in a room.
#[derive(Debug, Clone, Copy)]
pub(super) struct Figures {
    /// A second.
    pub(super) rate: f64,
    /// CPU of the server for a delivery, microseconds.
    pub(super) user: f64,
    pub(super) system: f64,
    pub(super) p50: f64,
    pub(super) p99: f64,
    pub(super) lost: f64,
    /// Cores that the client kept busy: at 1 it is the client that is measured.
    pub(super) client: f64,
}

impl Figures {
    /// # Errors
    /// If the client's report lacks one.
    pub(super) fn of(report: &Value) -> Result<Self> {
        let number = |name: &str| {
            let number = report[name].as_f64();
            number.with_context(|| format!("the client reports no `{name}`"))
        };
        let deliveries = number("deliveries")?;
        Ok(Self {
            rate: deliveries / number("seconds")?,
            user: number("cpu_user")? * 1e6 / deliveries,
            system: number("cpu_system")? * 1e6 / deliveries,
            p50: number("p50_ms")?,
            p99: number("p99_ms")?,
            lost: number("lost")?,
            client: number("client_busy")?,
        })
    }

    pub(super) fn cpu(&self) -> f64 {
        self.user + self.system
    }
}

/// All runs. Shown, it is the medians.
#[derive(Debug, Default)]
pub(super) struct Table {
    runs: Vec<(Row, Who, Vec<Figures>)>,
    /// Bytes of memory for a connection.
    idle: Vec<(Who, Vec<f64>)>,
}

impl Table {
    pub(super) fn add(&mut self, row: Row, who: Who, figures: Figures) {
        let found = self.runs.iter_mut().find(|it| (it.0, it.1) == (row, who));
        match found {
            Some((.., runs)) => runs.push(figures),
            None => self.runs.push((row, who, vec![figures])),
        }
    }

    pub(super) fn add_idle(&mut self, who: Who, each: f64) {
        match self.idle.iter_mut().find(|it| it.0 == who) {
            Some((_, all)) => all.push(each),
            None => self.idle.push((who, vec![each])),
        }
    }

    /// Whether everything came to everybody once.
    pub(super) fn is_whole(&self) -> bool {
        let mut all = self.runs.iter().flat_map(|(.., runs)| runs);
        all.all(|figures| figures.lost == 0.0)
    }

    fn cpu(&self, row: Row, who: Who) -> Option<f64> {
        let runs = self.runs.iter().find(|it| (it.0, it.1) == (row, who))?;
        Some(median(runs.2.iter().map(Figures::cpu)))
    }

    fn p99(&self, row: Row, who: Who) -> Option<f64> {
        let runs = self.runs.iter().find(|it| (it.0, it.1) == (row, who))?;
        Some(median(runs.2.iter().map(|figures| figures.p99)))
    }

    /// A ratio to another chat in the same row.
    fn ratio(&self, row: Row, who: Who, to: Who) -> String {
        let is_other = who != to;
        match (self.cpu(row, who), self.cpu(row, to)) {
            (Some(cpu), Some(other)) if is_other => format!("{:.2}", cpu / other),
            _ => String::new(),
        }
    }

    /// What issue and README promise, where it was measured.
    fn reaches(&self) -> Vec<String> {
        let row = Row {
            receivers: 500,
            outstanding: 16,
        };
        let mut reaches = Vec::new();
        let mut judge = |what: &str, value: Option<f64>, most: f64| {
            if let Some(value) = value {
                let verdict = if value <= most {
                    "reached"
                } else {
                    "NOT REACHED"
                };
                reaches.push(format!("{what} {value:.2}, ≤ {most} {verdict}"));
            }
        };
        let over = |one: Option<f64>, other: Option<f64>| Some(one? / other?);
        let cpu = |who| self.cpu(row, who);
        let of_ws = over(cpu(Who::Spillway), cpu(Who::Ws));
        judge("500/16: CPU of a delivery ÷ ws", of_ws, 0.5);
        let of_socket_io = over(cpu(Who::Spillway), cpu(Who::SocketIo));
        judge("500/16: CPU of a delivery ÷ socket.io", of_socket_io, 0.25);
        let p99 = |who| self.p99(row, who);
        judge(
            "500/16: p99 ÷ ws",
            over(p99(Who::Spillway), p99(Who::Ws)),
            1.0,
        );
        let idle = self.idle.iter().find(|it| it.0 == Who::Spillway);
        let idle = idle.map(|(_, all)| median(all.iter().copied()) / 1000.0);
        judge("KB of memory for an idle connection", idle, 20.0);
        reaches
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.runs.is_empty() {
            writeln!(f, "{HEAD}")?;
        }
        for (row, who, runs) in &self.runs {
            let of = |what: fn(&Figures) -> f64| median(runs.iter().map(what));
            let line = format!(
                "{:>5} / {:<3} {:<10} {:>9.0} {:>6.2} {:>6.2} {:>6.2} {:>8.2} {:>8.2} {:>5.0} {:>6.2} {:>6} {:>6} {:>6}",
                row.receivers,
                row.outstanding,
                who.name(),
                of(|it| it.rate),
                of(Figures::cpu),
                of(|it| it.user),
                of(|it| it.system),
                of(|it| it.p50),
                of(|it| it.p99),
                runs.iter().map(|it| it.lost).sum::<f64>(),
                of(|it| it.client),
                self.ratio(*row, *who, Who::Ws),
                self.ratio(*row, *who, Who::SocketIo),
                self.ratio(*row, *who, Who::Other),
            );
            writeln!(f, "{}", line.trim_end())?;
        }
        for (who, all) in &self.idle {
            let each = median(all.iter().copied()) / 1000.0;
            writeln!(f, "idle connection: {:<10} {each:>6.1} KB", who.name())?;
        }
        for reach in self.reaches() {
            writeln!(f, "{reach}")?;
        }
        Ok(())
    }
}

/// Two lines: what stands below, and in which unit.
const HEAD: &str = "\
receivers /          deliveries   server CPU, µs each      delay, ms        client      CPU ÷
outstanding          a second      all   user system     p50      p99  lost  cores     ws   s.io  other";

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    match values.len() {
        0 => f64::NAN,
        count => f64::midpoint(values[(count - 1) / 2], values[count / 2]),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const ROW: Row = Row {
        receivers: 500,
        outstanding: 16,
    };

    fn figures(cpu: f64, p99: f64) -> Figures {
        let report = json!({
            "deliveries": 1_000_000, "lost": 0, "seconds": 2.0, "cpu_user": cpu / 4.0,
            "cpu_system": cpu * 0.75, "client_busy": 0.5, "p50_ms": 1.0, "p99_ms": p99,
        });
        Figures::of(&report).unwrap()
    }

    #[test]
    fn medians_stand_beside_their_ratios() {
        let mut table = Table::default();
        for cpu in [1.0, 9.0, 2.0] {
            table.add(ROW, Who::Spillway, figures(cpu, 3.0));
        }
        table.add(ROW, Who::Ws, figures(4.0, 3.5));
        table.add(ROW, Who::SocketIo, figures(6.0, 3.5));
        table.add_idle(Who::Spillway, 18_250.0);
        let text = table.to_string();
        let lines: Vec<&str> = text.lines().skip(2).collect();
        let words: Vec<&str> = lines[0].split_whitespace().collect();
        let expected = [
            "500", "/", "16", "spillway", "500000", "2.00", "0.50", "1.50", "1.00", "3.00", "0",
            "0.50", "0.50", "0.33",
        ];
        assert_eq!(words, expected, "{text}");
        assert!(
            text.contains("÷ ws 0.50, ≤ 0.5 reached") && text.contains("0.33, ≤ 0.25 NOT REACHED"),
            "{text}"
        );
        assert!(text.contains("18.25, ≤ 20 reached"), "{text}");
        assert!(table.is_whole());
    }

    #[test]
    fn a_message_that_is_lost_once_is_told() {
        let mut table = Table::default();
        let lost = Figures {
            lost: 1.0,
            ..figures(1.0, 1.0)
        };
        table.add(ROW, Who::Ws, figures(1.0, 1.0));
        table.add(ROW, Who::Ws, lost);
        assert!(!table.is_whole());
    }
}
