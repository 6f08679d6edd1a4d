//! The course over HTTP and the lesson checker on the command line.

#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests, where a panic is the report"
)]

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use spillway::app::{App, Config};
use spillway::server::router;
use spillway_protocol::course::{Chapter, Course, Lesson, Thing};
use tempfile::TempDir;
use tower::ServiceExt as _;

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

#[tokio::test]
async fn the_embedded_course_is_served_whole() {
    let setup = Setup::embedded();
    let course = setup.course().await;
    assert_eq!(course.problems, []);
    let lessons = course.chapters.iter().flat_map(|chapter| &chapter.lessons);
    let lessons: Vec<&Lesson> = lessons.collect();
    let at = |title: &str| lessons.iter().position(|lesson| lesson.title == title);
    let (pipe, pause) = (at("pipe() and unpipe()"), at("pause() and resume()"));
    assert!(pipe.is_some() && pipe < pause && pause < at("A chat is a Duplex"));
    let pipe = lessons[pipe.unwrap()];
    let text = pipe.text.as_ref().unwrap();
    assert!(matches!(&text.thing, Thing::Pipeline { stages, .. } if stages.len() == 4));
    assert!(text.goals[0].contains("<code>source.unpipe(filter)</code>"));
    let languages: Vec<&str> = text
        .code
        .iter()
        .map(|code| code.language.as_str())
        .collect();
    assert_eq!(languages, ["js", "rust"]);
}

#[tokio::test]
async fn the_text_of_one_lesson_comes_without_those_of_the_others() {
    let setup = Setup::embedded();
    let whole = setup.course().await;
    for (asked, texts) in [
        ("streams/pause-and-resume", 1),
        ("streams/nothing", 0),
        ("", 0),
    ] {
        let part = setup
            .course_at(&format!("/api/course?lesson={asked}"))
            .await;
        let mut found = 0;
        for (part, whole) in part.chapters.iter().zip(&whole.chapters) {
            for (lesson, same) in part.lessons.iter().zip(&whole.lessons) {
                assert_eq!(lesson.title, same.title);
                assert_eq!(lesson.goal_count, same.goal_count);
                // Only the course map shows it.
                assert_eq!(lesson.summary.is_some(), asked.is_empty());
                if lesson.text.is_some() {
                    assert_eq!(format!("{}/{}", part.slug, lesson.slug), asked);
                    assert_eq!(lesson.text, same.text);
                    found += 1;
                }
            }
        }
        assert_eq!(found, texts, "asked for `{asked}`");
        assert_eq!(part.has_map(), asked.is_empty());
    }
}

#[tokio::test]
async fn every_lesson_that_the_readme_names_is_there() {
    let course = Setup::embedded().course().await;
    let readme = fs::read_to_string(lessons().join("../README.md")).unwrap();
    let (_, table) = readme.split_once("## From slide to lesson").unwrap();
    let (table, _) = table.split_once("## Adding a lesson").unwrap();
    let named: Vec<&str> = table.split('`').skip(1).step_by(2).collect();
    assert!(named.len() > 10, "{named:?}");
    for chapter in &course.chapters {
        for lesson in &chapter.lessons {
            let address = format!("{}/{}", chapter.slug, lesson.slug);
            let in_streams = chapter.slug != "websockets";
            assert!(
                !in_streams || named.contains(&address.as_str()),
                "{address} has no slide"
            );
        }
    }
    for address in named {
        let (chapter, lesson) = address.split_once('/').unwrap();
        let mut chapters = course.chapters.iter().filter(|known| known.slug == chapter);
        let found = chapters.any(|known| known.lessons.iter().any(|known| known.slug == lesson));
        assert!(found, "there is no lesson {address}");
    }
}

#[tokio::test]
async fn the_course_is_compressed_for_whom_that_suits() {
    let server = Setup::embedded();
    let (_, plain) = server.get("/api/course").await;
    let (_, small) = server.get_accepting("/api/course", "gzip, br").await;
    let mut back = Vec::new();
    flate2::read::GzDecoder::new(small.as_slice())
        .read_to_end(&mut back)
        .unwrap();
    assert_eq!(back, plain);
    assert!(small.len() < plain.len() / 2);
}

#[tokio::test]
async fn an_edit_shows_on_reload() {
    let setup = Setup::with_a_folder();
    setup.replace(
        "10-streams/10-pipe-and-unpipe/lesson.md",
        "# pipe()",
        "# Edited: pipe()",
    );
    let course = setup.course().await;
    let mut lessons = streams(&course).lessons.iter();
    let edited = lessons.find(|lesson| lesson.slug == "pipe-and-unpipe");
    let title = &edited.unwrap().title;
    assert_eq!(title, "Edited: pipe() and unpipe()");
}

