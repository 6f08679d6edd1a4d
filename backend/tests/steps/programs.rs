//! The programs in the lessons: their code as it stands there, built, run and listening.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;

use tempfile::TempDir;

/// A step of the chat: the number that its lesson's folder begins with.
pub(crate) type Step = u32;

/// A step that listens; killed when a test is done with it, however.
pub(crate) struct Program {
    /// For a failed test: the step, and its language.
    pub(crate) name: String,
    pub(crate) step: Step,
    pub(crate) addr: SocketAddr,
    child: Child,
    /// Where it is, and what it says of errors.
    folder: TempDir,
}

impl Program {
    /// The step as it is for Node; none on a machine without Node, Express or ws.
    pub(crate) fn node(step: Step) -> Option<Self> {
        let modules = modules()?;
        let folder = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink(modules, folder.path().join("node_modules")).unwrap();
        fs::write(folder.path().join("chat.mjs"), code(step, "js")).unwrap();
        let mut command = Command::new("node");
        command.arg("chat.mjs").current_dir(folder.path());
        Some(Self::start(step, "Node", command, folder))
    }

    /// The step as it is in Rust.
    pub(crate) fn rust(step: Step) -> Self {
        let mut command = Command::new(&*BUILT);
        command.arg(step.to_string());
        Self::start(step, "Rust", command, tempfile::tempdir().unwrap())
    }

    /// Nothing that a client did has ended it.
    pub(crate) fn goes_on(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    fn start(step: Step, language: &str, mut command: Command, folder: TempDir) -> Self {
        let name = format!("step {step} in {language}");
        let errors = File::create(folder.path().join("errors")).unwrap();
        command.stdin(Stdio::null()).stdout(Stdio::piped());
        command.stderr(errors);
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        stdout.read_line(&mut line).unwrap();
        let addr = line.trim().strip_prefix("listening on http://");
        let addr = addr.unwrap_or_else(|| panic!("{name}: {line:?}"));
        // What it says later is nobody's concern, but must not fill its pipe.
        std::thread::spawn(move || std::io::copy(&mut stdout, &mut std::io::sink()));
        Self {
            step,
            addr: addr.parse().unwrap(),
            name,
            child,
            folder,
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let errors = fs::read_to_string(self.folder.path().join("errors"));
        if std::thread::panicking() {
            eprintln!("{} said: {}", self.name, errors.unwrap_or_default());
        }
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// The block of a language in the lesson of a step.
fn code(step: Step, language: &str) -> String {
    let lesson = lessons().into_iter().find(|(number, _)| *number == step);
    let (_, text) = lesson.unwrap();
    let (_, block) = text.split_once(&format!("```{language}\n")).unwrap();
    block.split("```").next().unwrap().to_owned()
}

/// The lessons that have a program in them, which is one that listens.
pub(crate) fn lessons() -> Vec<(Step, String)> {
    let chapter = Path::new(env!("CARGO_MANIFEST_DIR")).join("../lessons/26-chat");
    let entries = fs::read_dir(chapter).unwrap();
    let lessons = entries.filter_map(|entry| {
        let folder = entry.unwrap().path();
        let name = folder.file_name()?.to_str()?;
        let step = name.split('-').next()?.parse().ok()?;
        let text = fs::read_to_string(folder.join("lesson.md")).ok()?;
        text.contains("listening on").then_some((step, text))
    });
    let mut lessons: Vec<(Step, String)> = lessons.collect();
    lessons.sort();
    lessons
}

/// Express and ws, where `cargo xtask test` says they are, or where it keeps them.
fn modules() -> Option<PathBuf> {
    let given = std::env::var_os("SPILLWAY_CHAT_MODULES").map(PathBuf::from);
    let cache = || {
        let base = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
        let base = base.or_else(|| Some(std::env::home_dir()?.join(".cache")))?;
        Some(base.join("spillway/chat-steps/node_modules"))
    };
    let modules = given.or_else(cache);
    let modules = modules.filter(|modules| modules.join("express").is_dir());
    let node = Command::new("node").arg("--version").output().is_ok();
    let required = std::env::var("CI").as_deref() == Ok("true");
    let there = modules.filter(|_| node);
    assert!(
        there.is_some() || !required,
        "Node.js, Express and ws are needed when CI=true"
    );
    there
}

/// All steps in Rust as one program, which is told which to be: one link instead of six.
static BUILT: LazyLock<PathBuf> = LazyLock::new(|| {
    let package = Path::new(env!("CARGO_TARGET_TMPDIR")).join("chat-steps");
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    fs::create_dir_all(package.join("src")).unwrap();
    fs::copy(workspace.join("Cargo.lock"), package.join("Cargo.lock")).unwrap();
    fs::write(package.join("Cargo.toml"), MANIFEST).unwrap();
    let mut mods = String::new();
    let mut arms = String::new();
    for (step, _) in lessons() {
        let file = package.join(format!("src/step_{step}.rs"));
        fs::write(&file, code(step, "rust")).unwrap();
        check_format(&file);
        // Inside a module of its own, so that its `main` need not be public.
        mods += &format!(
            "mod step_{step} {{ include!(\"step_{step}.rs\"); pub(crate) fn run() {{ main().unwrap() }} }}\n"
        );
        arms += &format!("Some(\"{step}\") => step_{step}::run(),\n");
    }
    let main = format!(
        "{mods}fn main() {{ match std::env::args().nth(1).as_deref() {{ {arms} step => panic!(\"{{step:?}}\") }} }}\n"
    );
    fs::write(package.join("src/main.rs"), main).unwrap();
    let mut cargo = Command::new(env!("CARGO"));
    cargo
        .args(["build", "--quiet", "--offline"])
        .current_dir(&package);
    let output = cargo
        .env("RUSTFLAGS", "-D warnings")
        .env_remove("CARGO_TARGET_DIR")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    package.join("target/debug/chat-steps")
});

/// What a learner copies looks as if a person had written it.
fn check_format(file: &Path) {
    let mut rustfmt = Command::new("rustfmt");
    rustfmt.args(["--edition", "2024", "--check"]).arg(file);
    let output = rustfmt.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}");
}

const MANIFEST: &str = r#"[package]
name = "chat-steps"
version = "0.0.0"
edition = "2024"

[dependencies]
axum = { version = "0.8", default-features = false, features = ["http1", "query", "tokio", "ws"] }
futures-util = { version = "0.3", default-features = false, features = ["sink", "std"] }
serde_json = "1"
tokio = { version = "1", features = ["macros", "net", "rt-multi-thread", "sync", "time"] }

[profile.dev]
debug = false

[workspace]
"#;
