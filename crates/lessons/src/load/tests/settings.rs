//! What `lesson.toml` may say.

use super::*;

#[test]
fn unknown_keys_of_a_lesson_are_refused_by_line() {
    let at = "10-a/10-one/lesson.toml";
    check_toml(
        "summary",
        "sumary = \"S\"\nsummary",
        &format!("{at}:1: `sumary` is not a key of the lesson; did you mean `summary`?"),
    );
    check_toml(
        "say =",
        "stay = 1\nsay =",
        &format!("{at}:13: `stay` is not a key of goal 1; did you mean `say`?"),
    );
    check_toml(
        "text =",
        "texts = 1\ntext =",
        &format!("{at}:15: `texts` is not a key of hint 1"),
    );
}

#[test]
fn stages_are_checked_by_line() {
    let at = "10-a/10-one/lesson.toml";
    check_toml(
        "file_source",
        "fil_source",
        &format!("{at}:4: there is no kind of stage"),
    );
    let other = "file = \"x\"\nbyte_per_s";
    check_toml(
        "bytes_per_s",
        other,
        &format!("{at}:9: file_sink has no `byte_per_s`"),
    );
    check_toml(
        "kind = \"file_sink\"\n",
        "",
        &format!("{at}:5: stage 2 has no `kind`"),
    );
    let again = "[[stage]]\nid = \"sink\"\nkind = \"gzip\"\n[[goal]]";
    check_toml(
        "[[goal]]",
        again,
        &format!("{at}:10: a second stage called `sink`"),
    );
}

#[test]
fn goals_are_checked_by_line() {
    let at = "10-a/10-one/lesson.toml";
    check_toml(
        "unpiped",
        "unpipd",
        &format!("{at}:10: there is no kind of goal `unpipd`; did you mean `unpiped`?"),
    );
    check_toml(
        "to = \"sink\"",
        "to = \"sinc\"",
        &format!("{at}:12: the lesson has no stage `sinc`; did you mean `sink`?"),
    );
    check_toml(
        "to = \"sink\"\n",
        "",
        &format!("{at}:9: goal 1 has no `to`"),
    );
    check_toml(
        "say = \"Do `it`.\"",
        "say = 3",
        &format!("{at}:13: `say` of goal 1 must be a text"),
    );
    check_toml(
        "say = \"Do `it`.\"",
        "say = \"<b>x\"",
        &format!("{at}:13: HTML is not allowed"),
    );
    check_toml(
        "unpiped\"\nfrom = \"source\"\nto = \"sink\"",
        "chat_said\"",
        &format!("{at}:10: this lesson runs nothing that `chat_said`"),
    );
    check_toml(
        "unpiped\"\nfrom = \"source\"\nto",
        "sink_still\"\nfor_ms = 0\nstage",
        &format!("{at}:11: `for_ms` of goal 1 must be a whole number of at least 1"),
    );
}

#[test]
fn a_lesson_needs_goals_hints_and_something_that_runs() {
    let at = "10-a/10-one/lesson.toml";
    let goal = &TOML[TOML.find("[[goal]]").unwrap()..TOML.find("[[hint]]").unwrap()];
    check_toml(goal, "", &format!("{at}: the lesson has no goal"));
    check_toml(
        "[[hint]]\ntext = \"Think.\"\n",
        "",
        &format!("{at}: the lesson has no hint"),
    );
    check(
        &[(
            at,
            "summary = \"S\"\nreading_only = true\n[[hint]]\ntext = \"<b>\"",
        )],
        &format!("{at}:4: HTML"),
    );
    let (course, errors) = load_files(files(&[(at, "summary = \"S\"\nreading_only = true\n")]));
    assert_eq!(errors, []);
    assert_eq!(course.lesson("a/one").unwrap().thing, Thing::Nothing);
    let (_, errors) = load_files(files(&[(at, "summary = \"S\"\n")]));
    assert!(errors[0].message.contains("nothing runs"), "{errors:?}");
}

#[test]
fn a_lesson_says_how_its_stages_are_joined() {
    let at = "10-a/10-one/lesson.toml";
    check_toml(
        "summary",
        "join = \"pipelin\"\nsummary",
        &format!(
            "{at}:1: `join` cannot be `pipelin`; it is one of `pipe`, `pipeline`, `write`, \
             `iterate`; did you mean `pipeline`?"
        ),
    );
    let (course, _) = load_files(files(&[]));
    assert_eq!(course.lesson("a/one").unwrap().join, Join::Pipe);
    let joined = TOML.replacen("summary", "join = \"write\"\nsummary", 1);
    let (course, errors) = load_files(files(&[(at, &joined)]));
    assert_eq!(errors, []);
    assert_eq!(course.lesson("a/one").unwrap().join, Join::Write);
}

#[test]
fn a_lesson_has_one_thing_beside_its_text() {
    let at = "10-a/10-one/lesson.toml";
    check_toml(
        "[[hint]]",
        "[chat]\nroom = \"x\"\n[[hint]]",
        &format!("{at}:14: a lesson has one thing beside its text, not `[[stage]]` and `[chat]`"),
    );
    check_toml(
        "[[hint]]",
        "[echo]\n[closing]\n[[hint]]",
        &format!("{at}:15: a lesson has one thing beside its text, not `[[stage]]` and `[echo]`"),
    );
    let chat = "summary = \"S\"\n[chat]\nroom = \"Ä\"\n[[goal]]\nkind = \"chat_said\"\nsay = \"x\"\n[[hint]]\ntext = \"x\"\n[[show]]\ndo = \"say('a')\"\n";
    check(&[(at, chat)], &format!("{at}:3: `Ä` cannot name a room"));
    let (course, errors) = load_files(files(&[(at, &chat.replace('Ä', "lobby"))]));
    assert_eq!(errors, []);
    let room = String::from("lobby");
    assert_eq!(course.lesson("a/one").unwrap().thing, Thing::Chat { room });
}

