use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use spillway_lessons::{LessonError, Severity, Tree, load};

use super::check_stages;

/// `spillway lessons check DIR`: prints each problem as `file:line: message`. Exit code 0 when
/// there is nothing to correct, 1 when there is, 2 when the folder cannot be read.
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
    let (course, problems) = load(&tree, &check_stages);
    let mut stdout = io::stdout().lock();
    for problem in &problems {
        // Whoever closed the pipe does not want to read on; the exit code still says it.
        writeln!(stdout, "{}", below(folder, problem)).ok();
    }
    let lessons: usize = course
        .chapters
        .iter()
        .map(|chapter| chapter.lessons.len())
        .sum();
    let errors = problems
        .iter()
        .filter(|problem| problem.severity == Severity::Error)
        .count();
    eprintln!(
        "{}, {}",
        counted(lessons, "good lesson"),
        counted(errors, "problem")
    );
    if errors == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(1)
    }
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
