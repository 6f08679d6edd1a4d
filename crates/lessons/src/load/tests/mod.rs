mod questions;
mod settings;
mod wire;

use std::path::Path;

use spillway_protocol::control::Join;

use super::*;
use crate::Severity;
use crate::course::{Listened, Stages, Thing};

const COURSE: &str = "format_version = 1\ntitle = \"C\"\nwelcome = \"W\"\n";
const CHAPTER: &str = "title = \"A\"\nsummary = \"S\"\n";
const MD: &str = "# One\n\nText.\n";
const TOML: &str = "summary = \"S\"\n\
    [[stage]]\nid = \"source\"\nkind = \"file_source\"\n\
    [[stage]]\nid = \"sink\"\nkind = \"file_sink\"\nbytes_per_s = 5\n\
    [[goal]]\nkind = \"unpiped\"\nfrom = \"source\"\nto = \"sink\"\nsay = \"Do `it`.\"\n\
    [[hint]]\ntext = \"Think.\"\n\
    [[show]]\ndo = \"source.unpipe(sink)\"\n";

/// A course of one good lesson, with these files on top.
fn files(changes: &[(&str, &str)]) -> Vec<(String, Vec<u8>)> {
    let mut files = BTreeMap::from([
        ("course.toml", COURSE),
        ("10-a/chapter.toml", CHAPTER),
        ("10-a/10-one/lesson.md", MD),
        ("10-a/10-one/lesson.toml", TOML),
    ]);
    files.extend(changes.iter().copied());
    files
        .into_iter()
        .map(|(name, content)| (String::from(name), content.as_bytes().to_vec()))
        .collect()
}

fn check_stage(stages: &Stages) -> Result<(), String> {
    let stage = stages.specs.last().unwrap();
    let known = ["file_source", "csv_filter", "gzip", "file_sink"];
    if !known.contains(&stage.kind.as_str()) {
        return Err(format!("there is no kind of stage `{}`", stage.kind));
    }
    let unknown =
        |key: &&String| !["file", "expr", "bytes_per_s", "high_water_mark"].contains(&key.as_str());
    match stage.options.keys().find(unknown) {
        Some(key) => Err(format!("{} has no `{key}`, it has `file`", stage.kind)),
        None => Ok(()),
    }
}

const ENGINE: Engine<'static> = Engine {
    check_stage: &check_stage,
    number: &|name| match name {
        "mark" => Ok(String::from("16 KiB")),
        other => Err(format!("there is no number `{other}`; there are `mark`")),
    },
};

fn load_files(files: Vec<(String, Vec<u8>)>) -> (Course, Vec<LessonError>) {
    load(&Tree::from_files(files), ENGINE)
}

/// With these changes there is exactly one problem, and it begins like this.
fn check(changes: &[(&str, &str)], begins: &str) {
    let (_, errors) = load_files(files(changes));
    let shown: Vec<String> = errors.iter().map(LessonError::to_string).collect();
    assert!(
        shown.len() == 1 && shown[0].starts_with(begins),
        "wanted one problem\n{begins}\nnot\n{}",
        shown.join("\n")
    );
}

/// The same for one replacement in the good `lesson.toml`.
fn check_toml(from: &str, to: &str, begins: &str) {
    assert!(TOML.contains(from));
    let toml = TOML.replacen(from, to, 1);
    check(&[("10-a/10-one/lesson.toml", &toml)], begins);
}

#[test]
fn a_good_course_has_no_problem() {
    let (course, errors) = load_files(files(&[]));
    assert_eq!(errors, []);
    let lesson = course.lesson("a/one").unwrap();
    assert_eq!(
        (lesson.title.as_str(), lesson.html.as_str()),
        ("One", "<p>Text.</p>\n")
    );
    assert_eq!(lesson.goals[0].say, "Do <code>it</code>.");
    let Thing::Pipeline(stages) = &lesson.thing else {
        panic!("stages expected");
    };
    assert_eq!(stages.specs[1].options["bytes_per_s"], 5);
    assert_eq!(lesson.judge().reached(), [false]);
}

#[test]
fn lessons_come_in_the_order_of_their_numbers() {
    let (course, errors) = load_files(files(&[
        ("10-a/100-last/lesson.md", MD),
        ("10-a/100-last/lesson.toml", TOML),
        ("10-a/20-next/lesson.md", MD),
        ("10-a/20-next/lesson.toml", TOML),
    ]));
    assert_eq!(errors, []);
    let slugs: Vec<&str> = course.chapters[0]
        .lessons
        .iter()
        .map(|lesson| lesson.slug.as_str())
        .collect();
    assert_eq!(slugs, ["one", "next", "last"]);
}