#[test]
fn conditions_and_calls_of_goals_are_checked_by_line() {
    let at = "10-a/10-one/lesson.toml";
    let goal = "kind = \"unpiped\"\nfrom = \"source\"\nto = \"sink\"";
    for (to, wanted) in [
        (
            "kind = \"called\"\ncall = \"source.puase()\"",
            "11: `source.puase()`: there is no verb `puase`; did you mean `pause`?",
        ),
        (
            "kind = \"becomes\"\nthat = \"snik.closed\"",
            "11: the lesson has no stage `snik`; did you mean `sink`?",
        ),
        (
            "kind = \"lasts\"\nthat = \"sink.full\"\nfor_ms = 5",
            "11: a stage has no property `full`",
        ),
        (
            "kind = \"lasts\"\nthat = \"sink.closed\"\nfor_ms = 0",
            "12: `for_ms` of goal 1 must be a whole number of at least 1",
        ),
    ] {
        check_toml(goal, to, &format!("{at}:{wanted}"));
    }
}

#[test]
fn the_steps_of_a_solution_are_checked_by_line() {
    let at = "10-a/10-one/lesson.toml";
    let step = "do = \"source.unpipe(sink)\"";
    for (to, wanted) in [
        (
            "do = \"source.unpipe(snk)\"",
            "17: the lesson has no stage `snk`",
        ),
        ("do = \"unpipe\"", "17: `unpipe` is no call"),
        (
            "when = \"goal 2\"\ndo = \"source.unpipe(sink)\"",
            "17: there is no goal `2`; the lesson has 1",
        ),
        (
            "wehn = \"goal 1\"\ndo = \"source.unpipe(sink)\"",
            "17: `wehn` is not a key of show 1; did you mean `when`?",
        ),
        (
            "when = \"sink is full\"\ndo = \"source.unpipe(sink)\"",
            "17: `sink is full` is no condition",
        ),
    ] {
        check_toml(step, to, &format!("{at}:{wanted}"));
    }
    let none = "[[show]]\ndo = \"source.unpipe(sink)\"\n";
    check_toml(
        none,
        "",
        &format!("{at}: the lesson has no solution; add `[[show]]`"),
    );
}

#[test]
fn a_stage_says_what_feeds_it() {
    let at = "10-a/10-one/lesson.toml";
    let stages_of = |toml: &str| {
        let (course, errors) = load_files(files(&[(at, toml)]));
        assert_eq!(errors, []);
        match course.lesson("a/one").unwrap().thing.clone() {
            Thing::Pipeline(stages) => stages,
            other => panic!("stages expected, not {other:?}"),
        }
    };
    assert_eq!(stages_of(TOML).pipes, None);
    let sink = "kind = \"file_sink\"\n";
    let loose = TOML.replacen(sink, &format!("from = \"\"\n{sink}"), 1);
    assert_eq!(stages_of(&loose).pipes, Some(Vec::new()));
    let third = "[[stage]]\nid = \"copy\"\nkind = \"file_sink\"\nfrom = \"source\"\n[[goal]]";
    let forked = TOML.replacen("[[goal]]", third, 1);
    let pair = |to: &str| (String::from("source"), String::from(to));
    assert_eq!(
        stages_of(&forked).pipes,
        Some(vec![pair("sink"), pair("copy")])
    );
    let twice = TOML.replacen(sink, &format!("twice = true\n{sink}"), 1);
    assert_eq!(
        stages_of(&twice).pipes,
        Some(vec![pair("sink"), pair("sink")])
    );
    check_toml(
        sink,
        &format!("from = \"\"\ntwice = true\n{sink}"),
        &format!("{at}:6: `twice`: nothing is piped into this stage"),
    );
    let message = "`from`: no stage before this one is called";
    let wrong = |name: &str| format!("from = \"{name}\"\n{sink}");
    check_toml(
        sink,
        &wrong("sourc"),
        &format!("{at}:7: {message} `sourc`; did you mean `source`?"),
    );
    check_toml(sink, &wrong("sink"), &format!("{at}:7: {message} `sink`"));
    let first = "kind = \"file_source\"\n";
    check_toml(
        first,
        &format!("from = \"sink\"\n{first}"),
        &format!("{at}:4: {message} `sink`. This is the first stage"),
    );
    check_toml(
        sink,
        &format!("from = 3\n{sink}"),
        &format!("{at}:7: `from` of stage 2 must be a text"),
    );
}

#[test]
fn a_stage_says_what_the_program_listens_for() {
    let at = "10-a/10-one/lesson.toml";
    let kind = "kind = \"file_source\"\n";
    let listens = |what: &str| format!("{kind}listens = \"{what}\"\n");
    let toml = TOML.replacen(kind, &listens("readable"), 1);
    let (course, errors) = load_files(files(&[(at, &toml)]));
    assert_eq!(errors, []);
    let Thing::Pipeline(stages) = &course.lesson("a/one").unwrap().thing else {
        panic!("stages expected");
    };
    let expect = [(String::from("source"), Listened::Readable)];
    assert_eq!(stages.listened, expect);
    check_toml(
        kind,
        &listens("dat"),
        &format!(
            "{at}:5: `listens` cannot be `dat`; it is one of `data`, `readable`, `error`, \
             `finished`; did you mean"
        ),
    );
}
