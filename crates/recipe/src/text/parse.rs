//! Text into a pipeline.

use serde_json::{Map, Value};
use spillway_protocol::control::{Join, StageSpec};
use spillway_protocol::stages::StageKind;

use super::cursor::Cursor;
use super::{ParseError, known, value};
use crate::Recipe;
use crate::nearest::hint;

/// Longest name of a stage, bytes.
const MAX_NAME: usize = 32;

/// Reads a pipeline. Kinds and options may have any names.
pub fn parse(text: &str) -> Result<Recipe, ParseError> {
    Parser::new(None).text(text)
}

/// Reads a pipeline whose kinds and options must be those of a catalogue.
pub fn parse_checked(text: &str, kinds: &[StageKind]) -> Result<Recipe, ParseError> {
    Parser::new(Some(kinds)).text(text)
}

struct Parser<'a> {
    kinds: Option<&'a [StageKind]>,
    recipe: Recipe,
    /// Stages of earlier lines.
    earlier: usize,
    /// A line has said how stages are joined.
    joined: bool,
}

/// A stage as it stands in its line.
pub(super) struct Item<'a> {
    name: Option<(Cursor<'a>, &'a str)>,
    /// Where its kind is.
    pub(super) at: Cursor<'a>,
    pub(super) kind: &'a str,
    pub(super) options: Map<String, Value>,
    /// Where the options are: the name of each, and its value.
    pub(super) places: Vec<(&'a str, Cursor<'a>, Cursor<'a>)>,
}

impl Item<'_> {
    /// One word alone: a kind, or the name of a stage of an earlier line.
    fn is_bare(&self) -> bool {
        self.name.is_none() && self.options.is_empty()
    }
}

impl<'a> Parser<'a> {
    fn new(kinds: Option<&'a [StageKind]>) -> Self {
        Self {
            kinds,
            recipe: Recipe::default(),
            earlier: 0,
            joined: false,
        }
    }

    fn text(mut self, text: &str) -> Result<Recipe, ParseError> {
        for (index, line) in text.lines().enumerate() {
            let mut cursor = Cursor::new(index + 1, line);
            if cursor.at_end() {
                continue;
            }
            if !self.join(&mut cursor)? {
                self.chain(cursor)?;
                self.earlier = self.recipe.stages.len();
            }
        }
        Ok(self.recipe)
    }

    /// Reads `join HOW`, if the line says that.
    fn join(&mut self, cursor: &mut Cursor<'_>) -> Result<bool, ParseError> {
        let mut ahead = *cursor;
        if ahead.word() != "join" {
            return Ok(false);
        }
        ahead.skip_space();
        let how = ahead;
        let word = ahead.word();
        let mut behind = ahead;
        behind.skip_space();
        if matches!(behind.peek(), Some('|' | ':' | '=')) {
            return Ok(false);
        }
        self.recipe.join = match word {
            "pipe" => Join::Pipe,
            "pipeline" => Join::Pipeline,
            "write" => Join::Write,
            "iterate" => Join::Iterate,
            _ => {
                let allowed = hint(word, &["pipe", "pipeline", "write", "iterate"]);
                return Err(how.wrong(&["`", word, "` is no way to join stages", &allowed]));
            }
        };
        if !ahead.at_end() {
            return Err(ahead.wrong(&["nothing may follow `join ", word, "` on its line"]));
        }
        if std::mem::replace(&mut self.joined, true) {
            return Err(cursor.wrong(&["a pipeline has one line that begins with `join`"]));
        }
        Ok(true)
    }

    fn chain(&mut self, mut cursor: Cursor<'_>) -> Result<(), ParseError> {
        let mut before: Option<String> = None;
        loop {
            cursor.skip_space();
            let item = read_item(&mut cursor)?;
            let ends = cursor.at_end();
            let name = match self.earlier_stage(&item, before.is_none() || ends) {
                Some(name) => name,
                None => self.declare(item)?,
            };
            if let Some(from) = before.replace(name.clone()) {
                self.recipe.pipes.push((from, name));
            }
            if ends {
                return Ok(());
            }
            if !cursor.take('|') {
                let found = cursor.found();
                return Err(cursor.wrong(&["expected `|` or OPTION=VALUE, found ", &found]));
            }
        }
    }

