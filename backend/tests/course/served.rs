//! The course over HTTP.

use std::fs;
use std::io::Read as _;

use axum::http::StatusCode;
use spillway_protocol::course::{Course, Lesson, Thing};

use crate::{PIPE, Setup, lessons, streams};

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
            assert!(named.contains(&address.as_str()), "{address} has no slide");
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