#[tokio::test]
async fn a_broken_lesson_is_a_card_and_the_others_are_unharmed() {
    let setup = Setup::with_a_folder();
    let slugs = |course: &Course| {
        let lessons = streams(course).lessons.iter();
        let slugs = lessons.map(|lesson| lesson.slug.clone());
        slugs.collect::<Vec<_>>()
    };
    let mut others = slugs(&setup.course().await);
    others.retain(|slug| slug != "pipe-and-unpipe");
    let line = setup.replace(PIPE, "kind = \"gzip\"", "kind = \"gzipp\"");
    let course = setup.course().await;
    assert_eq!(course.problems.len(), 1);
    assert_eq!(course.problems[0].file, PIPE);
    assert_eq!(course.problems[0].line, Some(line));
    assert_eq!(slugs(&course), others);
}

#[tokio::test]
async fn each_bad_input_is_a_card_and_harms_no_other_lesson() {
    let md = "10-streams/10-pipe-and-unpipe/lesson.md";
    let whole = Setup::embedded().course().await;
    let others = whole
        .chapters
        .iter()
        .map(|it| it.lessons.len())
        .sum::<usize>()
        - 1;
    for (name, from, to, wanted) in [
        (
            PIPE,
            "summary",
            "sumary",
            "`sumary` is not a key of the lesson",
        ),
        (
            md,
            "\n\n",
            "\n\n![a tank](assets/tank.png)\n\n",
            "there is no picture `assets/tank.png`",
        ),
        (
            PIPE,
            "to = \"filter\"",
            "to = \"filtr\"",
            "the lesson has no stage `filtr`",
        ),
        (
            md,
            "\n\n",
            "\n\nA mark of 77 kB. {{marc}}\n\n",
            "nothing holds `77 kB` true",
        ),
    ] {
        let setup = Setup::with_a_folder();
        let line = setup.replace(name, from, to);
        let course = setup.course().await;
        let problem = course
            .problems
            .iter()
            .find(|it| it.message.contains(wanted));
        let problem = problem.unwrap_or_else(|| panic!("{wanted} is not in {:?}", course.problems));
        assert_eq!(problem.file, name);
        assert!(problem.line.is_some_and(|it| it <= line), "{problem:?}");
        let left = course.chapters.iter().map(|it| it.lessons.len());
        assert_eq!(left.sum::<usize>(), others, "{wanted}");
    }
}

#[tokio::test]
async fn a_course_folder_that_disappears_is_a_card_until_it_is_back() {
    let setup = Setup::with_a_folder();
    let away = setup.folder.path().join("away");
    fs::rename(setup.path(""), &away).unwrap();
    let course = setup.course().await;
    assert!(course.problems[0].message.contains("cannot be read"));
    assert_eq!(course.chapters, []);
    fs::rename(&away, setup.path("")).unwrap();
    assert!(setup.course().await.chapters.len() > 1);
}

