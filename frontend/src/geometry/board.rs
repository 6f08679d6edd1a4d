//! Where the stages of a pipeline stand on the playground's board: a column for each step from
//! the source, a row for each branch, and those without a pipe below.

use spillway_recipe::Recipe;

use crate::model::playground::edit::{destinations, feed};

/// Width of a card.
pub const CARD_WIDTH: i32 = 158;
/// Height of a card.
pub const CARD_HEIGHT: i32 = 70;
const MARGIN: i32 = 22;
const COLUMN: i32 = CARD_WIDTH + 54;
const ROW: i32 = CARD_HEIGHT + 26;

/// The whole board.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Board {
    /// Its width.
    pub width: i32,
    /// Its height.
    pub height: i32,
    /// The top left corner of each stage's card, in the pipeline's order.
    pub cards: Vec<(i32, i32)>,
}

impl Board {
    /// Places everything.
    #[must_use]
    pub fn of(recipe: &Recipe) -> Self {
        let mut places = Places {
            recipe,
            of: vec![None; recipe.stages.len()],
            rows: 0,
        };
        places.place_all();
        let cards: Vec<_> = places
            .of
            .into_iter()
            .map(|place| {
                let (column, row) = place.unwrap_or_default();
                (MARGIN + column * COLUMN, MARGIN + row * ROW)
            })
            .collect();
        let right = cards.iter().map(|(x, _)| x + CARD_WIDTH).max();
        let below = cards.iter().map(|(_, y)| y + CARD_HEIGHT).max();
        Self {
            width: right.unwrap_or_default() + MARGIN,
            height: below.unwrap_or_default() + MARGIN,
            cards,
        }
    }

    /// Where the pipe out of a card begins.
    #[must_use]
    pub fn out_of(&self, card: usize) -> (i32, i32) {
        let (x, y) = self.cards.get(card).copied().unwrap_or_default();
        (x + CARD_WIDTH, y + CARD_HEIGHT / 2)
    }

    /// Where the pipe into a card ends.
    #[must_use]
    pub fn into_of(&self, card: usize) -> (i32, i32) {
        let (x, y) = self.cards.get(card).copied().unwrap_or_default();
        (x, y + CARD_HEIGHT / 2)
    }

    /// The card that an arrow key leads to: the nearest one on that side.
    #[must_use]
    pub fn beside(&self, card: usize, (right, down): (i32, i32)) -> Option<usize> {
        let (x, y) = *self.cards.get(card)?;
        let others = self.cards.iter().enumerate().filter_map(|(at, other)| {
            let (along, across) = match (right, down) {
                (0, _) => ((other.1 - y) * down, other.0 - x),
                _ => ((other.0 - x) * right, other.1 - y),
            };
            (along > 0).then_some((along + 2 * across.abs(), at))
        });
        others.min().map(|(_, at)| at)
    }
}

struct Places<'a> {
    recipe: &'a Recipe,
    /// Column and row of each stage.
    of: Vec<Option<(i32, i32)>>,
    /// Rows that are taken.
    rows: i32,
}

impl Places<'_> {
    fn place_all(&mut self) {
        let recipe = self.recipe;
        let mut loose = Vec::new();
        for (at, stage) in recipe.stages.iter().enumerate() {
            let fed = feed(recipe, &stage.id).is_some();
            let read = recipe.pipes.iter().any(|(from, _)| *from == stage.id);
            match (fed, read) {
                (false, true) => self.place_line(at),
                (false, false) => loose.push(at),
                (true, _) => {}
            }
        }
        // What is left goes round in a circle.
        for at in 0..recipe.stages.len() {
            if self.of[at].is_none() && !loose.contains(&at) {
                self.place_line(at);
            }
        }
        for (column, at) in (0..).zip(loose) {
            self.of[at] = Some((column, self.rows));
        }
    }

    fn place_line(&mut self, at: usize) {
        let row = self.rows;
        self.rows += 1;
        self.place(at, 0, row);
    }

    fn place(&mut self, at: usize, column: i32, row: i32) {
        self.of[at] = Some((column, row));
        let mut row = Some(row);
        for to in destinations(self.recipe, &self.recipe.stages[at].id) {
            let next = self.recipe.stages.iter().position(|stage| stage.id == to);
            let Some(next) = next.filter(|next| self.of[*next].is_none()) else {
                continue;
            };
            // The first destination goes on in the row, the others have rows of their own.
            let row = row.take().unwrap_or_else(|| {
                self.rows += 1;
                self.rows - 1
            });
            self.place(next, column + 1, row);
        }
    }
}

#[cfg(test)]
mod tests {
    use spillway_recipe::parse;

    use super::*;

    fn placed(text: &str) -> Vec<(i32, i32)> {
        let board = Board::of(&parse(text).expect("a pipeline"));
        let place = |(x, y): &(i32, i32)| ((x - MARGIN) / COLUMN, (y - MARGIN) / ROW);
        board.cards.iter().map(place).collect()
    }

    #[test]
    fn a_line_is_a_row_and_a_branch_has_its_own() {
        assert_eq!(placed("a: x | b: x | c: x"), [(0, 0), (1, 0), (2, 0)]);
        let fork = "a: x | b: x | c: x\na | d: x | e: x";
        assert_eq!(placed(fork), [(0, 0), (1, 0), (2, 0), (1, 1), (2, 1)]);
    }

    #[test]
    fn stages_without_a_pipe_stand_below() {
        assert_eq!(
            placed("a: x\nb: x | c: x\nd: x"),
            [(0, 1), (0, 0), (1, 0), (1, 1)]
        );
    }

    #[test]
    fn a_circle_has_a_place_for_each_of_its_stages() {
        assert_eq!(placed("a: x | b: x\nb | a"), [(0, 0), (1, 0)]);
    }

    #[test]
    fn an_arrow_leads_to_the_nearest_card_on_its_side() {
        let fork = parse("a: x | b: x | c: x\na | d: x").expect("a pipeline");
        let board = Board::of(&fork);
        assert_eq!(board.beside(0, (1, 0)), Some(1));
        assert_eq!(board.beside(1, (0, 1)), Some(3));
        assert_eq!(board.beside(3, (0, -1)), Some(1));
        assert_eq!(board.beside(0, (-1, 0)), None);
    }
}
