//! The same chat by Spillway, by npm's `ws` and by Socket.IO, by turns.

mod options;
mod servers;
mod table;

use std::process::ExitCode;

use anyhow::{Context as _, Result};

use self::options::{Options, Row};
use self::servers::{Programs, Who};
use self::table::{Figures, Table};
use super::load;
use crate::command::{note, step};

/// Runs all rounds and prints the table.
///
/// # Errors
/// If a program cannot be had or fails.
pub(super) fn bench(args: &[&str]) -> Result<ExitCode> {
    let options = Options::read(args)?;
    let programs = Programs::ready(&options)?;
    let mut table = Table::default();
    for round in 0..options.rounds {
        let all = options.rounds;
        step(&format!("round {} of {all}{}", round + 1, load()));
        // Nobody always runs behind the same other.
        let mut order = options.who.clone();
        order.rotate_left(round % options.who.len().max(1));
        for &row in &options.rows {
            for &who in &order {
                one_run(&programs, &mut table, row, who)
                    .with_context(|| format!("{} with {row:?}", who.name()))?;
            }
        }
        if options.idle > 0 {
            for &who in &order {
                let server = programs.start(who)?;
                let report = programs.idle(&server, options.idle)?;
                let each = report["each"].as_f64().context("no memory reported")?;
                note(&format!("{:<10} {:>5.1} KB idle", who.name(), each / 1e3));
                table.add_idle(who, each);
            }
        }
    }
    programs.note_versions();
    println!("{table}");
    Ok(if table.is_whole() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn one_run(programs: &Programs, table: &mut Table, row: Row, who: Who) -> Result<()> {
    let server = programs.start(who)?;
    let figures = Figures::of(&programs.fan_out(&server, row)?)?;
    note(&format!(
        "{:>5}/{:<3} {:<10} {:>8.0}/s {:>6.2} µs p99 {:>7.2} ms",
        row.receivers,
        row.outstanding,
        who.name(),
        figures.rate,
        figures.cpu(),
        figures.p99
    ));
    table.add(row, who, figures);
    Ok(())
}
