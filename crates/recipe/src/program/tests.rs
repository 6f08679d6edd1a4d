//! What can be said about programs without running them. `backend/tests/recipe` runs them.

use crate::{NoProgram, Recipe, node, parse, rust};

fn recipe(text: &str) -> Recipe {
    parse(text).unwrap()
}

fn refusals(text: &str) -> [NoProgram; 2] {
    let recipe = recipe(text);
    [node(&recipe).unwrap_err(), rust(&recipe).unwrap_err()]
}

#[test]
fn a_program_says_what_its_stages_are_and_how_they_are_joined() {
    let text =
        "cities: csv_sample rows=5 seed=18446744073709551615 | gzip | out: file_sink file=\"c.gz\"";
    let program = node(&recipe(text)).unwrap();
    let end = "\
const cities = await sample('/api/samples/cities.csv?rows=5&seed=18446744073709551615');
const gzip = createGzip();
const out = createWriteStream('c.gz');

cities.pipe(gzip);
gzip.pipe(out);
";
    assert!(program.ends_with(end), "{program}");
    let program = rust(&recipe(text)).unwrap();
    let end = "
fn main() {
    let (to_gzip, gzip_in) = pipe();
    let (to_out, out_in) = pipe();
    let stages = [
        stage(\"cities\", Output(vec![to_gzip]), move |output| {
            sample(
                output,
                \"/api/samples/cities.csv?rows=5&seed=18446744073709551615\",
            )
        }),
        stage(\"gzip\", Output(vec![to_out]), move |output| {
            gzip(gzip_in, output, 6)
        }),
        stage(\"out\", Output::default(), move |_| file_sink(out_in, \"c.gz\")),
    ];
";
    assert!(program.main.contains(end), "{}", program.main);
    assert!(
        program.cargo_toml.contains("flate2"),
        "{}",
        program.cargo_toml
    );
}

#[test]
fn each_way_to_join_is_written_in_its_own_way() {
    let chain = "ticker count=1 | upper | null";
    let program = |join: &str| node(&recipe(&[join, "\n", chain].concat())).unwrap();
    assert!(program("join pipe").contains("ticker.pipe(upper);\nupper.pipe(nullStage);"));
    assert!(program("join pipeline").contains("pipeline(ticker, upper, nullStage, (error)"));
    let write = program("join write");
    assert!(write.contains("ticker.on('data', (chunk) => upper.write(chunk));"));
    assert!(write.contains("upper.on('end', () => nullStage.end());"));
    let iterate = program("join iterate");
    assert!(iterate.contains("for await (const chunk of from)"));
    assert!(iterate.contains("    copy(ticker, upper),\n    copy(upper, nullStage),\n"));
    let rust = rust(&recipe(&["join write\n", chain].concat())).unwrap();
    assert!(rust.main.contains("use std::sync::mpsc::channel;"));
}

#[test]
fn a_stage_without_a_place_in_a_program_says_why() {
    let reasons = [
        ("live_samples | x: null", "live_samples", "no two runs"),
        (
            "rows: database_rows | x: null",
            "rows",
            "the database is the server's",
        ),
        ("ticker | sink: websocket", "sink", "file_sink in its place"),
        (
            "ticker | sink: http_response",
            "sink",
            "client of the server",
        ),
        ("ticker | frame | null", "frame", "nobody has written down"),
        (
            "ticker | s: file_sink file=\"../x\"",
            "s",
            "not starting with `.`",
        ),
        (
            "f: file_source file=\"/etc/passwd\" | null",
            "f",
            "cities.csv",
        ),
        (
            "ticker | a: aes_ctr key=\"12\" iv=\"34\" | null",
            "a",
            "64 hexadecimal digits",
        ),
        ("ticker | f: csv_filter | null", "f", "`expr` or `select`"),
        (
            "ticker | f: csv_filter expr=\"a\" | null",
            "f",
            "no COLUMN OP VALUE",
        ),
        (
            "ticker | z: gzip level=\"6\" | null",
            "z",
            "`level` is a whole number",
        ),
        ("ticker | z: null\nt: ticker | z", "z", "fed twice"),
        (
            "join pipeline\nt: ticker | null\nt | n: null",
            "t",
            "another branch",
        ),
        (
            "join iterate\nt: ticker | null\nt | n: null",
            "t",
            "share its chunks",
        ),
        ("# nothing", "the pipeline", "no stages"),
    ];
    for (text, stage, why) in reasons {
        for refusal in refusals(text) {
            assert_eq!(refusal.stage, stage, "{text}: {refusal}");
            assert!(refusal.why.contains(why), "{text}: {refusal}");
        }
    }
}

#[test]
fn no_text_of_a_learner_leaves_its_quotes() {
    let text = r#"u: upload upload="x" label="a' + process.exit(9) + '.csv" | f: csv_filter expr="a='); x //" | null"#;
    let recipe = recipe(text);
    let program = node(&recipe).unwrap();
    assert!(program.contains("createReadStream('upload')"), "{program}");
    assert!(
        program.contains(r"row.holds('a', '=', '\'); x //')"),
        "{program}"
    );
    assert!(
        rust(&recipe)
            .unwrap()
            .main
            .contains(r#"row.holds("a", "=", "'); x //")"#)
    );
}
