//! A pipeline into text.

use spillway_protocol::control::{Join, StageSpec};

use super::value;
use crate::Recipe;

/// Writes a pipeline so that [`parse`](super::parse) reads the same again, if the names of its
/// stages, kinds and options are made of letters, digits, `-` and `_`.
#[must_use]
pub fn print(recipe: &Recipe) -> String {
    let mut printer = Printer {
        recipe,
        out: String::new(),
        declared: 0,
        earlier: 0,
        last: None,
    };
    match recipe.join {
        Join::Pipe => {}
        Join::Pipeline => printer.out.push_str("join pipeline\n"),
        Join::Write => printer.out.push_str("join write\n"),
        Join::Iterate => printer.out.push_str("join iterate\n"),
    }
    for (from, to) in &recipe.pipes {
        printer.pipe(from, to);
    }
    printer.alone(recipe.stages.len());
    printer.end_line();
    printer.out
}

struct Printer<'a> {
    recipe: &'a Recipe,
    out: String,
    /// How many of the stages stand in the text.
    declared: usize,
    /// How many of them on lines that are ended.
    earlier: usize,
    /// The last stage of the line that has begun, if another may follow.
    last: Option<&'a str>,
}

impl<'a> Printer<'a> {
    fn pipe(&mut self, from: &'a str, to: &'a str) {
        let (reads, writes) = (self.index(from), self.index(to));
        // What stands before it in the list has to come first, and what is on this line cannot be
        // named again before the next one.
        let next = writes == self.declared || writes < self.earlier;
        if self.last != Some(from) || !next {
            self.end_line();
            self.alone(match writes.checked_sub(reads) {
                None | Some(1) => reads,
                Some(0) => reads + 1,
                Some(_) => writes,
            });
            self.mention(from);
        }
        let is_new = writes == self.declared;
        self.out.push_str(" | ");
        self.mention(to);
        if !is_new {
            self.end_line();
        }
    }

    /// Writes stages that are yet missing up to this one, each on a line of its own.
    fn alone(&mut self, end: usize) {
        while self.declared < end {
            self.end_line();
            self.declare(&self.recipe.stages[self.declared]);
        }
        self.end_line();
    }

    fn end_line(&mut self) {
        if self.last.take().is_some() {
            self.out.push('\n');
        }
        self.earlier = self.declared;
    }

    fn index(&self, name: &str) -> usize {
        let stages = &mut self.recipe.stages.iter();
        let index = stages.position(|stage| stage.id == name);
        // A pipe of a stage that is not there can be named like one that is.
        index.unwrap_or(0)
    }

    /// Writes a stage, or its name when it is on an earlier line.
    fn mention(&mut self, name: &'a str) {
        match self.recipe.stages.get(self.declared) {
            Some(stage) if stage.id == name => self.declare(stage),
            _ => {
                self.out.push_str(name);
                self.last = Some(name);
            }
        }
    }

    fn declare(&mut self, stage: &'a StageSpec) {
        // Such a line would say how stages are joined.
        if stage.id != stage.kind || stage.kind == "join" {
            self.out.push_str(&stage.id);
            self.out.push_str(": ");
        }
        self.out.push_str(&stage.kind);
        for (name, value) in &stage.options {
            self.out.push(' ');
            self.out.push_str(name);
            self.out.push('=');
            value::write(&mut self.out, value);
        }
        self.declared += 1;
        self.last = Some(&stage.id);
    }
}