    fn earlier_stage(&self, item: &Item<'_>, may_be: bool) -> Option<String> {
        let mut earlier = self.recipe.stages.iter().take(self.earlier);
        let found = earlier.any(|stage| stage.id == item.kind);
        (item.is_bare() && may_be && found).then(|| item.kind.to_owned())
    }

    fn declare(&mut self, item: Item<'_>) -> Result<String, ParseError> {
        if item.is_bare() && self.recipe.stage(item.kind).is_some() {
            self.check_is_kind(&item)?;
        }
        if let Some(kinds) = self.kinds {
            known::check(&item, kinds)?;
        }
        let name = match item.name {
            Some((at, name)) => self.check_name(&at, name)?,
            None => self.free_name(item.kind),
        };
        self.recipe.stages.push(StageSpec {
            id: name.clone(),
            kind: item.kind.to_owned(),
            options: item.options,
        });
        Ok(name)
    }

    /// A word that is the name of a stage, where only a new stage can be.
    fn check_is_kind(&self, item: &Item<'_>) -> Result<(), ParseError> {
        let mut stages = self.recipe.stages.iter();
        if stages.any(|stage| stage.kind == item.kind) {
            return Ok(());
        }
        let only = "only a later line can name it again, at its beginning or its end";
        Err(item
            .at
            .wrong(&["`", item.kind, "` is a stage already; ", only]))
    }

    fn check_name(&self, at: &Cursor<'_>, name: &str) -> Result<String, ParseError> {
        if name.len() > MAX_NAME {
            return Err(at.wrong(&["a stage's name has at most 32 letters, digits, `-` or `_`"]));
        }
        if self.recipe.stage(name).is_some() {
            let own = "`; each needs a name of its own";
            return Err(at.wrong(&["two stages are called `", name, own]));
        }
        Ok(name.to_owned())
    }

    /// The kind's name, with a number when that is taken.
    fn free_name(&self, kind: &str) -> String {
        let mut name = kind.to_owned();
        let mut number = 2;
        while self.recipe.stage(&name).is_some() {
            name = [kind, &number.to_string()].concat();
            number += 1;
        }
        name
    }
}

/// `NAME: KIND OPTION=VALUE …`.
fn read_item<'a>(cursor: &mut Cursor<'a>) -> Result<Item<'a>, ParseError> {
    let mut at = *cursor;
    let mut kind = word(cursor, "a stage: `NAME: KIND OPTION=VALUE`, or a name")?;
    let mut name = None;
    cursor.skip_space();
    if cursor.take(':') {
        name = Some((at, kind));
        cursor.skip_space();
        at = *cursor;
        kind = word(cursor, "the kind of the stage")?;
    }
    let mut item = Item {
        name,
        at,
        kind,
        options: Map::new(),
        places: Vec::new(),
    };
    if kind.len() > MAX_NAME {
        return Err(at.wrong(&["no stage and no kind has a name as long as this"]));
    }
    read_options(cursor, &mut item)?;
    Ok(item)
}

fn read_options<'a>(cursor: &mut Cursor<'a>, item: &mut Item<'a>) -> Result<(), ParseError> {
    while !cursor.at_end() && cursor.peek() != Some('|') {
        let at = *cursor;
        let name = word(cursor, "`|` or OPTION=VALUE")?;
        cursor.skip_space();
        if !cursor.take('=') {
            let found = cursor.found();
            return Err(cursor.wrong(&[
                "expected `=` after the option `",
                name,
                "`, found ",
                &found,
            ]));
        }
        cursor.skip_space();
        let value_at = *cursor;
        let value = value::read(cursor, 0)?;
        if item.options.insert(name.to_owned(), value).is_some() {
            return Err(at.wrong(&["the option `", name, "` is given twice"]));
        }
        item.places.push((name, at, value_at));
    }
    Ok(())
}

fn word<'a>(cursor: &mut Cursor<'a>, wanted: &str) -> Result<&'a str, ParseError> {
    let at = *cursor;
    let word = cursor.word();
    if word.is_empty() {
        return Err(at.wrong(&["expected ", wanted, ", found ", &at.found()]));
    }
    Ok(word)
}