#[test]
fn a_bad_lesson_leaves_the_others_unharmed() {
    let (course, errors) = load_files(files(&[
        ("10-a/20-bad/lesson.md", "no title"),
        ("10-a/20-bad/lesson.toml", TOML),
    ]));
    assert!(course.lesson("a/one").is_some());
    assert!(course.lesson("a/bad").is_none());
    assert_eq!(course.to_page(&errors, 0).problems.len(), 1);
}

#[test]
fn drafts_and_what_editors_leave_behind_are_left_out() {
    let (_, errors) = load_files(files(&[
        ("_template/lesson.md", "x"),
        ("10-a/_draft/x", "x"),
        ("10-a/10-one/.lesson.md.swp", "x"),
        ("10-a/10-one/lesson.md~", "x"),
    ]));
    assert_eq!(errors, []);
}

#[test]
fn the_course_file_is_checked() {
    check(
        &[(
            "course.toml",
            "format_version = 2\ntitle = \"C\"\nwelcome = \"W\"\n",
        )],
        "course.toml:1: this is format version 2",
    );
    check(
        &[(
            "course.toml",
            "format_version = 1\ntitel = \"C\"\ntitle = \"C\"\nwelcome = \"W\"\n",
        )],
        "course.toml:2: `titel` is not a key of the course; did you mean `title`?",
    );
    check(
        &[("course.toml", "format_version = 1\ntitle = \"C\"\n")],
        "course.toml:1: the course has no `welcome`",
    );
    check(
        &[("course.toml", "a b = 1")],
        "course.toml:1: this is not valid TOML",
    );
}

#[test]
fn missing_files_are_named() {
    for name in [
        "course.toml",
        "10-a/chapter.toml",
        "10-a/10-one/lesson.md",
        "10-a/10-one/lesson.toml",
    ] {
        let mut files = files(&[]);
        files.retain(|(file, _)| file != name);
        let (_, errors) = load_files(files);
        assert_eq!(errors.len(), 1, "{errors:?}");
        assert_eq!(errors[0].file, name);
        assert!(errors[0].message.contains("missing"));
    }
    let (_, errors) = load_files(vec![(String::from("course.toml"), COURSE.into())]);
    assert!(errors[0].message.contains("no chapter"), "{errors:?}");
}

#[test]
fn names_out_of_place_are_refused() {
    check(
        &[("streams/chapter.toml", CHAPTER)],
        "streams: a folder here is called NN-name",
    );
    check(
        &[("10-a/20-Two/lesson.md", MD)],
        "10-a/20-Two: a folder here is called NN-name",
    );
    check(&[("note.txt", "x")], "note.txt: unexpected file");
    check(&[("10-a/note.txt", "x")], "10-a/note.txt: unexpected file");
    check(
        &[("10-a/10-one/lessen.md", "x")],
        "10-a/10-one/lessen.md: unexpected file; did you mean `lesson.md`?",
    );
    check(
        &[("10-a/10-one/assets/x.svg", "x")],
        "10-a/10-one/assets/x.svg: unexpected file",
    );
    check(
        &[("10-a/10-one/more/x", "x")],
        "10-a/10-one/more: unexpected folder",
    );
    check(
        &[
            ("10-a/20-one/lesson.md", MD),
            ("10-a/20-one/lesson.toml", TOML),
        ],
        "10-a/20-one: `10-a/10-one` has the same name but for the number",
    );
}

#[test]
fn the_prose_is_checked_by_line() {
    let check_md = |md: &str, begins: &str| check(&[("10-a/10-one/lesson.md", md)], begins);
    check_md("Text.\n", "10-a/10-one/lesson.md:1: there is no title");
    check_md(
        "# A\n\n# B\n",
        "10-a/10-one/lesson.md:3: a second `#` heading",
    );
    check_md(
        "# A\n\nx <b>y\n",
        "10-a/10-one/lesson.md:3: HTML is not allowed",
    );
    check_md(
        "# A\n\n[x](/lesson/a/onne)\n",
        "10-a/10-one/lesson.md:3: there is no lesson `a/onne` to link to; did you mean `a/one`?",
    );
    check_md(
        "# A\n\n![x](assets/x.png)\n",
        "10-a/10-one/lesson.md:3: there is no picture",
    );
}

#[test]
fn long_prose_is_a_warning_and_is_served() {
    let md = format!("# A\n\n{}", "word ".repeat(351));
    let (course, errors) = load_files(files(&[("10-a/10-one/lesson.md", &md)]));
    assert!(course.lesson("a/one").is_some());
    assert_eq!(errors[0].severity, Severity::Warning);
    assert!(
        errors[0]
            .to_string()
            .contains("warning: the prose has 351 words")
    );
    assert_eq!(course.to_page(&errors, 0).problems, []);
}

