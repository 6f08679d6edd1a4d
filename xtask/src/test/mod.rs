//! `cargo xtask test`: every check and every test, and a table of how long each took.

mod browser;
mod databases;
mod report;
mod suites;
mod tshark;

use std::path::PathBuf;
use std::process::{Command, ExitCode};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};

use crate::command::{self, Aside, note, output_of, spelled, step};
use crate::page;
use crate::server;
use crate::tools::{PageTools, axe, node};
use browser::Browser;
use report::Report;
use suites::{Playing, Suites};

/// Runs all of it, to the end even if something fails.
///
/// The page comes before whatever compiles the server, which embeds it. Everything native but the
/// release server is compiled in one profile with the features of the whole workspace, so that no
/// dependency is compiled twice.
pub(crate) fn test() -> Result<ExitCode> {
    let mut report = Report::default();
    report.check("rustfmt and clippy are there", components);
    let tools = report.check("page tools", PageTools::ready);
    let browser = report.check("browser", Browser::ready);
    let nodes = report.check("Node", node::ready).unwrap_or_default();
    let modules = report.check("Express and ws", chat_modules);
    let axe = report.check("axe-core", axe::ready);
    report.check("databases", databases::ready);
    report.check("tshark", tshark::ready);
    report.check("rustfmt", || native(&["fmt", "--all", "--check"]));
    // Making the page keeps one core at work for most of its time.
    let clippy = clippy();
    report.check("page", || {
        page::build(needed(tools.as_ref(), "page tools")?)
    });
    report.check("page weight", || {
        page_weight(needed(tools.as_ref(), "page tools")?)
    });
    report.check("clippy wasm32", || {
        clippy_for_the_page(needed(tools.as_ref(), "page tools")?)
    });
    report.check("clippy, the rest", || clippy?.finish());
    let suites = report.check("test suites", || Suites::find(nodes, modules));
    report.tests("tests", || {
        needed(suites.as_ref(), "test suites")?.working()
    });
    report.tests("tests that wait", || {
        needed(suites.as_ref(), "test suites")?.waiting()
    });
    report.tests("doc tests", || {
        needed(suites.as_ref(), "test suites")?.documentation()
    });
    let server = report.check("server", server::build);
    report.check("lessons", || {
        check_lessons(needed(server.as_ref(), "server")?)
    });
    report.tests("browser tests", || {
        let play = Playing {
            server: needed(server.as_ref(), "server")?,
            browser: needed(browser.as_ref(), "browser")?,
            axe: needed(axe.as_ref(), "axe-core")?,
            flood: None,
        };
        needed(suites.as_ref(), "test suites")?.in_browser(&play, &[])
    });
    Ok(report.finish())
}

/// The page under a flood of events for so long: the browser test of that name, in another length.
///
/// # Errors
/// If something that it needs cannot be had, or the page does not keep up.
pub(crate) fn flood(time: Duration) -> Result<ExitCode> {
    let (browser, axe) = (Browser::ready()?, axe::ready()?);
    let suites = Suites::find(Vec::new(), None)?;
    let server = server::build_all()?;
    let play = Playing {
        server: &server,
        browser: &browser,
        axe: &axe,
        flood: Some(time),
    };
    let tally = suites.in_browser(&play, &["frames::"])?;
    Ok(if tally.failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// What an earlier step gave; a step that cannot run for want of it has failed, too.
fn needed<'a, T>(found: Option<&'a T>, step: &str) -> Result<&'a T> {
    found.with_context(|| format!("not run, because the step `{step}` failed"))
}

/// What the chat that the lessons build imports, in the versions of `backend/tests/steps/node`.
fn chat_modules() -> Result<PathBuf> {
    let asked = crate::place::root().join("backend/tests/steps/node");
    node::modules(&asked, "chat-steps")
        .context("Express and ws could not be got; by hand: npm ci in backend/tests/steps/node")
}

/// rustup's smallest profile has neither.
fn components() -> Result<()> {
    let mut missing = Vec::new();
    for (component, sub) in [("rustfmt", "fmt"), ("clippy", "clippy")] {
        match output_of(command::cargo().args([sub, "--version"])) {
            Some(version) => note(&format!("{version}: there")),
            None => missing.push(component),
        }
    }
    if missing.is_empty() {
        return Ok(());
    }
    let mut add = Command::new("rustup");
    add.current_dir(crate::place::root())
        .args(["component", "add"])
        .args(&missing);
    step(&spelled(&add));
    command::run(&mut add).with_context(|| format!("install {} by hand", missing.join(" and ")))
}

/// Of the whole workspace, beside what follows. It compiles the server without its page.
fn clippy() -> Result<Aside> {
    let mut command = command::cargo();
    command.args(["clippy", "--workspace", "--all-targets"]);
    command.args(["--", "-D", "warnings"]);
    step(&format!("{}, beside what follows", spelled(&command)));
    Aside::start(&mut command)
}

fn native(args: &[&str]) -> Result<()> {
    let mut command = command::cargo();
    command.args(args);
    step(&spelled(&command));
    command::run(&mut command)
}

/// With the page's profile, so that the macros built for the page itself serve again.
fn clippy_for_the_page(tools: &PageTools) -> Result<()> {
    let mut command = tools.cargo()?;
    command.args([
        "clippy",
        "--target",
        "wasm32-unknown-unknown",
        "--profile",
        "page",
    ]);
    for package in ["frontend", "protocol", "recipe", "streams", "websocket"] {
        command.args(["--package", &format!("spillway-{package}")]);
    }
    command.args(["--", "-D", "warnings"]);
    step(&spelled(&command));
    command::run(&mut command)
}

/// The limits are those of a page whose standard library was built for size; with the ready-made one, the weights are said
/// and not held.
fn page_weight(tools: &PageTools) -> Result<()> {
    for page::Weight {
        bundle,
        bytes,
        most,
    } in page::weights()?
    {
        note(&format!(
            "{bundle} in brotli: {bytes} bytes of at most {most}"
        ));
        if bytes == 0 {
            bail!("there is no page");
        }
        if bytes > most && tools.is_small() {
            bail!("the page is too heavy");
        }
    }
    Ok(())
}

fn check_lessons(server: &PathBuf) -> Result<()> {
    let mut command = Command::new(server);
    command
        .current_dir(crate::place::root())
        .args(["lessons", "check", "lessons"]);
    step(&spelled(&command));
    command::run(&mut command)
}
