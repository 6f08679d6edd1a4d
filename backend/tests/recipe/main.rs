//! The programs that a pipeline can be had as, run for real: the same recipe on the server, under
//! Node.js and in Rust, and what comes out of the three, byte for byte.

#![expect(clippy::unwrap_used, reason = "a failed step of a test ends the test")]

mod cases;
#[expect(dead_code, reason = "other tests use the rest")]
#[path = "../playground/mod.rs"]
mod playground;
mod programs;
#[expect(dead_code, reason = "other tests use the rest")]
#[path = "../stages/raw.rs"]
mod raw;
mod server;

use std::collections::BTreeMap;
use std::path::Path;

use cases::{CASES, Case};
use server::Server;
use spillway_recipe::{Recipe, node, parse, rust};
use tokio::net::TcpListener;

/// What came out of a program or a run.
#[derive(Debug, PartialEq)]
struct Ending {
    /// Everything went well.
    completed: bool,
    /// What was said when it did not.
    said: String,
    /// The outputs by their names.
    files: BTreeMap<String, Vec<u8>>,
}

/// The files that a recipe makes.
fn outputs(recipe: &Recipe) -> impl Iterator<Item = (&str, String)> {
    recipe.stages.iter().filter_map(|stage| {
        let name = match stage.kind.as_str() {
            "file_sink" => stage.options["file"].as_str()?.to_owned(),
            "collect" => format!("{}.collected", stage.id),
            _ => return None,
        };
        Some((stage.id.as_str(), name))
    })
}

/// Puts the files into a folder that the programs read.
fn prepare(folder: &Path, server: &Server, input: &[u8]) {
    std::fs::write(folder.join("cities.csv"), server.playground.sample()).unwrap();
    std::fs::write(folder.join("mine"), input).unwrap();
}

/// Runs a case on the server, and holds what a program made against it.
async fn compare(server: &mut Server, case: &Case, input: &[u8], program: Ending) {
    let upload = server.upload(input).await;
    let recipe = parse(&case.text.replace("$UPLOAD", &upload)).unwrap();
    let run = server.run(&recipe).await;
    let name = case.name;
    assert_eq!(run.completed, case.fails.is_none(), "{name}: {run:?}");
    assert_eq!(program.completed, run.completed, "{name}: {}", program.said);
    if let Some(part) = case.fails {
        assert!(program.said.contains(part), "{name}: {}", program.said);
        return;
    }
    let names = |ending: &Ending| ending.files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&program), names(&run), "{name}");
    for (file, mut made) in program.files {
        let mut expected = run.files[&file].clone();
        if let Some(decoder) = case.decode {
            // Two compressors give other bytes for the same text.
            made = server.decoded(&made, decoder).await;
            expected = server.decoded(&expected, decoder).await;
        }
        assert!(!expected.is_empty(), "{name}: {file} is empty");
        let (ours, theirs) = (
            String::from_utf8_lossy(&expected),
            String::from_utf8_lossy(&made),
        );
        let place = expected.iter().zip(&made).position(|(a, b)| a != b);
        assert!(
            expected == made,
            "{name}: {file} differs at {place:?}; {} and {} bytes, beginning {:.200} and {:.200}",
            expected.len(),
            made.len(),
            ours,
            theirs,
        );
    }
}

/// The case's own input: bytes, or what the server makes by another recipe.
async fn input_of(server: &mut Server, case: &Case) -> Vec<u8> {
    match case.made_by {
        None => case.input.to_vec(),
        Some(text) => {
            let run = server.run(&parse(text).unwrap()).await;
            run.files.into_values().next().unwrap()
        }
    }
}

#[tokio::test]
async fn every_program_for_node_gives_what_the_server_gives() {
    if !programs::has_node() {
        return;
    }
    let mut server = Server::start().await;
    let (folder, first) = (tempfile::tempdir().unwrap(), parse(CASES[0].text).unwrap());
    let program = node(&first).unwrap();
    let ending = programs::node(folder.path(), &program, &first, nowhere().await).await;
    holds_that_nobody_answers(&ending);
    for case in CASES {
        server.renew().await;
        let folder = tempfile::tempdir().unwrap();
        let input = input_of(&mut server, case).await;
        prepare(folder.path(), &server, &input);
        let recipe = parse(case.text).unwrap();
        let program = node(&recipe).unwrap();
        let ending = programs::node(folder.path(), &program, &recipe, server.address()).await;
        compare(&mut server, case, &input, ending).await;
    }
}

/// An address where nobody listens.
async fn nowhere() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}

fn holds_that_nobody_answers(ending: &Ending) {
    assert!(!ending.completed);
    let said = &ending.said;
    assert!(said.contains("no Spillway answers at http://127"), "{said}");
}

#[tokio::test]
async fn every_program_in_rust_gives_what_the_server_gives() {
    let recipes = CASES.iter().map(|case| parse(case.text).unwrap());
    let recipes: Vec<Recipe> = recipes.collect();
    let all: Vec<_> = recipes.iter().map(|recipe| rust(recipe).unwrap()).collect();
    let built = programs::build(&all);
    let mut server = Server::start().await;
    let folder = tempfile::tempdir().unwrap();
    let ending = programs::rust(folder.path(), &built[0], &recipes[0], nowhere().await).await;
    holds_that_nobody_answers(&ending);
    for ((case, recipe), binary) in CASES.iter().zip(&recipes).zip(&built) {
        server.renew().await;
        let folder = tempfile::tempdir().unwrap();
        let input = input_of(&mut server, case).await;
        prepare(folder.path(), &server, &input);
        let ending = programs::rust(folder.path(), binary, recipe, server.address()).await;
        compare(&mut server, case, &input, ending).await;
    }
}

#[test]
fn every_kind_of_stage_has_a_case_or_a_reason() {
    for kind in server::kinds() {
        let recipes = CASES.iter().map(|case| parse(case.text).unwrap());
        let mut stages = recipes.flat_map(|recipe| recipe.stages);
        let tried = stages.any(|stage| stage.kind == kind);
        let alone = parse(&kind).unwrap();
        let refused = node(&alone).err().zip(rust(&alone).err());
        let reason = refused.is_some_and(|(node, rust)| {
            let known = !node.why.contains("nobody has written down") && !node.why.contains("need");
            assert_eq!(node, rust, "{kind}");
            known
        });
        assert!(tried != reason, "{kind}: tried {tried}, refused {reason}");
    }
}
