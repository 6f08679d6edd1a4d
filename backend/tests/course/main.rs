//! The course over HTTP and the lesson checker on the command line.

#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests, where a panic is the report"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use spillway::app::{App, Config};
use spillway::server::router;
use spillway_protocol::course::{Chapter, Course};
use tempfile::TempDir;
use tower::ServiceExt as _;

mod checker;
mod on_wire;
mod served;

const PIPE: &str = "10-streams/10-pipe-and-unpipe/lesson.toml";

/// A server on a copy of the course, and the copy.
struct Setup {
    folder: TempDir,
    router: axum::Router,
}

impl Setup {
    fn with_a_folder() -> Self {
        let folder = tempfile::tempdir().unwrap();
        copy(&lessons(), &folder.path().join("lessons"));
        let mut config = Config::local(folder.path().join("data"));
        config.lessons = Some(folder.path().join("lessons"));
        Self {
            router: router(App::new(config).unwrap()),
            folder,
        }
    }

    fn embedded() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = Config::local(folder.path().join("data"));
        Self {
            router: router(App::new(config).unwrap()),
            folder,
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join("lessons").join(name)
    }

    /// Replaces a text in a file of the course and answers in which line the new text ends.
    fn replace(&self, name: &str, from: &str, to: &str) -> u32 {
        let text = fs::read_to_string(self.path(name)).unwrap();
        let (before, after) = text.split_once(from).unwrap();
        let lines = format!("{before}{to}").lines().count();
        fs::write(self.path(name), format!("{before}{to}{after}")).unwrap();
        u32::try_from(lines).unwrap()
    }

    async fn get(&self, path: &str) -> (StatusCode, Vec<u8>) {
        self.get_accepting(path, "identity").await
    }

    async fn get_accepting(&self, path: &str, encoding: &str) -> (StatusCode, Vec<u8>) {
        let request = Request::get(path)
            .header("host", "localhost")
            .header("accept-encoding", encoding)
            .body(Body::empty())
            .unwrap();
        let answer = self.router.clone().oneshot(request).await.unwrap();
        let status = answer.status();
        let body = to_bytes(answer.into_body(), 1 << 20).await.unwrap();
        (status, body.to_vec())
    }

    async fn course(&self) -> Course {
        self.course_at("/api/course").await
    }

    async fn course_at(&self, path: &str) -> Course {
        let (status, body) = self.get(path).await;
        assert_eq!(status, StatusCode::OK);
        serde_json::from_slice(&body).unwrap()
    }

    fn check(&self) -> Output {
        check_command(&self.path(""))
    }
}

/// The chapter of the lessons that the tests change.
fn streams(course: &Course) -> &Chapter {
    let mut chapters = course.chapters.iter();
    chapters.find(|chapter| chapter.slug == "streams").unwrap()
}

fn check_command(folder: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_spillway"))
        .args(["lessons", "check"])
        .arg(folder)
        .output()
        .unwrap()
}

fn lessons() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../lessons")
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).unwrap();
        }
    }
}
