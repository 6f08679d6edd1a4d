//! A pipeline as a program in Rust.

mod kinds;

use spillway_protocol::control::{Join, StageSpec};

use self::kinds::{Made, Place};
use super::names::{Names, snake};
use super::snippet::{Snippets, quoted};
use super::{NoProgram, check_pipes};
use crate::Recipe;

/// A program in Rust, as a package of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RustProgram {
    /// `src/main.rs`.
    pub main: String,
    /// `Cargo.toml`.
    pub cargo_toml: String,
}

/// A complete program in Rust that does the same work on the same input, with a thread for each
/// stage. It finds its input where the program for Node.js does.
pub fn rust(recipe: &Recipe) -> Result<RustProgram, NoProgram> {
    check_pipes(recipe)?;
    let stages = recipe.stages.iter();
    let made = stages.map(|spec| kinds::stage(spec).map_err(|why| NoProgram::new(&spec.id, why)));
    let made: Vec<Made> = made.collect::<Result<_, _>>()?;
    Ok(RustProgram {
        main: main_rs(recipe, &made),
        cargo_toml: cargo_toml(&made),
    })
}

fn main_rs(recipe: &Recipe, made: &[Made]) -> String {
    let hurried = made
        .iter()
        .any(|made| made.place == Place::Source && made.speed.is_some());
    let snippets = snippets(recipe, made, hurried);
    let mut out = HEAD.to_owned();
    for file in made.iter().filter_map(|made| made.file.as_deref()) {
        out.push_str(&["// It reads ", file, " in this folder.\n"].concat());
    }
    out.push('\n');
    for import in snippets.imports() {
        out.push_str(import);
        out.push('\n');
    }
    out.push('\n');
    snippets.write(&mut out);
    out.push_str("fn main() {\n");
    let names = variables(recipe);
    for (stage, name) in recipe.stages.iter().zip(&names) {
        if recipe.pipes.iter().any(|(_, to)| *to == stage.id) {
            let line = ["    let (to_", name, ", ", name, "_in) = pipe();\n"];
            out.push_str(&line.concat());
        }
    }
    out.push_str("    let stages = [\n");
    for (spec, made) in recipe.stages.iter().zip(made) {
        out.push_str(&spawned(recipe, &names, spec, made, hurried));
    }
    out.push_str(END);
    out
}

fn snippets(recipe: &Recipe, made: &[Made], hurried: bool) -> Snippets {
    let mut snippets = Snippets::default();
    snippets.add(include_str!("code/prelude.rs"));
    snippets.add(match recipe.join {
        Join::Pipe | Join::Pipeline | Join::Iterate => include_str!("code/bounded.rs"),
        Join::Write => include_str!("code/unbounded.rs"),
    });
    snippets.add(if hurried {
        include_str!("code/output_at_speed.rs")
    } else {
        include_str!("code/output.rs")
    });
    for made in made {
        for piece in &made.pieces {
            snippets.add(piece.code);
        }
        if made.place == Place::Sink && made.speed.is_some() {
            snippets.add(include_str!("code/at_speed.rs"));
        }
    }
    snippets
}

/// Of each stage the name of its variables.
fn variables(recipe: &Recipe) -> Vec<String> {
    let mut names = Names::without(&[]);
    let stages = recipe.stages.iter();
    stages
        .map(|stage| names.take(snake(&stage.id), ""))
        .collect()
}

/// `stage("gzip", Output(vec![to_sink]), move |output| gzip(gzip_in, output, 6)),`
fn spawned(
    recipe: &Recipe,
    names: &[String],
    spec: &StageSpec,
    made: &Made,
    hurried: bool,
) -> String {
    let name_of = |id: &str| {
        let at = recipe.stages.iter().position(|stage| stage.id == id);
        at.map_or("", |at| names[at].as_str())
    };
    let mut arguments = Vec::new();
    let mut output = "Output::default()".to_owned();
    if made.place != Place::Source {
        let input = [name_of(&spec.id), "_in"].concat();
        arguments.push(match made.speed {
            Some(speed) => ["at_speed(", &speed.to_string(), ", ", &input, ")"].concat(),
            None => input,
        });
    }
    if made.place != Place::Sink {
        let pipes = recipe.pipes.iter().filter(|(from, _)| *from == spec.id);
        let senders: Vec<String> = pipes.map(|(_, to)| ["to_", name_of(to)].concat()).collect();
        let speed = match made.speed {
            _ if !hurried => String::new(),
            Some(speed) => [", Some(", &speed.to_string(), ")"].concat(),
            None => ", None".to_owned(),
        };
        output = ["Output(vec![", &senders.join(", "), "]", &speed, ")"].concat();
        arguments.push("output".to_owned());
    }
    arguments.extend(made.arguments.iter().cloned());
    let name = quoted(&spec.id, '"');
    let call = call(made.function, &arguments);
    let takes = if made.place == Place::Sink {
        "move |_| "
    } else {
        "move |output| "
    };
    let head = [&*name, ", ", &output, ", ", takes].concat();
    let line = [&*head, &call].concat();
    let block = ["{\n", &indented(&call), "}"].concat();
    let work = if call.contains('\n') { &block } else { &call };
    let spawned = if width(&line) <= MOST_IN_A_CALL {
        ["stage(", &line, "),\n"].concat()
    } else if width(&head) < MOST_IN_A_CALL - 1 {
        ["stage(", &head, &block, "),\n"].concat()
    } else {
        let work = [takes, work].concat();
        let arguments = [name, output, work].map(|argument| [&*argument, ","].concat());
        let lines = arguments.map(|argument| indented(&argument));
        ["stage(\n", &lines.concat(), "),\n"].concat()
    };
    indented(&indented(&spawned))
}

/// A call as rustfmt would have it: on one line, or with a line for each argument.
fn call(function: &str, arguments: &[String]) -> String {
    let line = arguments.join(", ");
    if width(&line) <= MOST_IN_A_CALL {
        return [function, "(", &line, ")"].concat();
    }
    let lines: String = arguments
        .iter()
        .map(|argument| indented(&[argument, ","].concat()))
        .collect();
    [function, "(\n", &lines, ")"].concat()
}

/// Letters of what would stand in one line; what has several lines stands in none.
fn width(text: &str) -> usize {
    if text.contains('\n') {
        return usize::MAX;
    }
    text.chars().count()
}

/// Each line four columns further in.
fn indented(text: &str) -> String {
    text.lines()
        .map(|line| ["    ", line, "\n"].concat())
        .collect()
}

/// Letters of arguments that stand in one line.
const MOST_IN_A_CALL: usize = 60;

fn cargo_toml(made: &[Made]) -> String {
    let pieces = made.iter().flat_map(|made| &made.pieces);
    let mut crates: Vec<&str> = pieces.flat_map(|piece| piece.crates).copied().collect();
    crates.sort_unstable();
    crates.dedup();
    let mut out = PACKAGE.to_owned();
    for name in crates {
        out.push_str(name);
        out.push('\n');
    }
    out
}

const HEAD: &str = "\
// A pipeline of Spillway in Rust, a thread for each stage. Run it with
//   cargo run --release [http://127.0.0.1:3000]
";

const END: &str = "    ];
    for stage in stages {
        if stage.join().is_err() {
            exit(101);
        }
    }
}
";

const PACKAGE: &str = "\
[package]
name = \"pipeline\"
version = \"0.1.0\"
edition = \"2024\"
rust-version = \"1.88\"

[dependencies]
";
