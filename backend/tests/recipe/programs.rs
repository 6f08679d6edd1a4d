//! Generated programs, built and run.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use spillway_recipe::{Recipe, RustProgram};
use tokio::process::Command;
use tokio::time::timeout;

use crate::{Ending, outputs};

/// Longest a program may take; reached, the test has failed.
const PATIENCE: Duration = Duration::from_secs(60);

/// Whether this machine has Node.js. With `CI=true` it must.
pub(crate) fn has_node() -> bool {
    let found = std::process::Command::new("node").arg("--version").output();
    let required = std::env::var("CI").as_deref() == Ok("true");
    assert!(found.is_ok() || !required, "Node.js is needed when CI=true");
    found.is_ok()
}

/// Runs a program for Node in a folder.
pub(crate) async fn node(folder: &Path, program: &str, recipe: &Recipe, address: String) -> Ending {
    fs::write(folder.join("pipeline.mjs"), program).unwrap();
    let mut command = Command::new("node");
    command.arg("pipeline.mjs").arg(address);
    ending(command, folder, recipe).await
}

/// Runs a program that was built in a folder.
pub(crate) async fn rust(folder: &Path, binary: &Path, recipe: &Recipe, address: String) -> Ending {
    let mut command = Command::new(binary);
    command.env("SPILLWAY", address);
    ending(command, folder, recipe).await
}

async fn ending(mut command: Command, folder: &Path, recipe: &Recipe) -> Ending {
    command
        .current_dir(folder)
        .stdin(Stdio::null())
        .kill_on_drop(true);
    let output = timeout(PATIENCE, command.output()).await;
    let output = output.expect("a program that ends").unwrap();
    let files = outputs(recipe).filter_map(|(_, name)| {
        let file = fs::read(folder.join(&name)).ok()?;
        Some((name, file))
    });
    Ending {
        completed: output.status.success(),
        said: String::from_utf8_lossy(&output.stderr).into_owned(),
        files: files.collect(),
    }
}

/// Builds all programs as one package, with the versions that the workspace has; their binaries.
pub(crate) fn build(programs: &[RustProgram]) -> Vec<PathBuf> {
    let package = Path::new(env!("CARGO_TARGET_TMPDIR")).join("recipes");
    let sources = package.join("src/bin");
    if sources.exists() {
        fs::remove_dir_all(&sources).unwrap();
    }
    fs::create_dir_all(&sources).unwrap();
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    fs::copy(workspace.join("Cargo.lock"), package.join("Cargo.lock")).unwrap();
    fs::write(package.join("Cargo.toml"), manifest(programs)).unwrap();
    let name = |number: usize| format!("case_{number}");
    for (number, program) in programs.iter().enumerate() {
        let file = sources.join(name(number)).with_extension("rs");
        fs::write(file, &program.main).unwrap();
    }
    check_format(&sources);
    let mut cargo = std::process::Command::new(env!("CARGO"));
    cargo
        .args(["build", "--quiet", "--offline"])
        .current_dir(&package);
    let output = cargo
        .env("RUSTFLAGS", "-D warnings")
        .env_remove("CARGO_TARGET_DIR")
        .output();
    let output = output.unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    let binaries = package.join("target/debug");
    (0..programs.len())
        .map(|number| binaries.join(name(number)))
        .collect()
}

/// What a learner copies looks as if a person had written it.
fn check_format(sources: &Path) {
    let files = fs::read_dir(sources).unwrap();
    let files: Vec<PathBuf> = files.map(|file| file.unwrap().path()).collect();
    let mut rustfmt = std::process::Command::new("rustfmt");
    let output = rustfmt
        .args(["--edition", "2024", "--check"])
        .args(files)
        .output();
    let said = String::from_utf8_lossy(&output.as_ref().unwrap().stdout).into_owned();
    assert!(output.unwrap().status.success(), "{said}");
}

/// The manifests of all programs as one.
fn manifest(programs: &[RustProgram]) -> String {
    let mut crates = BTreeSet::new();
    let mut head = "";
    for program in programs {
        let (before, after) = program.cargo_toml.split_once("[dependencies]\n").unwrap();
        head = before;
        crates.extend(after.lines());
    }
    let crates: Vec<&str> = crates.into_iter().collect();
    let rest = "[profile.dev]\ndebug = false\n[workspace]\n";
    format!("{head}[dependencies]\n{}\n{rest}", crates.join("\n"))
}
