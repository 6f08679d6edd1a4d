//! Reads and checks a course folder, and judges the goals of its lessons.

mod goal;

pub use goal::{ChatEvent, Goal, GoalKind, Judge, Order, guide_table};