#[tokio::test]
async fn pictures_are_served_and_nothing_else_is() {
    let setup = Setup::with_a_folder();
    let assets = setup.path("10-streams/10-pipe-and-unpipe/assets");
    fs::create_dir(&assets).unwrap();
    fs::write(assets.join("x.png"), b"a picture").unwrap();
    let route = "/api/course/pictures/streams";
    let found = setup.get(&format!("{route}/pipe-and-unpipe/x.png")).await;
    assert_eq!(found, (StatusCode::OK, b"a picture".to_vec()));
    for path in [
        "pipe-and-unpipe/y.png",
        "pipe-and-unpipe/..%2Flesson.md",
        "no/x.png",
    ] {
        let (status, _) = setup.get(&format!("{route}/{path}")).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[test]
fn the_checker_finds_nothing_in_the_course_of_this_project() {
    let output = check_command(&lessons());
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert!(output.stdout.is_empty());
}

#[test]
fn the_checker_says_file_line_and_what_is_wrong() {
    let md = "10-streams/20-pause-and-resume/lesson.md";
    let bad_goal = "the lesson has no stage `filtr`; did you mean `filter`?";
    let bad_link = "there is no lesson `streams/pip` to link to";
    for (name, from, to, wanted) in [
        (
            PIPE,
            "\"gzip\"\n\n",
            "\"gzip\"\nlevle = 1\n",
            "unknown field `levle`",
        ),
        (PIPE, "population>500000", "population>", "lacks a value"),
        (PIPE, "population>500000", "people>500000", "people"),
        (PIPE, "to = \"filter\"", "to = \"filtr\"", bad_goal),
        (PIPE, "summary", "sumary", "did you mean `summary`?"),
        (md, "# pause()", "pause()", "there is no title"),
        (md, "streams/pipe-and-unpipe", "streams/pip", bad_link),
    ] {
        let setup = Setup::with_a_folder();
        let line = setup.replace(name, from, to);
        let output = setup.check();
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        let place = format!("{}:{line}: ", setup.path(name).display());
        let found = String::from_utf8(output.stdout).unwrap();
        let good = |problem: &str| problem.starts_with(&place) && problem.contains(wanted);
        assert!(
            found.lines().any(good),
            "{place}{wanted}\nis not in\n{found}"
        );
    }
}

#[test]
fn a_folder_that_is_not_there_ends_the_checker_with_2() {
    let output = check_command(Path::new("no-such-folder"));
    assert_eq!(output.status.code(), Some(2));
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(stderr.contains("no-such-folder cannot be read"), "{stderr}");
}

/// The checker plays a course of one lesson with a source of some 20 kB, these goals and this
/// solution, and finds exactly this wrong with it.
fn check_played(goals: &str, show: &str, line: u32, wanted: &str) {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    let stages = "summary = \"S\"\n\
        [[stage]]\nid = \"source\"\nkind = \"csv_sample\"\nrows = 500\n\
        [[stage]]\nid = \"sink\"\nkind = \"null\"\nbytes_per_s = 5000\n\
        [[hint]]\ntext = \"Think.\"\n";
    write(
        "course.toml",
        "format_version = 1\ntitle = \"C\"\nwelcome = \"W\"\n",
    );
    write("10-a/chapter.toml", "title = \"A\"\nsummary = \"S\"\n");
    write("10-a/10-one/lesson.md", "# One\n\nText.\n");
    write(
        "10-a/10-one/lesson.toml",
        &format!("{stages}{goals}\n{show}\n"),
    );
    let output = check_command(folder.path());
    let found = String::from_utf8(output.stdout).unwrap();
    let file = folder.path().join("10-a/10-one/lesson.toml");
    let begins = format!("{}:{line}: {wanted}", file.display());
    let good = found.starts_with(&begins) && found.lines().count() == 1;
    assert!(good, "wanted one line\n{begins}\nnot\n{found}");
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn a_goal_that_the_start_reaches_by_itself_is_found() {
    check_played(
        "[[goal]]\nkind = \"becomes\"\nthat = \"sink.bytesWritten >= 1\"\nsay = \"Watch.\"",
        "[[show]]\ndo = \"source.pause()\"",
        12,
        "goal 1 is reached by the start alone; ask for something that the learner has to do",
    );
}

#[test]
fn a_goal_that_cannot_be_reached_is_found() {
    check_played(
        "[[goal]]\nkind = \"becomes\"\nthat = \"sink.bytesWritten >= 999_999_999\"\nsay = \"All.\"",
        "[[show]]\ndo = \"source.pause()\"\n[[show]]\ndo = \"source.destroy('enough')\"",
        18,
        "the solution does not reach goal 1 within 120 s; it did 2 of its 2 steps. \
         `source.destroy('enough')` Nothing more need be done. Correct the solution",
    );
}

#[test]
fn a_step_that_is_refused_is_found() {
    check_played(
        "[[goal]]\nkind = \"called\"\ncall = \"sink.end()\"\nsay = \"End it.\"",
        "[[show]]\ndo = \"source.end()\"\n[[show]]\nwhen = \"source.readableEnded\"\ndo = \"sink.end()\"",
        16,
        "the solution does not reach goal 1 within 120 s; it did 0 of its 2 steps. This step was \
         refused, so nothing more is shown: source is a Readable: it has no end()",
    );
}

#[test]
fn a_question_that_its_run_does_not_answer_is_found() {
    check_played(
        "[[goal]]\nkind = \"called\"\ncall = \"source.pause()\"\nsay = \"Pause.\"",
        "[[show]]\ndo = \"source.pause()\"\n[[question]]\nkind = \"how_many\"\nask = \"How many, \
         of {source.rows}?\"\ncount = \"sink.write\"\nuntil = \"sink.errored\"\nwhy = \"So.\"\n\
         [question.vary]\n\"source.rows\" = [10, 20]",
        18,
        "question 1 (“How many, of 20?”): This run gives no answer. The run is over, and \
         `sink.errored` never came.",
    );
}
