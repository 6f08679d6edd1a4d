//! Reads a `[[question]]`: what the learner predicts before a run.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::course::Thing;
use crate::markdown::Targets;
use crate::nearest::{did_you_mean, list};
use crate::question::vary::{Picked, Varied, names_in};
use crate::question::{KINDS, Kind, MOST, Posed, Question, Step, wire};
use crate::report::Report;
use crate::table::{Placed, Table};

use super::StageCheck;
use super::frames::{line_of, problem};
use super::goal_toml::check_stage_name;
use super::lesson_toml::render;

/// What is around a question.
pub(super) struct QuestionFile<'a> {
    pub(super) report: &'a Report<'a>,
    pub(super) targets: &'a Targets<'a>,
    pub(super) thing: &'a Thing,
    pub(super) check_stage: &'a StageCheck<'a>,
}

/// Values that a name can have.
const VALUES: std::ops::RangeInclusive<usize> = 1..=8;

/// Most names that vary in a question.
const MOST_VARIED: usize = 4;

/// Most steps of a run, repeated ones counted.
const MOST_STEPS: usize = 20;

/// Choices of a question.
const CHOICES: std::ops::RangeInclusive<usize> = 2..=4;

/// Reads the questions of a lesson.
pub(super) fn read_questions(tables: Vec<Table<'_>>, file: &QuestionFile<'_>) -> Vec<Question> {
    if let Some(extra) = tables.get(MOST) {
        let message = format!("a lesson has at most {MOST} questions; remove this one");
        file.report.error(extra.at(), message);
    }
    let tables = tables.into_iter().take(MOST);
    tables.filter_map(|table| file.question(table)).collect()
}

/// What is read of a question before its values are known to fit.
struct Draft {
    question: Question,
    /// Where its options and its steps stand, in this order.
    places: Vec<usize>,
    /// Where each name that varies stands, in the order of `vary`.
    varied_at: Vec<usize>,
    /// Every text in which a name can stand, with its place.
    texts: Vec<Placed<String>>,
    /// The scenario with its place.
    frames: Option<Placed<String>>,
}

