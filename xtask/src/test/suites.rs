//! The test programs of the workspace: those that need a browser, and the others.

use std::io::{BufRead as _, BufReader};
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::available_parallelism;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use super::browser::Browser;
use super::report::Tally;
use crate::command::{cargo, note, output_of, spelled, step};
use crate::tools::node::Node;

/// Names of the folders and files in `tests/` of the crates.
///
/// Naming them, rather than the packages, lets every call of cargo see the whole workspace and so
/// the same features: nothing is compiled anew for the browser tests.
#[derive(Debug)]
pub(super) struct Suites {
    browser: Vec<String>,
    others: Vec<String>,
    nodes: Vec<Node>,
    /// Where npm's modules are that the lessons' programs import.
    modules: Option<PathBuf>,
}

impl Suites {
    /// Asks cargo. The tests are told where these Nodes and modules are.
    ///
    /// # Errors
    /// If a browser test has the name of another crate's test.
    pub(super) fn find(nodes: Vec<Node>, modules: Option<PathBuf>) -> Result<Self> {
        let metadata = output_of(cargo().args(["metadata", "--no-deps", "--format-version=1"]))
            .context("`cargo metadata` failed")?;
        let mut suites = Self::of(&serde_json::from_str(&metadata)?)?;
        suites.nodes = nodes;
        suites.modules = modules;
        Ok(suites)
    }

    fn of(metadata: &Value) -> Result<Self> {
        let mut suites = Self {
            browser: Vec::new(),
            others: Vec::new(),
            nodes: Vec::new(),
            modules: None,
        };
        for package in metadata["packages"].as_array().into_iter().flatten() {
            let kind = if package["name"] == BROWSER_PACKAGE {
                &mut suites.browser
            } else {
                &mut suites.others
            };
            for target in package["targets"].as_array().into_iter().flatten() {
                if target["kind"][0] == "test" {
                    kind.extend(target["name"].as_str().map(str::to_owned));
                }
            }
        }
        if let Some(name) = suites
            .browser
            .iter()
            .find(|name| suites.others.contains(name))
        {
            bail!("two crates have a test named `{name}`; rename the one in {BROWSER_PACKAGE}");
        }
        Ok(suites)
    }

    /// The tests that work, those of the crates themselves among them.
    pub(super) fn working(&self) -> Result<Tally> {
        let mut command = self.workspace_tests();
        command.args(["--lib", "--bins"]);
        let names = self.others.iter().filter(|name| !waits(name));
        add_suites(&mut command, names);
        counted(&mut command)
    }

    /// The tests that wait for times of the server: more of them at a time than there are cores.
    pub(super) fn waiting(&self) -> Result<Tally> {
        let names: Vec<&String> = self.others.iter().filter(|name| waits(name)).collect();
        if names.len() != WAITING.len() {
            bail!("of the tests {WAITING:?} there are {names:?} alone");
        }
        let mut command = self.workspace_tests();
        add_suites(&mut command, names);
        let cores = available_parallelism().map_or(1, NonZero::get);
        command.env("RUST_TEST_THREADS", cores.max(AT_ONCE).to_string());
        counted(&mut command)
    }

    /// The examples in the documentation.
    pub(super) fn documentation(&self) -> Result<Tally> {
        counted(self.workspace_tests().arg("--doc"))
    }

    /// The tests in the browser, against the release server; with names in `only`, those alone.
    pub(super) fn in_browser(&self, play: &Playing<'_>, only: &[&str]) -> Result<Tally> {
        if self.browser.is_empty() {
            bail!("{BROWSER_PACKAGE} has no tests");
        }
        let mut command = self.workspace_tests();
        add_suites(&mut command, &self.browser);
        tell(&mut command, play.variables());
        if let Some(time) = play.flood {
            command.env("SPILLWAY_FLOOD_SECONDS", time.as_secs().to_string());
        }
        command.arg("--").args(only);
        let tally = counted(&mut command)?;
        if tally.passed + tally.failed == 0 {
            bail!("no browser test ran");
        }
        Ok(tally)
    }

    fn workspace_tests(&self) -> Command {
        let mut command = cargo();
        command.args(["test", "--workspace", "--no-fail-fast"]);
        tell(&mut command, self.nodes.iter().map(|node| node.variable()));
        let modules = self.modules.as_deref();
        tell(
            &mut command,
            modules.map(|modules| ("SPILLWAY_CHAT_MODULES", modules)),
        );
        command
    }
}

/// What a test in the browser plays with.
#[derive(Debug)]
pub(super) struct Playing<'a> {
    pub(super) server: &'a Path,
    pub(super) browser: &'a Browser,
    pub(super) axe: &'a Path,
    /// How long the page is flooded with events, if not as long as the test says itself.
    pub(super) flood: Option<Duration>,
}

impl<'a> Playing<'a> {
    fn variables(&self) -> [(&'static str, &'a Path); 4] {
        [
            ("SPILLWAY_BIN", self.server),
            ("SPILLWAY_CHROMIUM", &self.browser.chromium),
            ("SPILLWAY_CHROMEDRIVER", &self.browser.driver),
            ("SPILLWAY_AXE", self.axe),
        ]
    }
}

/// Says by variables where programs are.
fn tell<'a>(command: &mut Command, programs: impl IntoIterator<Item = (&'static str, &'a Path)>) {
    for (name, path) in programs {
        note(&format!("{name}={}", path.display()));
        command.env(name, path);
    }
}

fn waits(name: &str) -> bool {
    WAITING.contains(&name)
}

fn add_suites<'a>(command: &mut Command, names: impl IntoIterator<Item = &'a String>) {
    for name in names {
        command.args(["--test", name]);
    }
}

/// Runs the tests, shows their output as it comes and counts.
fn counted(command: &mut Command) -> Result<Tally> {
    step(&spelled(command));
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()?;
    let output = child.stdout.take().context("cargo has no stdout")?;
    let mut tally = Tally::default();
    for line in BufReader::new(output).split(b'\n') {
        let line = line?;
        let line = String::from_utf8_lossy(&line);
        println!("{line}");
        tally.read(&line);
    }
    if !child.wait()?.success() && tally.failed == 0 {
        // A test program that does not compile, or crashes, has no summary.
        tally.failed = 1;
    }
    Ok(tally)
}

const BROWSER_PACKAGE: &str = "spillway-e2e";

/// Suites whose tests spend their time on timeouts and speed limits of servers of their own.
const WAITING: [&str; 2] = ["course", "server"];

/// How many of their tests run at a time: with two, the one of `server` takes 75 s, with eight 24 s.
const AT_ONCE: usize = 8;

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn package(name: &str, test: &str) -> Value {
        json!({"name": name, "targets": [
            {"name": name, "kind": ["lib"]},
            {"name": test, "kind": ["test"]},
        ]})
    }

    #[test]
    fn browser_tests_are_told_from_the_others() {
        let packages = [
            package("spillway", "serve"),
            package(BROWSER_PACKAGE, "page"),
        ];
        let suites = Suites::of(&json!({"packages": packages})).unwrap();
        assert_eq!(suites.browser, ["page"]);
        assert_eq!(suites.others, ["serve"]);
    }

    #[test]
    fn a_name_in_both_is_refused() {
        let packages = [
            package("spillway", "page"),
            package(BROWSER_PACKAGE, "page"),
        ];
        let error = Suites::of(&json!({"packages": packages})).unwrap_err();
        assert!(error.to_string().contains("`page`"));
    }
}
