use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use spillway_lessons::{Course, Lesson, LessonError, Severity, Tree, load};
use tokio::runtime::Runtime;

use super::ENGINE;
use super::rehearse::{RehearsalError, rehearse};

/// `spillway lessons check DIR`: prints each problem as `file:line: message`. A course without
/// errors is played on the engine as well. Exit code 0 when there is nothing to correct, 1 when
/// there is, 2 when the folder cannot be read or the lessons cannot be played.
#[must_use]
pub fn check_command(folder: &Path) -> ExitCode {
    let tree = match Tree::read(folder) {
        Ok(tree) => tree,
        Err(error) => {
            let folder = folder.display();
            eprintln!("spillway: the folder {folder} cannot be read: {error}");
            return ExitCode::from(2);
        }
    };
    let (course, mut problems) = load(&tree, ENGINE);
    let mut note = "";
    if errors(&problems) == 0 {
        match played(folder, &course) {
            Ok(found) => problems.extend(found),
            Err(error) => {
                eprintln!("spillway: the lessons cannot be played: {error}");
                return ExitCode::from(2);
            }
        }
    } else {
        note = "; the lessons are played once these are corrected";
    }
    let mut stdout = io::stdout().lock();
    for problem in &problems {
        // Whoever closed the pipe does not want to read it; the exit code still says it.
        writeln!(stdout, "{}", below(folder, problem)).ok();
    }
    let lessons = course.chapters.iter().flat_map(|chapter| &chapter.lessons);
    let is_good = |lesson: &&Lesson| !problems.iter().any(|problem| is_about(problem, lesson));
    let lessons = lessons.filter(is_good).count();
    let errors = errors(&problems);
    eprintln!(
        "{}, {}{note}",
        counted(lessons, "good lesson"),
        counted(errors, "problem")
    );
    if errors == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(1)
    }
}

fn is_about(problem: &LessonError, lesson: &Lesson) -> bool {
    let file = problem.file.strip_prefix(&lesson.folder);
    problem.severity == Severity::Error && file.is_some_and(|file| file.starts_with('/'))
}

fn errors(problems: &[LessonError]) -> usize {
    let errors = problems.iter();
    errors
        .filter(|problem| problem.severity == Severity::Error)
        .count()
}

fn played(folder: &Path, course: &Course) -> Result<Vec<LessonError>, RehearsalError> {
    Runtime::new()?.block_on(rehearse(folder, course))
}

/// The problem with a file name that an editor can follow from here.
fn below(folder: &Path, problem: &LessonError) -> LessonError {
    LessonError {
        file: folder.join(&problem.file).display().to_string(),
        ..problem.clone()
    }
}

fn counted(count: usize, what: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {what}{plural}")
}
