use std::collections::BTreeSet;

use toml::Spanned;
use toml::de::DeTable;

use crate::course::Lesson;
use crate::error::{LessonError, Severity};
use crate::markdown::{Prose, Targets, prose};
use crate::numbers::Numbers;
use crate::report::Report;
use crate::table::{Table, parse};
use crate::tree::{Tree, join};

use super::lesson_toml::{self, Settings};
use super::{Engine, text_of, unexpected};

/// Most words of prose a lesson should have.
const MAX_WORDS: usize = 350;

/// Endings of pictures. No SVG: opened on its own it can run scripts.
const PICTURES: [&str; 5] = [".png", ".jpg", ".jpeg", ".webp", ".gif"];

/// What is needed to read one lesson.
pub(super) struct Source<'a> {
    pub(super) tree: &'a Tree,
    /// Its folder in the tree.
    pub(super) folder: &'a str,
    pub(super) slug: &'a str,
    /// `chapter/lesson`.
    pub(super) address: &'a str,
    /// Addresses of all lessons.
    pub(super) lessons: &'a BTreeSet<String>,
    pub(super) engine: Engine<'a>,
}

/// Reads one lesson. It is absent when anything about it is an error.
pub(super) fn read(source: &Source<'_>) -> (Option<Lesson>, Vec<LessonError>) {
    let mut errors = check_files(source);
    let pictures = pictures(source, &mut errors);
    let targets = Targets {
        lessons: source.lessons,
        pictures: &pictures,
        address: source.address,
        numbers: &numbers(source),
    };
    let prose = read_prose(source, &targets, &mut errors);
    let settings = read_settings(source, &targets, &mut errors);
    if errors.iter().any(|error| error.severity == Severity::Error) {
        return (None, errors);
    }
    let lesson = prose.zip(settings).map(|(prose, settings)| Lesson {
        folder: String::from(source.folder),
        slug: String::from(source.slug),
        title: prose
            .titles
            .into_iter()
            .next()
            .map(|(_, title)| title)
            .unwrap_or_default(),
        summary: settings.summary,
        html: prose.html,
        code: prose.code,
        thing: settings.thing,
        join: settings.join,
        goals: settings.goals,
        order: settings.order,
        hints: settings.hints,
        show: settings.show,
        controls: settings.controls,
        questions: settings.questions,
    });
    (lesson, errors)
}

fn check_files(source: &Source<'_>) -> Vec<LessonError> {
    let allowed = ["lesson.md", "lesson.toml"];
    let mut errors = Vec::new();
    for name in source.tree.files_in(source.folder) {
        if !allowed.contains(&name) {
            errors.push(unexpected(&join(source.folder, name), name, &allowed));
        }
    }
    for name in source.tree.folders_in(source.folder) {
        if name != "assets" {
            let message = "unexpected folder: a lesson has only `assets`, for pictures";
            errors.push(LessonError::about_file(join(source.folder, name), message));
        }
    }
    errors
}

fn pictures(source: &Source<'_>, errors: &mut Vec<LessonError>) -> BTreeSet<String> {
    let folder = join(source.folder, "assets");
    for name in source.tree.folders_in(&folder) {
        let message = "unexpected folder: pictures lie directly in `assets`";
        errors.push(LessonError::about_file(join(&folder, name), message));
    }
    let mut pictures = BTreeSet::new();
    for name in source.tree.files_in(&folder) {
        if is_picture(name) {
            pictures.insert(String::from(name));
        } else {
            let message = "unexpected file: `assets` holds pictures (.png, .jpg, .jpeg, .webp, \
                           .gif), named with letters, digits, `-`, `_` and `.`";
            errors.push(LessonError::about_file(join(&folder, name), message));
        }
    }
    pictures
}

/// Whether a file of this name can be a picture of a lesson.
pub(super) fn is_picture(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    PICTURES.iter().any(|ending| name.ends_with(ending)) && name.bytes().all(plain)
}

fn read_prose(
    source: &Source<'_>,
    targets: &Targets<'_>,
    errors: &mut Vec<LessonError>,
) -> Option<Prose> {
    let file = join(source.folder, "lesson.md");
    let text = match text_of(source.tree, &file) {
        Ok(text) => text,
        Err(error) => {
            errors.push(error);
            return None;
        }
    };
    let written = Report::new(&file, text);
    let (text, unfounded) = targets.numbers.fill(text);
    for (at, problem) in unfounded {
        written.error(at, problem);
    }
    errors.extend(written.into_errors());
    // Its lines are those that were written.
    let report = Report::new(&file, &text);
    let prose = prose(&text, targets);
    for (at, problem) in &prose.problems {
        report.error(*at, problem);
    }
    match prose.titles.as_slice() {
        [] => report.error(0, "there is no title; begin the file with `# The title`"),
        [(at, title)] if title.trim().is_empty() => report.error(*at, "the title is empty"),
        [_] => {}
        [_, more @ ..] => {
            for (at, _) in more {
                report.error(
                    *at,
                    "a second `#` heading; a lesson has one title, use `##` here",
                );
            }
        }
    }
    if prose.words > MAX_WORDS {
        report.warning(format!(
            "the prose has {} words; keep it to {MAX_WORDS}, or make two lessons of it",
            prose.words
        ));
    }
    errors.extend(report.into_errors());
    Some(prose)
}

/// What the numbers in the lesson's texts may be. Whatever is wrong with its settings is said when they are read.
fn numbers<'a>(source: &Source<'a>) -> Numbers<'a> {
    let text = text_of(source.tree, &join(source.folder, "lesson.toml")).ok();
    let settings = text.and_then(|text| DeTable::parse(text).ok());
    Numbers::new(
        source.engine.number,
        settings.as_ref().map(Spanned::get_ref),
    )
}

fn read_settings(
    source: &Source<'_>,
    targets: &Targets<'_>,
    errors: &mut Vec<LessonError>,
) -> Option<Settings> {
    let file = join(source.folder, "lesson.toml");
    let text = match text_of(source.tree, &file) {
        Ok(text) => text,
        Err(error) => {
            errors.push(error);
            return None;
        }
    };
    let report = Report::new(&file, text);
    let settings = parse(&report).map(|parsed| {
        let table = Table::new(&report, "the lesson", 0, parsed.get_ref());
        lesson_toml::read(table, &report, targets, source.engine.check_stage)
    });
    errors.extend(report.into_errors());
    settings
}
