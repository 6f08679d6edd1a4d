//! Lessons on WebSockets.

use super::*;

const AT: &str = "10-a/10-one/lesson.toml";

/// A lesson with this thing beside its text, one goal and one step.
fn lesson(thing: &str, goal: &str, show: &str) -> String {
    format!(
        "summary = \"S\"\n{thing}\n[[goal]]\n{goal}\nsay = \"x\"\n[[hint]]\ntext = \"x\"\n[[show]]\n{show}\n"
    )
}

const CLOSED: &str = "kind = \"crossed\"\nwhat = \"client.close && code = 1000\"\ntimes = 2";

fn good(thing: &str, goal: &str, show: &str) -> Lesson {
    let toml = lesson(thing, goal, show);
    let (course, errors) = load_files(files(&[(AT, &toml)]));
    assert_eq!(errors, [], "{toml}");
    course.lesson("a/one").unwrap().clone()
}

fn bad(thing: &str, goal: &str, show: &str, begins: &str) {
    let toml = lesson(thing, goal, show);
    check(&[(AT, &toml)], &format!("{AT}:{begins}"));
}

#[test]
fn each_thing_is_read_and_its_solution_goes_to_the_page() {
    let echo = good("[echo]\ndeflate = false", CLOSED, "do = \"close(1000)\"");
    assert_eq!(echo.thing, Thing::Echo { deflate: false });
    assert_eq!(
        good("[echo]", CLOSED, "do = \"close()\"").thing,
        Thing::Echo { deflate: true }
    );
    let bench = good(
        "[workbench]\nframes = \"\"\"\ntext \"a\"\n\"\"\"",
        CLOSED,
        "do = \"send()\"\nframes = \"close 1000\"\nwhen = \"goal 1\"",
    );
    assert_eq!(
        bench.thing,
        Thing::Workbench {
            frames: String::from("text \"a\"")
        }
    );
    let step = bench.controls[0].to_page();
    assert_eq!(
        (step.goal, step.frames.as_deref(), &*step.call),
        (Some(1), Some("close 1000"), "send")
    );
    good("[closing]", CLOSED, "do = \"end('client')\"");
    good("[chat]\nroom = \"den\"", CLOSED, "do = \"join('Ada')\"");
    let own = good("[chat]\nown = true", CLOSED, "do = \"join('Ada')\"");
    let room = String::new();
    assert_eq!(own.thing, Thing::Chat { room });
    bad(
        "[chat]\nroom = \"den\"\nown = true",
        CLOSED,
        "do = \"join('Ada')\"",
        "3: a room of the learner's own gets its name from the page",
    );
    good("[transports]", "kind = \"measured\"", "do = \"measure()\"");
    let that = "kind = \"becomes\"\nthat = \"out.writableNeedDrain\"";
    good("[pressure]", that, "do = \"read(0)\"");
}

#[test]
fn a_goal_belongs_to_what_runs_beside_the_text() {
    let measured = "kind = \"measured\"";
    bad(
        "[echo]",
        measured,
        "do = \"open()\"",
        "4: this lesson runs nothing that `measured`",
    );
    bad(
        "[transports]",
        CLOSED,
        "do = \"measure()\"",
        "4: this lesson runs nothing that `crossed`",
    );
    let that = "kind = \"becomes\"\nthat = \"sink.closed\"";
    bad(
        "[pressure]",
        that,
        "do = \"read()\"",
        "5: the lesson has no stage `sink`",
    );
}

#[test]
fn what_crosses_is_checked_at_its_line() {
    let what = |what: &str| format!("kind = \"crossed\"\nwhat = \"{what}\"");
    let show = "do = \"open()\"";
    bad(
        "[echo]",
        &what("server.pongg"),
        show,
        "5: the server sends no `pongg`; did you mean `pong`?",
    );
    bad(
        "[echo]",
        &what("client.text && code = 1"),
        show,
        "5: `client.text` has no property `code`",
    );
    bad(
        "[echo]",
        "kind = \"crossed\"",
        show,
        "3: goal 1 has no `what`",
    );
}

#[test]
fn a_step_is_a_call_of_what_is_there() {
    bad(
        "[echo]",
        CLOSED,
        "do = \"pause()\"",
        "11: `[echo]` knows no `pause()`",
    );
    bad(
        "[echo]",
        CLOSED,
        "do = \"open()\"\nwhen = \"source.closed\"",
        "12: `source.closed` is nothing that a step beside this thing waits for",
    );
    bad(
        "[echo]",
        CLOSED,
        "do = \"open()\"\nwhen = \"goal 2\"",
        "12: there is no goal `2`; the lesson has 1",
    );
    bad(
        "[echo]",
        CLOSED,
        "do = \"open()\"\nframes = \"text\"",
        "12: `frames` is not a key of show 1",
    );
}

#[test]
fn a_scenario_is_checked_at_its_own_line() {
    bad(
        "[workbench]\nframes = \"\"\"\ntext \"a\"\ntxet \"b\"\n\"\"\"",
        CLOSED,
        "do = \"send()\"",
        "5: 'txet' is no step",
    );
    bad(
        "[workbench]",
        CLOSED,
        "do = \"send()\"\nframes = \"wait 9000\"",
        "12: '9000' is not",
    );
}

#[test]
fn a_lesson_with_goals_shows_how_they_are_reached() {
    let toml = lesson("[echo]", CLOSED, "do = \"open()\"");
    let toml = toml.split_once("[[show]]").unwrap().0;
    check(&[(AT, toml)], &format!("{AT}: the lesson has no solution"));
}

/// A question beside a thing; what is wrong is told at this line.
fn asked(thing: &str, question: &str, begins: Option<&str>) {
    let toml = lesson(thing, CLOSED, "do = \"open()\"");
    let toml = format!("{toml}[[question]]\nask = \"A {{size}}?\"\nwhy = \"W\"\n{question}\n");
    match begins {
        Some(begins) => check(&[(AT, &toml)], &format!("{AT}:{begins}")),
        None => assert_eq!(load_files(files(&[(AT, &toml)])).1, [], "{toml}"),
    }
}

#[test]
fn a_question_on_what_crosses_has_a_scenario() {
    let kind = "kind = \"how_much\"\nwhat = \"client.text.bytes\"";
    let vary = "[question.vary]\nsize = [5, 126]";
    let frames = "frames = \"\"\"\ntext fill 61 {size}\nclose 1000\n\"\"\"";
    asked(
        "[echo]",
        &format!("{kind}\nnth = 2\n{frames}\n{vary}"),
        None,
    );
    asked(
        "[echo]",
        &format!("{kind}\n{vary}"),
        Some("12: question 1 has no `frames`"),
    );
    let wrong = frames.replace("61", "six");
    asked(
        "[echo]",
        &format!("{kind}\n{wrong}\n{vary}"),
        Some("18: 'six' is not"),
    );
    let stage = vary.replace("size", "\"sink.bytes\"");
    asked(
        "[echo]",
        &format!(
            "{kind}\n{}\n{stage}",
            frames.replace("{size}", "{sink.bytes}")
        ),
        Some("13: nothing called `size` varies"),
    );
    asked(
        "[echo]",
        &format!("{kind}\n{frames}\n{vary}\n[[question.do]]\ndo = \"open()\""),
        Some("23: `do` is not a key of question 1"),
    );
    let unknown = kind.replace("text.bytes", "text.byts");
    asked(
        "[echo]",
        &format!("{unknown}\n{frames}\n{vary}"),
        Some("16: `client.text` has no property"),
    );
}
