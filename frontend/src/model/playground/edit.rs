//! What can be done to a pipeline on the board. Each edit leaves one that can be written as text;
//! whether it can run is the server's to say.

use serde_json::{Map, Value};
use spillway_protocol::control::StageSpec;
use spillway_protocol::stages::{StageKind, Takes};
use spillway_recipe::Recipe;

use super::Selected;
use super::palette::{gives, takes};
use super::upload::UPLOAD;

/// Adds a stage of a kind and pipes it where one would expect it: into the middle of the selected
/// pipe, behind the selected stage, before it when it can only be read, else behind the only stage
/// that nobody reads. Answers its name.
pub fn add(recipe: &mut Recipe, kinds: &[StageKind], kind: &str, selected: &Selected) -> String {
    let name = free_name(recipe, kind);
    let known = kinds.iter().find(|known| known.kind == kind);
    recipe.stages.push(StageSpec {
        id: name.clone(),
        kind: kind.to_owned(),
        options: known.map_or_else(Map::new, needed),
    });
    let (given, taken) = (gives(kinds, kind), takes(kinds, kind));
    match selected {
        Selected::Pipe(from, to) if given && taken => {
            if let Some(pipe) = recipe.pipes.iter_mut().find(|(a, b)| a == from && b == to) {
                pipe.1.clone_from(&name);
                recipe.pipes.push((name.clone(), to.clone()));
            }
        }
        Selected::Stage(other) => {
            let other_kind = recipe.stage(other).map_or("", |stage| &stage.kind);
            if taken && gives(kinds, other_kind) {
                recipe.pipes.push((other.clone(), name.clone()));
            } else if given && takes(kinds, other_kind) && feed(recipe, other).is_none() {
                recipe.pipes.push((name.clone(), other.clone()));
            }
        }
        Selected::Nothing | Selected::Pipe(..) => {
            if let Some(end) = only_open_end(recipe, kinds, &name).filter(|_| taken) {
                recipe.pipes.push((end, name.clone()));
            }
        }
    }
    arrange(recipe);
    name
}

/// Pipes one stage into another. A pair that is piped already stays as it is.
pub fn connect(recipe: &mut Recipe, from: &str, to: &str) {
    if !is_piped(recipe, from, to) {
        recipe.pipes.push((from.to_owned(), to.to_owned()));
        arrange(recipe);
    }
}

/// Removes a pipe.
pub fn disconnect(recipe: &mut Recipe, from: &str, to: &str) {
    recipe.pipes.retain(|(a, b)| a != from || b != to);
    arrange(recipe);
}

/// Removes a stage; what fed it feeds what it fed.
pub fn remove(recipe: &mut Recipe, name: &str) {
    let feed = feed(recipe, name).map(str::to_owned);
    let fed = destinations(recipe, name);
    recipe.stages.retain(|stage| stage.id != name);
    recipe.pipes.retain(|(from, to)| from != name && to != name);
    for to in fed {
        if let Some(feed) = feed.as_ref().filter(|feed| !is_piped(recipe, feed, &to)) {
            recipe.pipes.push((feed.clone(), to));
        }
    }
    arrange(recipe);
}

/// Gives a stage another name.
///
/// # Errors
/// What is wrong with the name.
pub fn rename(recipe: &mut Recipe, old: &str, new: &str) -> Result<(), &'static str> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    if new.is_empty() || new.len() > 32 || !new.bytes().all(plain) {
        return Err("a name has 1 to 32 letters, digits, - or _");
    }
    if new != old && recipe.stage(new).is_some() {
        return Err("another stage has this name; each needs one of its own");
    }
    let rename = |name: &mut String| {
        if name == old {
            new.clone_into(name);
        }
    };
    for (from, to) in &mut recipe.pipes {
        rename(from);
        rename(to);
    }
    recipe
        .stages
        .iter_mut()
        .for_each(|stage| rename(&mut stage.id));
    Ok(())
}

/// Sets an option of a stage; `None` leaves it to the default.
pub fn set_option(recipe: &mut Recipe, stage: &str, option: &str, value: Option<Value>) {
    let Some(stage) = recipe.stages.iter_mut().find(|it| it.id == stage) else {
        return;
    };
    match value {
        Some(value) => stage.options.insert(option.to_owned(), value),
        None => stage.options.remove(option),
    };
}

