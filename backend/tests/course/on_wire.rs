//! The checker plays lessons on WebSockets over real connections.

use std::fs;

use crate::check_command;

/// The checker plays a course of one lesson with this thing beside its text, these goals and this solution, and finds
/// exactly what is wanted wrong with it, or nothing.
#[track_caller]
fn check(thing: &str, goals: &[&str], show: &[&str], wanted: Option<&str>) {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write(
        "course.toml",
        "format_version = 1\ntitle = \"C\"\nwelcome = \"W\"\n",
    );
    write("10-a/chapter.toml", "title = \"A\"\nsummary = \"S\"\n");
    write("10-a/10-one/lesson.md", "# One\n\nText.\n");
    let goals: String = goals
        .iter()
        .map(|goal| format!("[[goal]]\nsay = \"x\"\n{goal}\n"))
        .collect();
    let show: String = show
        .iter()
        .map(|step| format!("[[show]]\n{step}\n"))
        .collect();
    let toml = format!("summary = \"S\"\n{thing}\n[[hint]]\ntext = \"x\"\n{goals}{show}");
    write("10-a/10-one/lesson.toml", &toml);
    let output = check_command(folder.path());
    let found = String::from_utf8(output.stdout).unwrap();
    match wanted {
        None => assert_eq!(
            (found.as_str(), output.status.code()),
            ("", Some(0)),
            "{toml}"
        ),
        Some(wanted) => {
            let file = folder.path().join("10-a/10-one/lesson.toml");
            let begins = format!("{}:{wanted}", file.display());
            let good = found.starts_with(&begins) && found.lines().count() == 1;
            assert!(good, "wanted one line\n{begins}\nnot\n{found}");
            assert_eq!(output.status.code(), Some(1));
        }
    }
}

#[test]
fn an_echo_is_opened_sent_to_and_closed() {
    let goals = [
        "kind = \"crossed\"\nwhat = \"server.answer && deflate\"",
        "kind = \"crossed\"\nwhat = \"client.text && rsv1 && inflated = 5\"",
        "kind = \"crossed\"\nwhat = \"server.binary && inflated = 1000\"",
        "kind = \"crossed\"\nwhat = \"server.close && code = 4000\"",
        "kind = \"crossed\"\nwhat = \"server.end\"",
    ];
    let show = [
        "do = \"open()\"",
        "when = \"goal 1\"\ndo = \"send('Hello')\"",
        "do = \"sendBytes(1000)\"",
        "when = \"goal 3\"\ndo = \"close(4000, 'done')\"",
    ];
    check("[echo]", &goals, &show, None);
    let plain = [
        "kind = \"crossed\"\nwhat = \"server.answer && !deflate\"",
        "kind = \"crossed\"\nwhat = \"client.text && !rsv1 && length = 5\"",
    ];
    check("[echo]\ndeflate = false", &plain, &show[..2], None);
}

#[test]
fn a_goal_that_the_solution_does_not_reach_is_found() {
    let goals = [
        "kind = \"crossed\"\nwhat = \"client.text\"",
        "kind = \"crossed\"\nwhat = \"server.text\"\ntimes = 2",
    ];
    check(
        "[echo]",
        &goals,
        &["do = \"open()\"", "do = \"send('Hello')\""],
        Some(
            "16: the solution does not reach goal 2; it did 2 of its 2 steps. Correct the solution",
        ),
    );
    check(
        "[echo]",
        &goals,
        &["do = \"send('Hello')\""],
        Some("14: `send('Hello')` fails: there is no connection; `open()` one first"),
    );
}