#[test]
fn a_file_that_is_not_utf8_is_refused_by_line() {
    let mut files = files(&[]);
    for (name, content) in &mut files {
        if name.ends_with("lesson.md") {
            *content = b"# A\n\n\xff".to_vec();
        }
    }
    let (_, errors) = load_files(files);
    assert_eq!(errors[0].line, Some(3));
}

#[test]
fn a_folder_on_disk_gives_the_same_as_files_in_memory() {
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in files(&[]) {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }
    let from_disk = load(&Tree::read(folder.path()).unwrap(), ENGINE);
    assert_eq!(from_disk, load_files(files(&[])));
    std::fs::create_dir(folder.path().join("10-a/30-empty")).unwrap();
    let (_, errors) = load(&Tree::read(folder.path()).unwrap(), ENGINE);
    assert_eq!(errors.len(), 2, "{errors:?}");
    assert!(Tree::read(&folder.path().join("gone")).is_err());
}

#[test]
fn the_course_of_this_project_has_no_problem() {
    // Options of stages and numbers are the server's to know: `spillway lessons check` asks it.
    let engine = Engine {
        check_stage: &|_| Ok(()),
        number: &|_| Ok(String::from("1")),
    };
    let (course, errors) = load(&Tree::read(&lessons()).unwrap(), engine);
    assert_eq!(errors, []);
    for address in [
        "streams/pipe-and-unpipe",
        "streams/pause-and-resume",
        "websockets/a-chat-is-a-duplex",
    ] {
        assert!(course.lesson(address).is_some(), "{address}");
    }
}

#[test]
fn numbers_in_texts_have_something_that_holds_them_true() {
    let md = "10-a/10-one/lesson.md";
    let good = "# One\n\nA mark of {{mark}}, and 5 bytes a second.\n";
    let (course, errors) = load_files(files(&[(md, good)]));
    assert_eq!(errors, []);
    let html = &course.lesson("a/one").unwrap().html;
    assert_eq!(html, "<p>A mark of 16 KiB, and 5 bytes a second.</p>\n");
    let unknown = format!("{md}:4: there is no number `marc`; there are `mark`");
    check(&[(md, "# One\n\nA mark\nof {{marc}}.\n")], &unknown);
    let unfounded = format!("{md}:3: nothing holds `6 bytes` true: it is no setting");
    check(&[(md, "# One\n\n{{mark}} or 6 bytes.\n")], &unfounded);
    let at = "10-a/10-one/lesson.toml";
    for (from, line) in [("Do `it`.", 13), ("Think.", 15)] {
        let begins = format!("{at}:{line}: nothing holds `6 bytes` true");
        check_toml(from, "In 6 bytes.", &begins);
    }
}

#[test]
fn a_picture_is_found_by_the_address_of_its_lesson() {
    let tree = Tree::from_files(files(&[("10-a/10-one/assets/x.png", "")]));
    let file = Some(String::from("10-a/10-one/assets/x.png"));
    assert_eq!(picture_file(&tree, "a/one", "x.png"), file);
    for (address, picture) in [
        ("a/one", "y.png"),
        ("a/two", "x.png"),
        ("a", "x.png"),
        ("a/one", "../lesson.md"),
    ] {
        assert_eq!(picture_file(&tree, address, picture), None);
    }
}

#[test]
fn the_template_is_a_good_lesson() {
    let read =
        |name: &str| std::fs::read_to_string(lessons().join("_template").join(name)).unwrap();
    let md = read("lesson.md").replace("/lesson/streams/pipe-and-unpipe", "/lesson/a/one");
    let changes = [
        ("10-a/10-one/lesson.md", md.as_str()),
        ("10-a/10-one/lesson.toml", &read("lesson.toml")),
    ];
    let (_, errors) = load_files(files(&changes));
    assert_eq!(errors, []);
}

#[test]
fn the_guide_lists_the_kinds_of_goals_the_properties_and_the_verbs_there_are() {
    let guide = std::fs::read_to_string(lessons().join("GUIDE.md")).unwrap();
    for (name, wanted) in [
        ("goal kinds", crate::guide_table()),
        ("properties", crate::property_table()),
        ("question kinds", crate::question_table()),
        ("counted", crate::counted_table()),
        ("wire questions", crate::wire_question_table()),
        ("verbs", crate::verb_table()),
        ("wire", crate::wire_table()),
        ("controls", crate::control_table()),
    ] {
        let begin = format!("<!-- {name} -->\n");
        let table = guide.split_once(&begin).unwrap().1;
        let table = table.split_once(&format!("<!-- /{name} -->")).unwrap().0;
        assert_eq!(table, wanted, "put this into GUIDE.md:\n{begin}{wanted}");
    }
}

fn lessons() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../lessons")
}