/// The stage that feeds another.
#[must_use]
pub fn feed<'a>(recipe: &'a Recipe, name: &str) -> Option<&'a str> {
    let found = recipe.pipes.iter().find(|(_, to)| to == name);
    found.map(|(from, _)| from.as_str())
}

/// What a stage is piped into, in this order.
#[must_use]
pub fn destinations(recipe: &Recipe, name: &str) -> Vec<String> {
    let pipes = recipe.pipes.iter().filter(|(from, _)| from == name);
    pipes.map(|(_, to)| to.clone()).collect()
}

fn is_piped(recipe: &Recipe, from: &str, to: &str) -> bool {
    recipe.pipes.iter().any(|(a, b)| a == from && b == to)
}

fn only_open_end(recipe: &Recipe, kinds: &[StageKind], but: &str) -> Option<String> {
    let mut ends = recipe.stages.iter().filter(|stage| {
        let read = recipe.pipes.iter().any(|(from, _)| *from == stage.id);
        stage.id != but && !read && gives(kinds, &stage.kind)
    });
    let end = ends.next()?;
    ends.next().is_none().then(|| end.id.clone())
}

fn free_name(recipe: &Recipe, kind: &str) -> String {
    let mut name = kind.to_owned();
    let mut number = 2;
    while recipe.stage(&name).is_some() {
        name = [kind, &number.to_string()].concat();
        number += 1;
    }
    name
}

/// The options with which a stage begins: those it cannot be made without, or the first one when
/// it is there to be filled in.
fn needed(kind: &StageKind) -> Map<String, Value> {
    if kind.kind == UPLOAD {
        // Which file it is, nobody knows yet.
        return Map::new();
    }
    let options = kind.options.iter().enumerate();
    let needed = options.filter(|(at, option)| option.required || *at == 0);
    needed
        .filter_map(|(_, option)| {
            let first_choice = match &option.takes {
                Takes::Choice { choices } if option.required => choices.first(),
                _ => None,
            };
            let value = option.example.clone();
            let value = value.or_else(|| Some(Value::from(first_choice?.as_str())))?;
            Some((option.name.clone(), value))
        })
        .collect()
}

/// Puts the stages and pipes so that each stage comes after the one that feeds it, a whole branch
/// before the next: as it is read, and written as text.
pub fn arrange(recipe: &mut Recipe) {
    let mut order = Vec::with_capacity(recipe.stages.len());
    for stage in &recipe.stages {
        if feed(recipe, &stage.id).is_none() {
            visit(recipe, &stage.id, &mut order);
        }
    }
    // What is left goes round in a circle.
    for stage in &recipe.stages {
        visit(recipe, &stage.id, &mut order);
    }
    let place = |name: &str| order.iter().position(|it| it == name).unwrap_or(usize::MAX);
    let mut pipes = recipe.pipes.clone();
    // The first pipe out of a stage is that of its own line; forks come when that has been.
    pipes.sort_by_key(|(from, to)| {
        let first = destinations(recipe, from).first() == Some(to);
        let at = if first { place(from) } else { place(to) };
        (at, !first)
    });
    recipe.pipes = pipes;
    recipe.stages.sort_by_key(|stage| place(&stage.id));
}