#[test]
fn a_workbench_sends_what_is_in_its_editor() {
    check(
        "[workbench]\nframes = \"ping 'a'\"",
        &["kind = \"crossed\"\nwhat = \"server.pong\""],
        &["do = \"send()\""],
        Some("3: "),
    );
    check(
        "[workbench]\nframes = \"\"\"\nping \"a\"\n\"\"\"",
        &[
            "kind = \"crossed\"\nwhat = \"server.pong && length = 1\"",
            "kind = \"crossed\"\nwhat = \"server.close && code = 1002\"",
            "kind = \"crossed\"\nwhat = \"client.end\"",
        ],
        &[
            "do = \"send()\"",
            "when = \"goal 1\"\ndo = \"send()\"\nframes = \"text unmasked\"",
            "do = \"send()\"\nframes = \"cut\"",
        ],
        None,
    );
}

#[test]
fn each_way_to_end_is_gone() {
    let closes =
        |code: u16| format!("kind = \"crossed\"\nwhat = \"server.close && code = {code}\"");
    let ways = [
        ("client", closes(1000)),
        ("server", closes(1000)),
        ("both", closes(4001)),
        ("stop", closes(1001)),
        (
            "cut",
            String::from("kind = \"crossed\"\nwhat = \"server.end\""),
        ),
        ("deaf", closes(1008)),
        (
            "hello",
            String::from("kind = \"crossed\"\nwhat = \"server.text && length = 5\""),
        ),
        ("policy", closes(1008)),
        ("big", closes(1009)),
        (
            "buffered",
            String::from("kind = \"crossed\"\nwhat = \"server.text\"\ntimes = 6"),
        ),
        (
            "refuse",
            String::from("kind = \"crossed\"\nwhat = \"server.answer && status = 403\""),
        ),
    ];
    let goals: Vec<&str> = ways.iter().map(|(_, goal)| &**goal).collect();
    let steps: Vec<String> = ways
        .iter()
        .enumerate()
        .map(|(at, (way, _))| match at {
            0 => format!("do = \"end('{way}')\""),
            at => format!("when = \"goal {at}\"\ndo = \"end('{way}')\""),
        })
        .collect();
    let steps: Vec<&str> = steps.iter().map(String::as_str).collect();
    check("[closing]", &goals, &steps, None);
}

#[test]
fn two_people_chat_and_one_comes_back() {
    check(
        "[chat]\nroom = \"den\"",
        &[
            "kind = \"chat_joined\"",
            "kind = \"chat_said\"",
            "kind = \"chat_received\"",
            "kind = \"chat_resumed\"",
            "kind = \"crossed\"\nwhat = \"client.request && bytes >= 100\"",
        ],
        &[
            "do = \"join('Ada Ü')\"",
            "do = \"say('Hello')\"",
            "do = \"someone.join('Grace')\"",
            "do = \"someone.say('Hi')\"",
            "when = \"goal 3\"\ndo = \"lose()\"",
            "when = \"goal 4\"\ndo = \"lose()\"",
        ],
        None,
    );
}

#[test]
fn transports_are_measured_and_pressure_is_read_as_slowly_as_said() {
    let measured = ["kind = \"measured\""];
    check("[transports]", &measured, &["do = \"measure()\""], None);
    check(
        "[pressure]",
        &[
            "kind = \"backpressured\"\nstage = \"source\"",
            "kind = \"becomes\"\nthat = \"out.writableLength >= 1_000_000\"",
        ],
        &[
            "do = \"read(0)\"",
            "do = \"run('subject')\"",
            "when = \"goal 1\"\ndo = \"stop('subject')\"",
            "do = \"run('ignored')\"",
        ],
        None,
    );
}

#[test]
fn a_question_that_nothing_answers_is_found() {
    let question = "[[question]]\nkind = \"how_much\"\nask = \"Which of {size}?\"\nwhat = \"server.close.code\"\n\
         why = \"So.\"\nframes = \"text fill 61 {size}\"\n[question.vary]\nsize = [1, 200]";
    let show = format!("do = \"open()\"\n{question}");
    check(
        "[echo]",
        &["kind = \"crossed\"\nwhat = \"client.request\""],
        &[&show],
        Some(
            "11: question 1 (“Which of 200?”): This run gives no answer. The connection is over, and `server.close`",
        ),
    );
}
