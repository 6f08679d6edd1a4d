//! A pipeline as a program for Node.js.

mod kinds;

use std::collections::BTreeMap;

use spillway_protocol::control::Join;

use self::kinds::Made;
use super::names::{Names, camel};
use super::snippet::Snippets;
use super::{NoProgram, check_pipes};
use crate::Recipe;

/// A complete program for Node.js 20 or newer, without packages of npm: an ES module that does
/// the same work on the same input. Samples come from a running server; its address is the first
/// argument, or `SPILLWAY` in the environment. Other files are those of the current folder.
pub fn node(recipe: &Recipe) -> Result<String, NoProgram> {
    check_pipes(recipe)?;
    let mut program = Program::default();
    program.stages(recipe)?;
    program.joins(recipe);
    Ok(program.text())
}

#[derive(Default)]
struct Program {
    snippets: Snippets,
    /// Of each stage its name and its variable.
    variables: Vec<(String, String)>,
    /// Files that have to be there.
    files: Vec<String>,
    main: String,
}

impl Program {
    fn stages(&mut self, recipe: &Recipe) -> Result<(), NoProgram> {
        let mut names = Names::without(RESERVED);
        for spec in &recipe.stages {
            let made = kinds::stage(spec).map_err(|why| NoProgram::new(&spec.id, why))?;
            let Made {
                code,
                expression,
                file,
            } = made;
            for snippet in code {
                self.snippets.add(snippet);
            }
            self.files.extend(file);
            let variable = names.take(camel(&spec.id), "Stage");
            self.main
                .push_str(&["const ", &variable, " = ", &expression, ";\n"].concat());
            self.variables.push((spec.id.clone(), variable));
        }
        self.main.push('\n');
        Ok(())
    }

    fn joins(&mut self, recipe: &Recipe) {
        match recipe.join {
            Join::Pipe => {
                for (from, to) in &recipe.pipes {
                    let (from, to) = (self.variable(from), self.variable(to));
                    let line = [from, ".pipe(", to, ");\n"].concat();
                    self.main.push_str(&line);
                }
            }
            Join::Pipeline => self.pipeline(recipe),
            Join::Write => self.writes(recipe),
            Join::Iterate => self.loops(recipe),
        }
    }

    fn pipeline(&mut self, recipe: &Recipe) {
        self.snippets
            .add("import { pipeline } from 'node:stream';\n");
        let first = recipe.pipes.iter().take(1).map(|(from, _)| from);
        let others = recipe.pipes.iter().map(|(_, to)| to);
        let names = first.chain(others).map(|name| self.variable(name));
        let names = names.collect::<Vec<_>>().join(", ");
        self.main.push_str(
            &[
                "pipeline(",
                &names,
                ", (error) => {\n  if (error) {\n    console.error(error.message);\n    \
                 process.exitCode = 1;\n  }\n});\n",
            ]
            .concat(),
        );
    }

    fn writes(&mut self, recipe: &Recipe) {
        self.main.push_str(
            "// What write() answers is ignored: what is not taken yet is kept in memory.\n",
        );
        for (from, to) in &recipe.pipes {
            let (from, to) = (self.variable(from), self.variable(to));
            let data = [from, ".on('data', (chunk) => ", to, ".write(chunk));\n"];
            let end = [from, ".on('end', () => ", to, ".end());\n"];
            let lines = [data.concat(), end.concat()].concat();
            self.main.push_str(&lines);
        }
    }

    fn loops(&mut self, recipe: &Recipe) {
        self.snippets.add(include_str!("js/copy.js"));
        let pairs = recipe.pipes.iter();
        let calls = pairs.map(|(from, to)| {
            let (from, to) = (self.variable(from), self.variable(to));
            ["    copy(", from, ", ", to, "),\n"].concat()
        });
        let calls: String = calls.collect();
        self.main.push_str(
            &[
                "try {\n  await Promise.all([\n",
                &calls,
                "  ]);\n} catch (error) {\n  console.error(error.message);\n  \
                 process.exitCode = 1;\n}\n",
            ]
            .concat(),
        );
    }

    fn variable(&self, stage: &str) -> &str {
        let mut variables = self.variables.iter();
        let found = variables.find(|(name, _)| name == stage);
        found.map_or("", |(_, variable)| variable)
    }

    fn text(&self) -> String {
        let mut out = HEAD.to_owned();
        for file in &self.files {
            out.push_str(&["// It reads ", file, " in this folder.\n"].concat());
        }
        out.push('\n');
        for import in merged(&self.snippets.imports()) {
            out.push_str(&import);
        }
        out.push('\n');
        self.snippets.write(&mut out);
        out.push_str(&self.main);
        out
    }
}

/// The imports of each module as one line.
fn merged(imports: &[&str]) -> Vec<String> {
    let mut modules: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for import in imports {
        let names = import.strip_prefix("import { ");
        if let Some((names, module)) = names.and_then(|rest| rest.split_once(" } from ")) {
            let known = modules.entry(module).or_default();
            known.extend(names.split(", "));
        }
    }
    let line = |(module, mut names): (&str, Vec<&str>)| {
        names.sort_unstable();
        names.dedup();
        ["import { ", &names.join(", "), " } from ", module, "\n"].concat()
    };
    modules.into_iter().map(line).collect()
}

const HEAD: &str = "\
// A pipeline of Spillway on the streams of Node.js, 20 or newer. Run it with
//   node pipeline.mjs [http://127.0.0.1:3000]
";

/// Words of the language, and names that the program uses.
const RESERVED: &[&str] = &[
    "arguments",
    "async",
    "atSpeed",
    "await",
    "break",
    "case",
    "catch",
    "class",
    "connect",
    "console",
    "const",
    "constants",
    "continue",
    "copy",
    "debugger",
    "default",
    "delete",
    "discard",
    "do",
    "echo",
    "else",
    "endOfRow",
    "enum",
    "eval",
    "export",
    "extends",
    "false",
    "fetch",
    "finally",
    "for",
    "function",
    "if",
    "implements",
    "import",
    "in",
    "instanceof",
    "interface",
    "let",
    "new",
    "null",
    "once",
    "package",
    "pipeline",
    "private",
    "process",
    "protected",
    "public",
    "return",
    "sample",
    "setTimeout",
    "sleep",
    "slowed",
    "spillway",
    "static",
    "super",
    "switch",
    "textOf",
    "this",
    "throw",
    "ticks",
    "true",
    "try",
    "typeof",
    "undefined",
    "var",
    "void",
    "while",
    "with",
    "writeFile",
    "yield",
];
