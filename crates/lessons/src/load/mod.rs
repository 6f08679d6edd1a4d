//! From a tree of files to a course.

mod frames;
mod goal_toml;
mod lesson;
mod lesson_toml;
mod question_toml;
mod show_toml;
mod stage_toml;
#[cfg(test)]
mod tests;
mod thing_toml;

use std::collections::{BTreeMap, BTreeSet};

use crate::course::{Chapter, Course, Lesson, Stages};
use crate::error::LessonError;
use crate::nearest::{did_you_mean, list};
use crate::numbers::NumberText;
use crate::report::Report;
use crate::table::{Table, parse};
use crate::tree::{Tree, join};

/// Says whether a pipeline can be made of these stages: their kinds live in the engine. It is asked
/// for the stages up to each one in turn, so that what it says is about the last of them; where it
/// names an option, the problem points at that option's line.
pub type StageCheck<'a> = dyn Fn(&Stages) -> Result<(), String> + 'a;

/// What a course speaks of and this crate does not know.
#[derive(Clone, Copy)]
pub struct Engine<'a> {
    /// Says whether there are such stages.
    pub check_stage: &'a StageCheck<'a>,
    /// Says what stands for `{{name}}`.
    pub number: &'a NumberText<'a>,
}

/// The version of the format that this program reads.
const FORMAT_VERSION: u64 = 1;

/// Reads a course: the good lessons, and what is wrong with the others.
///
/// It never fails: what is not there, or not as it must be, is one of the errors.
pub fn load(tree: &Tree, engine: Engine<'_>) -> (Course, Vec<LessonError>) {
    let mut loader = Loader {
        tree,
        engine,
        addresses: BTreeSet::new(),
        errors: tree.problems().to_vec(),
    };
    let course = loader.course();
    (course, loader.errors)
}

struct Loader<'a> {
    tree: &'a Tree,
    engine: Engine<'a>,
    /// `chapter/lesson` of every lesson folder, for links; a lesson with errors is still a target.
    addresses: BTreeSet<String>,
    errors: Vec<LessonError>,
}

/// A chapter's or a lesson's folder.
#[derive(Debug, Clone)]
struct Folder {
    /// Its name in the tree.
    name: String,
    slug: String,
}

impl Loader<'_> {
    fn course(&mut self) -> Course {
        self.refuse_files("", &["course.toml", "GUIDE.md", "README.md"]);
        let mut course = self.course_toml();
        let folders: Vec<(Folder, Vec<Folder>)> = self
            .numbered_folders("")
            .into_iter()
            .map(|chapter| {
                let lessons = self.numbered_folders(&chapter.name);
                (chapter, lessons)
            })
            .collect();
        for (chapter, lessons) in &folders {
            for lesson in lessons {
                self.addresses
                    .insert(format!("{}/{}", chapter.slug, lesson.slug));
            }
        }
        if folders.is_empty() {
            self.file_error(
                "",
                "there is no chapter here: make a folder such as `10-streams`",
            );
        }
        course.chapters = folders
            .iter()
            .map(|(chapter, lessons)| self.chapter(chapter, lessons))
            .collect();
        course
    }

    fn course_toml(&mut self) -> Course {
        let mut course = Course {
            title: String::from("Course"),
            welcome: String::new(),
            chapters: Vec::new(),
        };
        self.read_toml("course.toml", "the course", |table| {
            if let Some(version) = table.count("format_version")
                && version.value != FORMAT_VERSION
            {
                table.error_at(
                    version.at,
                    format!(
                        "this is format version {}, and this program reads version \
                         {FORMAT_VERSION}",
                        version.value
                    ),
                );
            }
            if let Some(title) = table.text("title") {
                course.title = title.value;
            }
            if let Some(welcome) = table.text("welcome") {
                course.welcome = welcome.value;
            }
        });
        course
    }

    fn chapter(&mut self, folder: &Folder, lessons: &[Folder]) -> Chapter {
        self.refuse_files(&folder.name, &["chapter.toml"]);
        let mut chapter = Chapter {
            slug: folder.slug.clone(),
            title: folder.slug.clone(),
            summary: String::new(),
            lessons: Vec::new(),
        };
        self.read_toml(
            &join(&folder.name, "chapter.toml"),
            "the chapter",
            |table| {
                if let Some(title) = table.text("title") {
                    chapter.title = title.value;
                }
                if let Some(summary) = table.text("summary") {
                    chapter.summary = summary.value;
                }
            },
        );
        if lessons.is_empty() {
            self.file_error(
                &folder.name,
                "this chapter has no lesson: copy `_template` into it as `10-NAME`",
            );
        }
        chapter.lessons = lessons
            .iter()
            .filter_map(|lesson| self.lesson(&folder.slug, lesson))
            .collect();
        chapter
    }

    fn lesson(&mut self, chapter: &str, folder: &Folder) -> Option<Lesson> {
        let address = format!("{chapter}/{}", folder.slug);
        let (lesson, errors) = lesson::read(&lesson::Source {
            tree: self.tree,
            folder: &folder.name,
            slug: &folder.slug,
            address: &address,
            lessons: &self.addresses,
            engine: self.engine,
        });
        self.errors.extend(errors);
        lesson
    }

    /// The `NN-slug` folders in a folder, sorted by number; everything else is reported.
    fn numbered_folders(&mut self, parent: &str) -> Vec<Folder> {
        let mut found: Vec<(u32, Folder)> = Vec::new();
        for name in self.tree.folders_in(parent) {
            let path = join(parent, name);
            match split_name(name) {
                Some((number, slug)) => found.push((
                    number,
                    Folder {
                        name: path,
                        slug: String::from(slug),
                    },
                )),
                None => self.errors.push(LessonError::about_file(path, BAD_NAME)),
            }
        }
        found.sort_by(|a, b| (a.0, &a.1.name).cmp(&(b.0, &b.1.name)));
        let mut first: BTreeMap<String, String> = BTreeMap::new();
        let mut folders = Vec::new();
        for (_, folder) in found {
            if let Some(other) = first.get(&folder.slug) {
                let message = format!(
                    "`{other}` has the same name but for the number, and the name is the \
                     address; rename one of them"
                );
                self.file_error(&folder.name, message);
            } else {
                first.insert(folder.slug.clone(), folder.name.clone());
                folders.push(folder);
            }
        }
        folders
    }

    /// Reports the files of a folder that have no business there.
    fn refuse_files(&mut self, folder: &str, allowed: &[&str]) {
        for name in self.tree.files_in(folder) {
            if !allowed.contains(&name) {
                let error = unexpected(&join(folder, name), name, allowed);
                self.errors.push(error);
            }
        }
    }

    /// Reads a small TOML file that must be there.
    fn read_toml(&mut self, file: &str, what: &str, read: impl FnOnce(&mut Table<'_>)) {
        let text = match text_of(self.tree, file) {
            Ok(text) => text,
            Err(error) => {
                self.errors.push(error);
                return;
            }
        };
        let report = Report::new(file, text);
        if let Some(parsed) = parse(&report) {
            let mut table = Table::new(&report, what, 0, parsed.get_ref());
            read(&mut table);
            table.finish();
        }
        self.errors.extend(report.into_errors());
    }

    fn file_error(&mut self, file: &str, message: impl Into<String>) {
        self.errors.push(LessonError::about_file(file, message));
    }
}

