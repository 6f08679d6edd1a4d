//! The code of the lessons: what is for Node runs under real Node, what is for Rust compiles.

#![expect(clippy::unwrap_used, reason = "a failed step of a test ends the test")]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use spillway_recipe::from_link;

/// Longest a snippet may take; each is done in a moment.
const PATIENCE: Duration = Duration::from_secs(60);

/// A block of code of a lesson.
struct Snippet {
    lesson: String,
    code: String,
}

/// The blocks of a language in all lessons, the template's left out.
fn snippets(language: &str) -> Vec<Snippet> {
    let lessons = Path::new(env!("CARGO_MANIFEST_DIR")).join("../lessons");
    let mut found = Vec::new();
    for chapter in folders(&lessons) {
        for lesson in folders(&chapter) {
            let text = fs::read_to_string(lesson.join("lesson.md")).unwrap();
            let begin = format!("```{language}\n");
            let blocks = text.split(&begin).skip(1);
            let blocks = blocks.map(|block| block.split("```").next().unwrap());
            // What listens never ends: `steps` runs it, and talks to it.
            let blocks = blocks.filter(|code| !code.contains("listening on"));
            found.extend(blocks.map(|code| Snippet {
                lesson: lesson.strip_prefix(&lessons).unwrap().display().to_string(),
                code: code.to_owned(),
            }));
        }
    }
    assert!(found.len() > 10, "only {} snippets", found.len());
    found
}

/// The numbered folders in a folder, in their order.
fn folders(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| {
        let name = path.file_name().unwrap().to_string_lossy();
        path.is_dir() && name.starts_with(|letter: char| letter.is_ascii_digit())
    });
    paths.sort();
    paths
}

/// Whether this machine has Node.js. With `CI=true` it must.
fn has_node() -> bool {
    let found = Command::new("node").arg("--version").output();
    let required = std::env::var("CI").as_deref() == Ok("true");
    assert!(found.is_ok() || !required, "Node.js is needed when CI=true");
    found.is_ok()
}

#[test]
fn the_snippets_for_node_run_under_node() {
    if !has_node() {
        return;
    }
    for Snippet { lesson, code } in snippets("js") {
        let folder = tempfile::tempdir().unwrap();
        let rows = "name,population\n".to_owned() + &"Ulm,126000\n".repeat(50_000);
        fs::write(folder.path().join("cities.csv"), rows).unwrap();
        fs::write(folder.path().join("snippet.mjs"), &code).unwrap();
        let mut node = Command::new("node");
        // What is for a browser has a page's address, which Node has not; nor has it `ws` by itself.
        if code.contains("location.") || code.contains("from 'ws'") {
            node.arg("--check");
        }
        node.arg("snippet.mjs")
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null());
        let mut running = node.spawn().unwrap();
        let began = Instant::now();
        let status = loop {
            if let Some(status) = running.try_wait().unwrap() {
                break status;
            }
            if began.elapsed() > PATIENCE {
                running.kill().unwrap();
            }
            thread::sleep(Duration::from_millis(10));
        };
        assert!(status.success(), "{lesson}: {status}\n{code}");
    }
}

#[test]
fn the_snippets_for_rust_compile() {
    let package = Path::new(env!("CARGO_TARGET_TMPDIR")).join("snippets");
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    fs::create_dir_all(package.join("src")).unwrap();
    fs::copy(workspace.join("Cargo.lock"), package.join("Cargo.lock")).unwrap();
    fs::write(package.join("Cargo.toml"), MANIFEST).unwrap();
    // Each in a module of its own, which says where it is from.
    let mut lib = String::from("#![allow(dead_code)]\n");
    for (number, Snippet { lesson, code }) in snippets("rust").iter().enumerate() {
        write!(lib, "// {lesson}\nmod lesson_{number} {{\n{code}}}\n").unwrap();
    }
    fs::write(package.join("src/lib.rs"), lib).unwrap();
    let output = Command::new(env!("CARGO"))
        .args(["check", "--quiet", "--offline"])
        .current_dir(&package)
        .env("RUSTFLAGS", "-D warnings")
        .env_remove("CARGO_TARGET_DIR")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
}

#[test]
fn the_pipelines_that_lessons_link_to_can_be_read() {
    let lessons = Path::new(env!("CARGO_MANIFEST_DIR")).join("../lessons");
    let mut linked = 0;
    for lesson in folders(&lessons)
        .iter()
        .flat_map(|chapter| folders(chapter))
    {
        let text = fs::read_to_string(lesson.join("lesson.md")).unwrap();
        for rest in text.split("(/playground#").skip(1) {
            let link = rest.split(')').next().unwrap();
            let recipe = from_link(link);
            assert!(recipe.is_ok(), "{}: {recipe:?}", lesson.display());
            linked += 1;
        }
    }
    assert!(linked > 0, "no lesson links to a pipeline");
}

const MANIFEST: &str = r#"[package]
name = "snippets"
version = "0.0.0"
edition = "2024"

[dependencies]
aes-gcm = { version = "0.11", default-features = false, features = ["aes", "alloc"] }
flate2 = { version = "1", default-features = false, features = ["zlib-rs"] }
futures-util = { version = "0.3", default-features = false, features = ["sink", "std"] }
serde_json = "1"
tokio = { version = "1", features = ["fs", "io-util", "macros", "net", "rt-multi-thread", "sync", "time"] }
tokio-tungstenite = "0.30"
tokio-util = { version = "0.7", features = ["io"] }

[workspace]
"#;
