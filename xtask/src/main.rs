//! `cargo xtask run`, `build`, `test`, `soak` and `bench`: everything a fresh machine needs.
//!
//! Steps are named on stderr before they start; stdout belongs to the server (`run`), the path of
//! the binary (`build`), the tests (`test`) or the figures (`soak`, `bench`).

mod bench;
mod command;
mod page;
mod place;
mod run;
mod server;
mod soak;
mod test;
mod tools;

use std::env;
use std::process::ExitCode;

use anyhow::{Result, bail};

fn main() -> ExitCode {
    let args: Vec<String> = env::args().skip(1).collect();
    match dispatch(&args) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(args: &[String]) -> Result<ExitCode> {
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args.as_slice() {
        ["run"] => run::run(&[]),
        ["run", "--", for_serve @ ..] => run::run(for_serve),
        ["run", other, ..] => {
            bail!("`{other}` is not an option of run; arguments of the server go after `--`")
        }
        ["build"] => {
            println!("{}", server::build_all()?.display());
            Ok(ExitCode::SUCCESS)
        }
        ["test"] => test::test(),
        ["soak", options @ ..] => soak::soak(options),
        ["bench", what @ ..] => bench::bench(what),
        [] | ["help" | "--help" | "-h"] => {
            println!("{HELP}\n\n{}", bench::HELP);
            Ok(ExitCode::SUCCESS)
        }
        [other, ..] => bail!("`{other}` is not a task, or takes no arguments\n{HELP}"),
    }
}

const HELP: &str = "\
cargo xtask run [-- ARGUMENTS OF spillway serve]   build what is missing, then start the server
cargo xtask build                                  the page, its compressed variants, the binary
cargo xtask test                                   every check and every test, browser included
cargo xtask soak [--minutes 10]                    the page under a flood of events, for so long
cargo xtask bench streams | memory                 Spillway beside Node and a plain loop; see below

Tools that have to be built go to $XDG_CACHE_HOME/spillway (else ~/.cache/spillway).
SPILLWAY_PAGE_COMPILER=debian compiles the page with Debian's Rust without asking rustup first.";