impl QuestionFile<'_> {
    fn question(&self, mut table: Table<'_>) -> Option<Question> {
        let line = self.report.line(table.at());
        let kind = table.text("kind");
        let ask = table.text("ask");
        let why = table.text("why");
        let kind = kind.and_then(|kind| self.kind(&kind));
        let options = kind.and_then(|kind| self.options(kind, &mut table));
        let (vary, varied_at) = self.vary(&mut table);
        let watched = self.thing.is_watched();
        let steps = if watched {
            Vec::new()
        } else {
            self.steps(&mut table)
        };
        let frames = watched.then(|| table.text("frames"));
        // Which other keys there are depends on the kind.
        kind?;
        table.finish();
        let (ask, why, (options, says)) = (ask?, why?, options?);
        let frames = match frames {
            Some(frames) => Some(frames?),
            None => None,
        };
        let html = |text: &Placed<String>| render(text, self.report, self.targets);
        let says_html: Option<Vec<String>> = says.iter().map(html).collect();
        let calls = steps.iter().flat_map(|step| &step.texts);
        let texts = [&ask, &why].into_iter().chain(&says).chain(&options);
        let texts = texts.chain(calls).chain(&frames).cloned().collect();
        let places = options.iter().map(|text| text.at);
        let draft = Draft {
            places: places.chain(steps.iter().map(|step| step.at)).collect(),
            question: Question {
                kind: kind?,
                ask: html(&ask)?,
                why: html(&why)?,
                options: options.iter().map(|text| text.value.clone()).collect(),
                says: says_html?,
                vary: vary?,
                steps: steps.into_iter().map(|step| step.step).collect(),
                frames: frames.as_ref().map(|frames| frames.value.clone()),
                line,
            },
            varied_at,
            texts,
            frames,
        };
        (self.names_are_known(&draft) && self.values_fit(&draft)).then_some(draft.question)
    }

    fn kind(&self, kind: &Placed<String>) -> Option<&'static Kind> {
        let kinds = match self.thing {
            Thing::Pipeline(_) => &KINDS,
            thing if thing.is_watched() => &wire::KINDS,
            _ => {
                let message = "a question needs a run or a scenario that answers it: stages, a chat, \
                               `[echo]`, `[workbench]` or `[closing]`";
                self.report.error(kind.at, message);
                return None;
            }
        };
        let known = kinds.iter().find(|known| known.name == kind.value);
        if known.is_none() {
            let names = || kinds.iter().map(|known| known.name);
            let hint = did_you_mean(&kind.value, names());
            let hint = if hint.is_empty() { "." } else { &hint };
            let (kind_name, names) = (&kind.value, list(names()));
            let message =
                format!("there is no kind of question `{kind_name}`{hint} Kinds: {names}.");
            self.report.error(kind.at, message);
        }
        known
    }

    /// The options of a kind, and of choices what they say.
    fn options(&self, kind: &Kind, table: &mut Table<'_>) -> Option<(Texts, Texts)> {
        if !kind.options.is_empty() {
            let mut options: Vec<_> = kind.options.iter().map(|key| table.text(key)).collect();
            options.extend(kind.maybe.iter().map(|key| Some(maybe_option(key, table))));
            return Some((options.into_iter().collect::<Option<_>>()?, Vec::new()));
        }
        let choices = table.tables("choice");
        if !CHOICES.contains(&choices.len()) {
            let message = format!(
                "`{}` has {} choices; write `[[question.choice]]` {} to {} times",
                kind.name,
                choices.len(),
                CHOICES.start(),
                CHOICES.end()
            );
            self.report.error(table.at(), message);
            return None;
        }
        let (mut options, mut says) = (Some(Vec::new()), Some(Vec::new()));
        for mut choice in choices {
            let (that, say) = (choice.text("that"), choice.text("say"));
            choice.finish();
            options = options.zip(that).map(|(all, that)| with(all, that));
            says = says.zip(say).map(|(all, say)| with(all, say));
        }
        options.zip(says)
    }

    /// What varies, with the place of each; `None` when something about it is wrong.
    fn vary(&self, table: &mut Table<'_>) -> (Option<Vec<Varied>>, Vec<usize>) {
        let Some(mut table) = table.table("vary") else {
            return (Some(Vec::new()), Vec::new());
        };
        let places: Vec<(String, usize)> = table.keys().collect();
        let mut vary = Vec::new();
        let mut varied_at = Vec::new();
        let mut good = true;
        for (key, value) in table.take_rest() {
            let place = places.iter().find(|(name, _)| *name == key);
            let at = place.map_or(table.at(), |(_, at)| *at);
            for (name, values) in flattened(key, value) {
                match values_of(&name, values) {
                    Ok(values) => {
                        vary.push(Varied { name, values });
                        varied_at.push(at);
                    }
                    Err(problem) => {
                        self.report.error(at, problem);
                        good = false;
                    }
                }
            }
        }
        if vary.len() > MOST_VARIED {
            let message = format!("at most {MOST_VARIED} things can vary in a question");
            self.report.error(table.at(), message);
            good = false;
        }
        (good.then_some(vary), varied_at)
    }

    fn steps(&self, table: &mut Table<'_>) -> Vec<PlacedStep> {
        let table_at = table.at();
        let mut steps = Vec::new();
        for mut step in table.tables("do") {
            let at = step.at();
            let when = step.maybe_text("when");
            let call = step.text("do");
            let times = step.maybe_count("times").map_or(1, |times| times.value);
            step.finish();
            let Some(call) = call else { continue };
            let texts = when.iter().chain([&call]).cloned().collect();
            let first = Step {
                when: when.map(|when| when.value),
                call: call.value.clone(),
                line: self.report.line(at),
            };
            let next = Step {
                when: None,
                ..first.clone()
            };
            let all = std::iter::once(first).chain(std::iter::repeat(next));
            let times = usize::try_from(times).unwrap_or(usize::MAX);
            let placed = |(nth, step)| PlacedStep {
                at: call.at,
                step,
                // What is repeated is read once.
                texts: if nth == 0 {
                    Vec::clone(&texts)
                } else {
                    Vec::new()
                },
            };
            let all = all.take(times.min(MOST_STEPS + 1)).enumerate();
            steps.extend(all.map(placed));
        }
        if steps.len() > MOST_STEPS {
            let message = format!(
                "the run of a question takes at most {MOST_STEPS} steps, repeated ones counted"
            );
            self.report.error(table_at, message);
        }
        steps
    }

    /// Every name in braces is one that varies, and every name of the question's own is used.
    fn names_are_known(&self, draft: &Draft) -> bool {
        let known = || draft.question.vary.iter().map(|varied| &*varied.name);
        let mut used = BTreeSet::new();
        let mut good = true;
        for text in &draft.texts {
            for name in names_in(&text.value) {
                used.insert(name);
                if !known().any(|known| known == name) {
                    good = false;
                    self.unknown_name(text.at, name, &known().collect::<Vec<_>>());
                }
            }
        }
        for (varied, at) in draft.question.vary.iter().zip(&draft.varied_at) {
            let name = &*varied.name;
            if !name.contains('.') && !used.contains(name) {
                good = false;
                let message = format!(
                    "nothing in the question says `{{{name}}}`; write it where the number stands, or \
                     name an option of a stage, such as `\"sink.high_water_mark\"`"
                );
                self.report.error(*at, message);
            }
        }
        good
    }

    fn unknown_name(&self, at: usize, name: &str, known: &[&str]) {
        let hint = did_you_mean(name, known.iter().copied());
        let hint = if hint.is_empty() { "." } else { &hint };
        let known = match known {
            [] => String::from("there is no `[question.vary]`"),
            known => format!("`[question.vary]` has {}", list(known.iter().copied())),
        };
        let message = format!("nothing called `{name}` varies{hint} Of this question, {known}.");
        self.report.error(at, message);
    }

    /// Each value makes a question that can be asked of stages that can run.
    fn values_fit(&self, draft: &Draft) -> bool {
        let question = &draft.question;
        let plain = (question.vary.is_empty()).then(|| Picked::with(&[], "", &Value::Null));
        let varied = question.vary.iter().zip(&draft.varied_at);
        let varied = varied.flat_map(|(varied, at)| {
            let values = varied.values.iter();
            values.map(|value| {
                let picked = Picked::with(&question.vary, &varied.name, value);
                (picked, Some((&*varied.name, *at)))
            })
        });
        let mut all = plain.map(|picked| (picked, None)).into_iter().chain(varied);
        all.all(|(picked, of)| self.value_fits(draft, &picked, of))
    }

    fn value_fits(&self, draft: &Draft, picked: &Picked, of: Option<(&str, usize)>) -> bool {
        let posed = match draft.question.posed_with(picked) {
            Ok(posed) => posed,
            Err((option, problem)) => {
                let at = draft.places.get(option).copied().unwrap_or_default();
                self.report.error(at, problem);
                return false;
            }
        };
        if self.thing.is_watched() {
            return self.scenario_fits(draft, &posed, of);
        }
        let place = |option: usize| draft.places.get(option).copied().unwrap_or_default();
        let options = posed.kind().stages().into_iter();
        let mut named: Vec<(usize, &str)> = options.map(|(at, name)| (place(at), name)).collect();
        for (nth, step) in posed.steps.iter().enumerate() {
            let at = place(draft.question.options.len() + nth);
            named.extend(step.stages().map(|stage| (at, stage)));
        }
        if let Some((name, at)) = of
            && let Some((stage, _)) = name.split_once('.')
        {
            named.push((at, stage));
        }
        named.sort_unstable();
        named.dedup();
        let unknown =
            |(at, name): &(usize, &str)| !check_stage_name(name, *at, self.report, self.thing);
        if named.iter().filter(|named| unknown(named)).count() > 0 {
            return false;
        }
        // Stages that are wrong by themselves have been told of.
        if self.report.has_errors() {
            return false;
        }
        let set = self.thing.with_settings(&posed.settings);
        let Thing::Pipeline(stages) = &set else {
            return false;
        };
        match (self.check_stage)(stages) {
            Ok(()) => true,
            Err(problem) => {
                let at = of.map_or(place(0), |(_, at)| at);
                self.report.error(at, problem);
                false
            }
        }
    }

    /// Each value makes a scenario that the workbench can send.
    fn scenario_fits(&self, draft: &Draft, posed: &Posed, of: Option<(&str, usize)>) -> bool {
        if let Some((name, at)) = of
            && name.contains('.')
        {
            let message = format!(
                "`{name}` names an option of a stage, and this lesson has none; vary a number of the \
                 question's own"
            );
            self.report.error(at, message);
            return false;
        }
        let scenario = draft.frames.as_ref().zip(posed.frames.as_deref());
        let Some((frames, (line, message))) =
            scenario.and_then(|(frames, text)| Some((frames, problem(text)?)))
        else {
            return true;
        };
        self.report
            .error(line_of(frames, line, self.report), message);
        false
    }
}