fn visit(recipe: &Recipe, name: &str, order: &mut Vec<String>) {
    if order.iter().any(|it| it == name) {
        return;
    }
    order.push(name.to_owned());
    for to in destinations(recipe, name) {
        visit(recipe, &to, order);
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use spillway_protocol::stages::{Side, StageOption};
    use spillway_recipe::{parse, print};

    use super::*;

    pub(crate) fn kinds() -> Vec<StageKind> {
        let kind = |name: &str, about: &str, side, options| StageKind {
            kind: name.to_owned(),
            about: about.to_owned(),
            side,
            options,
        };
        let level = StageOption {
            name: "level".to_owned(),
            takes: Takes::Number {
                min: 0,
                max: Some(9),
            },
            required: false,
            default: Some(Value::from(6)),
            example: None,
            about: "how hard it tries".to_owned(),
        };
        let file = StageOption {
            name: "file".to_owned(),
            takes: Takes::Text,
            required: true,
            default: None,
            example: Some(Value::from("result")),
            about: "its name".to_owned(),
        };
        vec![
            kind("csv_sample", "rows", Side::Readable, vec![]),
            kind("gzip", "compresses", Side::Transform, vec![level]),
            kind("tcp_echo", "sends back", Side::Duplex, vec![]),
            kind("file_sink", "a file", Side::Writable, vec![file]),
            kind("null", "nothing is kept", Side::Writable, vec![]),
        ]
    }

    fn built(text: &str) -> Recipe {
        parse(text).expect("a pipeline")
    }

    fn added(text: &str, kind: &str, selected: &Selected) -> String {
        let mut recipe = built(text);
        add(&mut recipe, &kinds(), kind, selected);
        let text = print(&recipe);
        assert_eq!(built(&text), recipe, "{text}");
        text
    }

    fn stage(name: &str) -> Selected {
        Selected::Stage(name.to_owned())
    }

    #[test]
    fn three_clicks_make_a_line() {
        let mut recipe = Recipe::default();
        for kind in ["csv_sample", "gzip", "file_sink"] {
            add(&mut recipe, &kinds(), kind, &Selected::Nothing);
        }
        assert_eq!(
            print(&recipe),
            "csv_sample | gzip | file_sink file=\"result\"\n"
        );
    }

    #[test]
    fn a_stage_is_added_behind_the_selected_one_and_into_the_selected_pipe() {
        let line = "csv_sample | gzip | null";
        assert_eq!(
            added(line, "null", &stage("csv_sample")),
            "csv_sample | gzip | null\ncsv_sample | null2: null\n"
        );
        let pipe = Selected::Pipe("gzip".to_owned(), "null".to_owned());
        assert_eq!(
            added(line, "gzip", &pipe),
            "csv_sample | gzip | gzip2: gzip | null\n"
        );
        assert_eq!(
            added("null", "csv_sample", &stage("null")),
            "csv_sample | null\n"
        );
        // Nothing can be piped into a source, nor out of a sink.
        assert_eq!(
            added("csv_sample", "csv_sample", &stage("csv_sample")),
            "csv_sample\ncsv_sample2: csv_sample\n"
        );
    }

    #[test]
    fn a_removed_stage_leaves_no_gap() {
        let mut recipe = built("csv_sample | gzip | null\ngzip | n: null");
        remove(&mut recipe, "gzip");
        assert_eq!(print(&recipe), "csv_sample | null\ncsv_sample | n: null\n");
        remove(&mut recipe, "csv_sample");
        assert!(recipe.pipes.is_empty());
    }

    #[test]
    fn pipes_are_made_once_and_taken_away() {
        let mut recipe = built("csv_sample\ngzip\nnull");
        connect(&mut recipe, "gzip", "null");
        connect(&mut recipe, "csv_sample", "gzip");
        connect(&mut recipe, "csv_sample", "gzip");
        assert_eq!(print(&recipe), "csv_sample | gzip | null\n");
        disconnect(&mut recipe, "gzip", "null");
        assert_eq!(print(&recipe), "csv_sample | gzip\nnull\n");
    }

    #[test]
    fn a_circle_stays_what_it_is() {
        let mut recipe = built("gzip | tcp_echo");
        connect(&mut recipe, "tcp_echo", "gzip");
        assert_eq!(built(&print(&recipe)), recipe);
        assert_eq!(recipe.pipes.len(), 2);
    }

    #[test]
    fn a_new_name_goes_into_the_pipes_and_a_bad_one_nowhere() {
        let mut recipe = built("csv_sample | gzip | null");
        rename(&mut recipe, "gzip", "zip").expect("a name");
        assert_eq!(print(&recipe), "csv_sample | zip: gzip | null\n");
        let before = recipe.clone();
        for name in ["", "a b", "null", &"a".repeat(33)] {
            assert!(rename(&mut recipe, "zip", name).is_err(), "{name}");
        }
        assert_eq!(recipe, before);
    }

    #[test]
    fn an_option_is_set_and_left_to_its_default() {
        let mut recipe = built("gzip");
        set_option(&mut recipe, "gzip", "level", Some(Value::from(9)));
        assert_eq!(print(&recipe), "gzip level=9\n");
        set_option(&mut recipe, "gzip", "level", None);
        assert_eq!(print(&recipe), "gzip\n");
    }
}
