//! `[[question]]`.

use super::*;

const QUESTION: &str = "[[question]]\n\
    kind = \"how_many\"\n\
    ask = \"Up to {sink.high_water_mark}, {size} at a time: `write()`?\"\n\
    count = \"sink.write\"\n\
    until = \"sink.writableLength >= {size}\"\n\
    why = \"The *mark*.\"\n\
    [question.vary]\n\
    \"sink.high_water_mark\" = [16_384, 32_768]\n\
    size = [1_000, 2_000]\n\
    [[question.do]]\n\
    do = \"sink.write({size})\"\n\
    times = 3\n";

const CHOICES: &str = "[[question]]\n\
    kind = \"which_first\"\n\
    ask = \"What?\"\n\
    why = \"So.\"\n\
    [[question.choice]]\n\
    that = \"sink.writableFinished\"\n\
    say = \"`finish`\"\n\
    [[question.choice]]\n\
    that = \"source.readableEnded\"\n\
    say = \"`end`\"\n";

/// The line of a part of the good question in its file.
fn line(of: &str) -> usize {
    let text = format!("{TOML}{QUESTION}");
    let at = text.find(of).unwrap();
    text[..at].lines().count() + usize::from(text[..at].ends_with('\n'))
}

/// One replacement in the good question is one problem, on this line.
fn check_question(from: &str, to: &str, on: &str, says: &str) {
    assert!(QUESTION.contains(from), "{from}");
    let toml = format!("{TOML}{}", QUESTION.replacen(from, to, 1));
    let begins = format!("10-a/10-one/lesson.toml:{}: {says}", line(on));
    check(&[("10-a/10-one/lesson.toml", &toml)], &begins);
}

fn check_choices(from: &str, to: &str, wanted: &str) {
    assert!(CHOICES.contains(from), "{from}");
    let toml = format!("{TOML}{}", CHOICES.replacen(from, to, 1));
    let (_, errors) = load_files(files(&[("10-a/10-one/lesson.toml", &toml)]));
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert!(
        errors[0].line.is_some() && errors[0].message.contains(wanted),
        "{errors:?}"
    );
}

fn lesson(questions: &str) -> Lesson {
    let toml = format!("{TOML}{questions}");
    let (course, errors) = load_files(files(&[("10-a/10-one/lesson.toml", &toml)]));
    assert_eq!(errors, []);
    course.lesson("a/one").unwrap().clone()
}

#[test]
fn a_question_is_posed_with_the_numbers_of_its_seed() {
    let lesson = lesson(QUESTION);
    let posed: Vec<_> = (0..40).map(|seed| lesson.posed(1, seed).unwrap()).collect();
    let asks: BTreeSet<String> = posed.iter().map(|posed| posed.to_page().ask).collect();
    assert_eq!(asks.len(), 4, "{asks:?}");
    let ask = "Up to 32\u{a0}768, 1\u{a0}000 at a time: <code>write()</code>?";
    assert!(asks.contains(ask), "{asks:?}");
    let one = posed.iter().find(|posed| posed.ask == ask).unwrap();
    assert_eq!(one.steps.len(), 3);
    assert_eq!(one.steps[0].call.text, "sink.write(1000)");
    let Thing::Pipeline(stages) = lesson.thing.with_settings(&one.settings) else {
        panic!("stages expected");
    };
    assert_eq!(stages.specs[1].options["high_water_mark"], 32_768);
    assert_eq!(stages.specs[1].options["bytes_per_s"], 5, "the others stay");
}

#[test]
fn the_telling_seeds_pick_every_value() {
    let lesson = lesson(QUESTION);
    let seeds = lesson.questions[0].telling_seeds(1);
    let asks: Vec<String> = seeds
        .iter()
        .map(|seed| lesson.posed(1, *seed).unwrap().ask)
        .collect();
    for value in ["16\u{a0}384", "32\u{a0}768", "1\u{a0}000", "2\u{a0}000"] {
        assert!(
            asks.iter().any(|ask| ask.contains(value)),
            "{value}: {asks:?}"
        );
    }
    assert!(seeds.len() <= 4, "{seeds:?}");
}

#[test]
fn the_page_gets_the_choices_and_the_unit() {
    let page = lesson(CHOICES).posed(1, 7).unwrap().to_page();
    assert_eq!(page.choices, ["<code>finish</code>", "<code>end</code>"]);
    let bytes = QUESTION
        .replace("how_many", "how_much")
        .replace("count = \"sink.write\"", "what = \"sink.writableLength\"")
        .replace("until", "when");
    assert_eq!(lesson(&bytes).posed(1, 7).unwrap().to_page().unit, "bytes");
}

#[test]
fn a_question_that_is_not_there_is_refused_with_those_that_are() {
    for (number, wanted) in [(0, "no question 0; it has one"), (2, "no question 2")] {
        let problem = lesson(QUESTION).posed(number, 1).unwrap_err();
        assert!(problem.contains(wanted), "{problem}");
    }
    assert!(
        lesson("")
            .posed(1, 1)
            .unwrap_err()
            .contains("asks no question")
    );
}

#[test]
fn an_option_without_quotes_means_the_same() {
    let bare = QUESTION.replace("\"sink.high_water_mark\" =", "sink.high_water_mark =");
    assert_eq!(lesson(&bare).questions, lesson(QUESTION).questions);
}

