//! The course: embedded in the binary, or a folder that is read again for each reload of the page.

mod benches;
mod check;
mod numbers;
mod pictures;
mod questions;
mod rehearse;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use include_dir::{Dir, include_dir};
use serde::Deserialize;
use spillway_lessons::{Course, Engine, Lesson, LessonError, PICTURE_ROUTE, Stages, Tree, load};
use tokio::task::spawn_blocking;
use tower_http::compression::CompressionLayer;

use crate::app::{App, Config};
use crate::engine::Pipeline;

pub use check::check_command;

/// Where the course comes from.
#[derive(Debug, Clone)]
pub struct CourseStore {
    origin: Arc<Origin>,
}

#[derive(Debug)]
enum Origin {
    /// Part of the binary, read once.
    Embedded {
        tree: Tree,
        course: Course,
        problems: Vec<LessonError>,
    },
    /// Read again whenever it is asked for, so that an edit shows on reload.
    Folder(PathBuf),
}

static EMBEDDED: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../lessons");

impl CourseStore {
    /// The embedded course, or the folder the configuration names. What is wrong with it is
    /// logged, and is no reason not to serve.
    #[must_use]
    pub fn new(config: &Config) -> Self {
        let origin = match &config.lessons {
            Some(folder) => Origin::Folder(folder.clone()),
            None => {
                let mut files = Vec::new();
                collect(&EMBEDDED, &mut files);
                let tree = Tree::from_files(files);
                let (course, problems) = load(&tree, ENGINE);
                Origin::Embedded {
                    tree,
                    course,
                    problems,
                }
            }
        };
        let store = Self {
            origin: Arc::new(origin),
        };
        for problem in store.load().1 {
            tracing::warn!("course: {problem}");
        }
        store
    }

    /// The lesson at `chapter/lesson`. With `--lessons` this reads the folder: a few milliseconds
    /// of blocking work.
    #[must_use]
    pub fn lesson(&self, address: &str) -> Option<Lesson> {
        match &*self.origin {
            Origin::Embedded { course, .. } => course.lesson(address).cloned(),
            Origin::Folder(_) => self.load().0.lesson(address).cloned(),
        }
    }

    /// What is wrong with the lesson at an address that gives none, or with the whole course; nothing when there never was
    /// such a lesson. Blocking, like [`CourseStore::lesson`].
    #[must_use]
    pub fn problem(&self, address: &str) -> Option<String> {
        let (_, problems) = self.load();
        let is_about = |problem: &&LessonError| {
            let mut parts = problem.file.split('/');
            let mut slug = || Some(parts.next()?.split_once('-')?.1);
            let found = slug().zip(slug());
            problem.file.is_empty() || found.is_some() && found == address.split_once('/')
        };
        problems.iter().find(is_about).map(LessonError::to_string)
    }

    /// The whole course and what is wrong with it. Blocking, like [`CourseStore::lesson`].
    fn load(&self) -> (Course, Vec<LessonError>) {
        match &*self.origin {
            Origin::Embedded {
                course, problems, ..
            } => (course.clone(), problems.clone()),
            Origin::Folder(folder) => match Tree::read(folder) {
                Ok(tree) => load(&tree, ENGINE),
                Err(error) => (no_course(), vec![unreadable(folder, &error)]),
            },
        }
    }
}

/// `GET /api/course` and the pictures of lessons.
pub fn routes() -> Router<Arc<App>> {
    let picture = format!("{PICTURE_ROUTE}/{{chapter}}/{{lesson}}/{{picture}}");
    Router::new()
        .route("/api/course", get(course).layer(CompressionLayer::new()))
        .route(&picture, get(pictures::picture))
}

/// What of the course is asked for.
#[derive(Debug, Deserialize)]
struct Wanted {
    /// The only lesson whose text is to be sent, `chapter/lesson`; none when empty, for a course map; every text when left out.
    lesson: Option<String>,
    /// The learner's, which picks the numbers of the questions; 0 when left out.
    seed: Option<String>,
}

impl Wanted {
    fn seed(&self) -> Result<u64, String> {
        let Some(seed) = &self.seed else {
            return Ok(0);
        };
        seed.parse().map_err(|_| {
            let shown: String = seed.chars().take(40).collect();
            format!(
                "seed is '{shown}'; it has to be a whole number from 0 to {}",
                u64::MAX
            )
        })
    }
}

async fn course(State(app): State<Arc<App>>, Query(wanted): Query<Wanted>) -> Response {
    let seed = match wanted.seed() {
        Ok(seed) => seed,
        Err(message) => return (StatusCode::BAD_REQUEST, message).into_response(),
    };
    let store = app.course.clone();
    let loaded = spawn_blocking(move || {
        let (course, problems) = store.load();
        let mut course = course.to_page(&problems, seed);
        match wanted.lesson.as_deref() {
            None => {}
            Some("") => course.keep_map(),
            Some(lesson) => course.keep_text_of(lesson),
        }
        course
    });
    match loaded.await {
        Ok(course) => ([(CACHE_CONTROL, "no-cache")], Json(course)).into_response(),
        Err(error) => internal("the course cannot be read", &error),
    }
}

fn internal(what: &str, error: &dyn std::error::Error) -> Response {
    tracing::error!("{what}: {error}");
    let answer = format!("{what}; the server's log says more");
    (StatusCode::INTERNAL_SERVER_ERROR, answer).into_response()
}

/// A file with its type, to be asked for again at each reload.
fn file(content_type: &str, content: Bytes) -> Response {
    let headers = [(CONTENT_TYPE, content_type), (CACHE_CONTROL, "no-cache")];
    (headers, content).into_response()
}

/// What a course has to know of the engine.
const ENGINE: Engine<'static> = Engine {
    check_stage: &check_stages,
    number: &numbers::number,
};

/// The engine's own check, so that a lesson that loads can be started.
fn check_stages(stages: &Stages) -> Result<(), String> {
    match Pipeline::plan_lesson(stages) {
        Ok(_) => Ok(()),
        Err(error) => Err(error.to_string()),
    }
}

fn no_course() -> Course {
    Course {
        title: String::from("The course cannot be read"),
        welcome: String::new(),
        chapters: Vec::new(),
    }
}

fn unreadable(folder: &Path, error: &io::Error) -> LessonError {
    let folder = folder.display();
    LessonError::about_file(
        "",
        format!(
            "the course folder `{folder}` cannot be read: {error}. Put it back and reload, or \
             start the server without --lessons for the course it brings along"
        ),
    )
}

fn collect(folder: &'static Dir<'static>, files: &mut Vec<(String, &'static [u8])>) {
    for file in folder.files() {
        let name = file.path().to_string_lossy().replace('\\', "/");
        files.push((name, file.contents()));
    }
    for folder in folder.dirs() {
        collect(folder, files);
    }
}
