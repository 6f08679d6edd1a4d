//! The lesson checker on the command line.

use std::fs;
use std::path::Path;

use crate::{PIPE, Setup, check_command, lessons};

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