#[test]
fn a_kind_that_is_not_known_is_answered_with_those_that_are() {
    check_question(
        "how_many",
        "how_meny",
        "kind = \"how_many\"",
        "there is no kind of question `how_meny`; did you mean `how_many`? Kinds: `how_many`, \
         `how_much`, `which_first`.",
    );
}

#[test]
fn what_is_left_out_or_too_much_is_said() {
    check_question(
        "until = \"sink.writableLength >= {size}\"\n",
        "",
        "[[question]]",
        "question 1 has no `until`; add it",
    );
    check_question(
        "times",
        "tims",
        "times",
        "`tims` is not a key of do 1; did you mean `times`?",
    );
}

#[test]
fn what_cannot_be_counted_or_read_is_said_at_its_line() {
    check_question(
        "sink.write\"",
        "sink.writes\"",
        "count =",
        "`writes` cannot be counted",
    );
    check_question(
        "sink.writableLength",
        "sink.writable",
        "until =",
        "a stage has no property",
    );
    check_question(
        "do = \"sink.write({size})",
        "do = \"sink.wriet({size})",
        "do = \"sink.write",
        "`sink.wriet(1000)`: there is no verb",
    );
}

#[test]
fn a_stage_that_is_not_there_is_said_at_its_line() {
    let unknown = "the lesson has no stage `snik`; did you mean `sink`? Stages: ";
    check_question("sink.write\"", "snik.write\"", "count =", unknown);
    check_question(
        "sink.writableLength",
        "snik.writableLength",
        "until =",
        unknown,
    );
    check_question("do = \"sink", "do = \"snik", "do = \"sink.write", unknown);
    let toml = QUESTION.replace("sink.high_water_mark", "snik.high_water_mark");
    let toml = format!("{TOML}{toml}");
    let begins = format!("10-a/10-one/lesson.toml:{}: {unknown}", line("\"sink.high"));
    check(&[("10-a/10-one/lesson.toml", &toml)], &begins);
}

#[test]
fn an_option_that_the_stage_does_not_have_is_said_at_its_line() {
    let toml = QUESTION.replace("sink.high_water_mark", "sink.hih");
    let toml = format!("{TOML}{toml}");
    let begins = format!(
        "10-a/10-one/lesson.toml:{}: file_sink has no `hih`",
        line("\"sink.high")
    );
    check(&[("10-a/10-one/lesson.toml", &toml)], &begins);
}

#[test]
fn a_name_that_does_not_vary_is_said_at_its_line() {
    let says = "nothing called `sise` varies; did you mean `size`? Of this question, \
                `[question.vary]` has `sink.high_water_mark`, `size`.";
    check_question("{size} at", "{sise} at", "ask =", says);
    check_question(
        "do = \"sink.write({size})",
        "do = \"sink.write({sise})",
        "do = \"sink.write",
        says,
    );
    let unused = QUESTION.replace("{size}", "1000");
    let toml = format!("{TOML}{unused}");
    let begins = format!(
        "10-a/10-one/lesson.toml:{}: nothing in the question says `{{size}}`",
        line("size = [")
    );
    check(&[("10-a/10-one/lesson.toml", &toml)], &begins);
}

#[test]
fn lists_to_pick_from_are_checked() {
    let sized = |to: &str, says: &str| check_question("[1_000, 2_000]", to, "size = [", says);
    sized("[]", "the list of `size` has 0 values; it takes 1 to 8");
    sized("5", "`size` needs a list of values to pick from");
    sized("[5, 5]", "the list of `size` has 5 twice");
    sized(
        "[5, \"a\"]",
        "the values of `size` are whole numbers, or texts",
    );
    sized("[1.5]", "the values of `size` are whole numbers, or texts");
    check_question(
        "[1_000, 2_000]",
        "[1_000, 99_000]",
        "do = \"sink.write",
        "`sink.write(99000)`: `write` takes a text in single quotes or a number of bytes, 1 to 32768",
    );
}

#[test]
fn choices_are_checked() {
    check_choices(
        "[[question.choice]]\nthat = \"source.readableEnded\"\nsay = \"`end`\"\n",
        "",
        "has 1 choices; write `[[question.choice]]` 2 to 4 times",
    );
    check_choices(
        "source.readableEnded",
        "source.ended",
        "a stage has no property `ended`",
    );
    check_choices("say = \"`end`\"", "", "choice 2 has no `say`");
    check_choices(
        "source.readableEnded",
        "suorce.readableEnded",
        "did you mean `source`?",
    );
}

#[test]
fn a_question_too_many_and_steps_without_end_are_said() {
    let toml = format!("{TOML}{}", QUESTION.repeat(4));
    let (_, errors) = load_files(files(&[("10-a/10-one/lesson.toml", &toml)]));
    assert!(
        errors[0].message.contains("at most 3 questions"),
        "{errors:?}"
    );
    check_question(
        "times = 3",
        "times = 21",
        "[[question]]",
        "the run of a question takes at most 20",
    );
}

#[test]
fn a_question_without_stages_is_refused() {
    let toml = format!("summary = \"S\"\nreading_only = true\n{CHOICES}");
    check(
        &[("10-a/10-one/lesson.toml", &toml)],
        "10-a/10-one/lesson.toml:4: a question needs a run or a scenario",
    );
}
