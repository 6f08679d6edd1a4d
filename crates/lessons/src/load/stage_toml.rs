//! Reads a `[[stage]]`: what is made, what feeds it, and who listens to it.

use spillway_protocol::control::StageSpec;

use crate::course::{Listened, Stages};
use crate::nearest::{did_you_mean, list};
use crate::report::Report;
use crate::table::{Placed, Table};

use super::StageCheck;
use super::lesson_toml::is_name;

/// Reads the stages of a lesson.
pub(super) fn read_stages(
    tables: Vec<Table<'_>>,
    report: &Report<'_>,
    check_stage: &StageCheck<'_>,
) -> Stages {
    let mut stages = Stages::default();
    let mut sound = true;
    for stage in tables {
        // After a first error a pipeline is wrong for a reason that has been said.
        let check_stage = sound.then_some(check_stage);
        sound &= read_stage(stage, report, &mut stages, check_stage);
    }
    stages
}

/// Reads a stage and adds it to the earlier ones, also when it is wrong: goals may name it.
/// Answers whether it is right.
fn read_stage(
    mut table: Table<'_>,
    report: &Report<'_>,
    stages: &mut Stages,
    check_stage: Option<&StageCheck<'_>>,
) -> bool {
    let id = table.text("id");
    let kind = table.text("kind");
    let fed = Fed {
        from: table.any_text("from"),
        twice: table.flag("twice"),
    };
    let listens = table.choice("listens", &["data", "readable", "error", "finished"]);
    let lines: Vec<(String, usize)> = table.keys().collect();
    let options = table.take_rest();
    let Some(id) = id else {
        return false;
    };
    let sound = check_name(&id, &stages.specs, report) & read_from(fed, &id, stages, report);
    stages.listened.extend(listens.map(|what| {
        let what = match what.as_str() {
            "data" => Listened::Data,
            "readable" => Listened::Readable,
            "error" => Listened::Error,
            _ => Listened::Finished,
        };
        (id.value.clone(), what)
    }));
    let kind_at = kind.as_ref().map(|kind| kind.at);
    stages.specs.push(StageSpec {
        id: id.value,
        kind: kind.map(|kind| kind.value).unwrap_or_default(),
        options,
    });
    let (Some(kind_at), true, Some(check_stage)) = (kind_at, sound, check_stage) else {
        return false;
    };
    let Err(message) = check_stage(stages) else {
        return true;
    };
    let Some(last) = stages.specs.last() else {
        return false;
    };
    let named = lines
        .iter()
        .filter_map(|(key, at)| Some((word_position(&message, key)?, *at)))
        .min()
        .map(|(_, at)| at)
        .or_else(|| quoted_option(&message, last, &lines));
    report.error(named.unwrap_or(kind_at), message);
    false
}

/// What a stage says about its pipe.
struct Fed {
    /// The stage that is piped into it; left out, the one before it.
    from: Option<Placed<String>>,
    /// It is piped into it twice.
    twice: bool,
}

/// Notes what feeds the stage that comes next. Answers whether that is possible.
fn read_from(fed: Fed, id: &Placed<String>, stages: &mut Stages, report: &Report<'_>) -> bool {
    let names: Vec<String> = stages.specs.iter().map(|stage| stage.id.clone()).collect();
    let said = fed.from.is_some() || fed.twice;
    let feed = match fed.from {
        None => Ok(names.last().cloned()),
        Some(from) if from.value.is_empty() => Ok(None),
        Some(from) if names.contains(&from.value) => Ok(Some(from.value)),
        Some(from) => Err((from.at, no_such_feed(&from.value, &names))),
    };
    let feed = match feed {
        Ok(None) if fed.twice => {
            let message = "`twice`: nothing is piped into this stage; leave it out";
            Err((id.at, message.to_owned()))
        }
        feed => feed,
    };
    // From the first stage on that says what feeds it, all are noted.
    if said && stages.pipes.is_none() {
        let pairs = names.windows(2);
        let pairs = pairs.map(|pair| (pair[0].clone(), pair[1].clone()));
        stages.pipes = Some(pairs.collect());
    }
    let feed = match feed {
        Ok(feed) => feed,
        Err((at, message)) => {
            report.error(at, message);
            return false;
        }
    };
    if let (Some(pipes), Some(feed)) = (&mut stages.pipes, feed) {
        let pipe = (feed, id.value.clone());
        if fed.twice {
            pipes.push(pipe.clone());
        }
        pipes.push(pipe);
    }
    true
}

fn no_such_feed(name: &str, names: &[String]) -> String {
    let known = || names.iter().map(String::as_str);
    let hint = did_you_mean(name, known());
    let hint = if hint.is_empty() { "." } else { &hint };
    let known = list(known());
    let known = if known.is_empty() {
        String::from("This is the first stage: leave `from` out.")
    } else {
        format!("Stages before this one: {known}; `from = \"\"` when nothing is piped into it.")
    };
    format!("`from`: no stage before this one is called `{name}`{hint} {known}")
}

fn check_name(id: &Placed<String>, stages: &[StageSpec], report: &Report<'_>) -> bool {
    let message = if !is_name(&id.value) {
        format!(
            "`{}` cannot name a stage; use at most 32 of a-z, 0-9, `-` and `_`",
            id.value
        )
    } else if stages.iter().any(|stage| stage.id == id.value) {
        format!("a second stage called `{}`; rename one", id.value)
    } else {
        return true;
    };
    report.error(id.at, message);
    false
}

/// The place of an option whose value the message quotes, or quotes a part of.
fn quoted_option(message: &str, stage: &StageSpec, lines: &[(String, usize)]) -> Option<usize> {
    let quoted = message.split(['\'', '`']).skip(1).step_by(2);
    let mut telling = quoted.filter(|part| !part.is_empty() && *part != stage.id);
    telling.find_map(|part| {
        let (_, at) = lines.iter().find(|(key, _)| {
            let value = stage.options.get(key).and_then(|value| value.as_str());
            value.is_some_and(|value| value.contains(part))
        })?;
        Some(*at)
    })
}

/// Where `word` first stands in `text`, not as a part of a longer name.
fn word_position(text: &str, word: &str) -> Option<usize> {
    let inside = |letter: char| letter.is_alphanumeric() || letter == '_';
    text.match_indices(word)
        .map(|(at, _)| at)
        .find(|at| !text[..*at].ends_with(inside) && !text[*at + word.len()..].starts_with(inside))
}