const BAD_NAME: &str = "a folder here is called NN-name, such as `10-pipe`: a number for the order, \
    then lower-case letters, digits and hyphens; begin its name with `_` to have it left out";

/// The text of a file that must be there.
fn text_of<'a>(tree: &'a Tree, file: &str) -> Result<&'a str, LessonError> {
    let content = tree.file(file).ok_or_else(|| {
        LessonError::about_file(
            file,
            "the file is missing; `_template` in the course has one",
        )
    })?;
    let text = str::from_utf8(content).map_err(|error| LessonError {
        line: u32::try_from(
            content[..error.valid_up_to()]
                .iter()
                .filter(|byte| **byte == b'\n')
                .count()
                + 1,
        )
        .ok(),
        ..LessonError::about_file(file, "this line is not UTF-8; save the file as UTF-8")
    })?;
    // Some editors begin a file with this mark; TOML and Markdown do not expect it.
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
}

fn unexpected(path: &str, name: &str, allowed: &[&str]) -> LessonError {
    let suggestion = did_you_mean(name, allowed.iter().copied());
    let suggestion = if suggestion.is_empty() {
        "."
    } else {
        &suggestion
    };
    LessonError::about_file(
        path,
        format!(
            "unexpected file{suggestion} Here go {}; begin a name with `_` to have it left out",
            list(allowed.iter().copied())
        ),
    )
}

fn split_name(name: &str) -> Option<(u32, &str)> {
    let (number, slug) = name.split_once('-')?;
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let good = !slug.is_empty() && slug.bytes().all(plain) && !slug.starts_with('-');
    // `parse` alone would take a leading `+`.
    if !good || !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some((number.parse().ok()?, slug))
}

/// The file in the tree of a lesson's picture, by the lesson's `chapter/lesson`.
#[must_use]
pub fn picture_file(tree: &Tree, address: &str, picture: &str) -> Option<String> {
    let (chapter, lesson) = address.split_once('/')?;
    let folder = |parent: &str, slug: &str| {
        let mut names = tree.folders_in(parent);
        let name = names.find(|name| split_name(name).is_some_and(|(_, found)| found == slug))?;
        Some(join(parent, name))
    };
    let assets = join(&folder(&folder("", chapter)?, lesson)?, "assets");
    let is_there =
        lesson::is_picture(picture) && tree.files_in(&assets).any(|name| name == picture);
    is_there.then(|| join(&assets, picture))
}
