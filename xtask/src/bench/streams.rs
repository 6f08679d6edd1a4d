//! The same jobs by all contenders, by turns.

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};

use super::contender::{Programs, Who};
use super::job::Job;
use super::load;
use super::measured::{Measured, ReportOn, measure};
use super::options::Options;
use super::table::{Row, Table};
use super::workplace::Workplace;
use crate::command::{note, run, step};

/// Runs all rounds, compares the outputs and prints the table.
///
/// # Errors
/// If a program cannot be had or fails.
pub(super) fn bench(options: &Options) -> Result<ExitCode> {
    let programs = Programs::ready(options)?;
    let place = Workplace::ready(options, &programs)?;
    let mut table = Table::new(place.size);
    let mut agree = true;
    for round in 0..options.rounds {
        step(&format!(
            "round {} of {}{}",
            round + 1,
            options.rounds,
            load()
        ));
        for job in &options.jobs {
            let mut order: Vec<Who> = options
                .who
                .iter()
                .copied()
                .filter(|who| who.does(job))
                .collect();
            // Nobody always runs behind the same other.
            let first = round % order.len().max(1);
            order.rotate_left(first);
            for &who in &order {
                let measured = one_run(&programs, &place, job, who)?;
                if let Some(other) = other_chunks(&measured, options.chunk) {
                    note(&other);
                }
                let written = fs::metadata(output(&place, job, who))?.len();
                table.add(job, who, Row::of(&measured, written)?);
            }
            agree &= compare(&programs, &place, job, &order);
        }
    }
    programs.note_versions();
    println!("{table}");
    if let Some(larger) = table.too_large() {
        println!("{larger}");
        agree = false;
    }
    Ok(if agree {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn one_run(programs: &Programs, place: &Workplace, job: &Job, who: Who) -> Result<Measured> {
    let to = output(place, job, who);
    // Writing into pages that are there already would be cheaper for the second.
    remove(&to)?;
    let mut command = programs.command(who, job, &place.input, &to)?;
    let measured = measure(&mut command, ReportOn::Stdout)?;
    check(&measured, place.size)
        .with_context(|| format!("{} in the job {}", who.name(), job.name))?;
    note(&format!(
        "{:<9} {:<9} {:>7.1} MB/s",
        job.name,
        who.name(),
        place.size as f64 / 1e6 / measured.number("seconds")?
    ));
    Ok(measured)
}

/// Says so if Spillway read more or less at once than the peers do, which would not be fair.
fn other_chunks(measured: &Measured, chunk: usize) -> Option<String> {
    let source = &measured.report["stages"][0];
    let mean = source["bytes_out"].as_f64()? / source["chunks_out"].as_f64()?;
    // The last chunk is smaller.
    let alike = (0.8..1.01).contains(&(mean / chunk as f64));
    (!alike).then(|| {
        format!(
            "spillway read {:.0} KiB at once, the peers {} KiB",
            mean / 1024.0,
            chunk >> 10
        )
    })
}

/// A program that reports less time than it was seen to take, or has not read it all, is not
/// measured.
fn check(measured: &Measured, size: u64) -> Result<()> {
    let (inside, outside) = (measured.number("seconds")?, measured.wall.as_secs_f64());
    if inside > outside || inside < 0.5 * (outside - LONGEST_START) {
        bail!("it says {inside:.3} s, but {outside:.3} s were seen");
    }
    let read = measured.number("bytes_in")?;
    if read != size as f64 {
        bail!("it read {read} of {size} bytes");
    }
    Ok(())
}

/// Seconds until a program opens its input, on a machine that has much else to do.
const LONGEST_START: f64 = 2.0;

/// Whether all outputs of a job are those of the first that takes part; they are removed.
fn compare(programs: &Programs, place: &Workplace, job: &Job, order: &[Who]) -> bool {
    let outputs: Vec<_> = order.iter().map(|&who| output(place, job, who)).collect();
    let mut agree = true;
    for other in &outputs[1..] {
        let mut same = programs.peer();
        same.arg("same").args([&outputs[0], other]);
        if let Err(error) = run(&mut same) {
            note(&format!("THE OUTPUTS DIFFER: {error:#}"));
            agree = false;
        }
    }
    for output in &outputs {
        // Outputs that differ are kept, to be looked at; what cannot be removed only takes room.
        if agree {
            let _ = remove(output);
        }
    }
    agree
}

fn output(place: &Workplace, job: &Job, who: Who) -> std::path::PathBuf {
    place.output(&format!("{}-{}", job.name, who.name()), job.is_packed())
}

fn remove(path: &Path) -> Result<()> {
    if path.exists() {
        fs::remove_file(path).with_context(|| path.display().to_string())?;
    }
    Ok(())
}