/// An option that may be left out; it is empty then.
fn maybe_option(key: &'static str, table: &mut Table<'_>) -> Placed<String> {
    let given = match key {
        "nth" => table.maybe_count(key).map(|nth| Placed {
            value: nth.value.to_string(),
            at: nth.at,
        }),
        key => table.maybe_text(key),
    };
    given.unwrap_or_else(|| Placed {
        value: String::new(),
        at: table.at(),
    })
}

type Texts = Vec<Placed<String>>;

/// A step, and where it and its texts stand.
struct PlacedStep {
    at: usize,
    step: Step,
    texts: Texts,
}

fn with<T>(mut all: Vec<T>, one: T) -> Vec<T> {
    all.push(one);
    all
}

/// `sink.mark = …` without quotes is a table in TOML: what it means is plain.
fn flattened(key: String, value: Value) -> Vec<(String, Value)> {
    match value {
        Value::Object(inner) => {
            let inner = inner.into_iter();
            inner
                .map(|(option, value)| (format!("{key}.{option}"), value))
                .collect()
        }
        value => vec![(key, value)],
    }
}

fn values_of(name: &str, values: Value) -> Result<Vec<Value>, String> {
    let Value::Array(values) = values else {
        return Err(format!(
            "`{name}` needs a list of values to pick from, such as `[16_384, 32_768]`"
        ));
    };
    if !VALUES.contains(&values.len()) {
        return Err(format!(
            "the list of `{name}` has {} values; it takes {} to {}",
            values.len(),
            VALUES.start(),
            VALUES.end()
        ));
    }
    let one_kind = values.iter().all(Value::is_u64) || values.iter().all(Value::is_string);
    if !one_kind {
        return Err(format!(
            "the values of `{name}` are whole numbers, or texts, and all alike"
        ));
    }
    for (at, value) in values.iter().enumerate() {
        if values[..at].contains(value) {
            return Err(format!("the list of `{name}` has {value} twice"));
        }
    }
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    if !name.contains('.') && !name.bytes().all(plain) {
        return Err(format!(
            "`{name}` cannot name what varies; use a-z, 0-9 and `_`, or `STAGE.OPTION`"
        ));
    }
    Ok(values)
}
