//! Reads what runs beside the prose of a lesson: exactly one thing.

use crate::course::Thing;
use crate::nearest::list;
use crate::report::Report;
use crate::table::{Placed, Table};

use super::StageCheck;
use super::frames::check_frames;
use super::lesson_toml::is_name;
use super::stage_toml::read_stages;

/// The tables of what is no pipeline.
const TABLES: [&str; 6] = [
    "chat",
    "echo",
    "workbench",
    "closing",
    "transports",
    "pressure",
];

/// Reads the thing of a lesson.
pub(super) fn read_thing(
    table: &mut Table<'_>,
    report: &Report<'_>,
    check_stage: &StageCheck<'_>,
    reading_only: bool,
) -> Thing {
    let stage_tables = table.tables("stage");
    let mut found: Vec<(&str, Table<'_>)> = Vec::new();
    for key in TABLES {
        found.extend(table.table(key).map(|table| (key, table)));
    }
    let first = (!stage_tables.is_empty()).then_some("`[[stage]]`".to_owned());
    let named = found.iter().map(|(key, _)| format!("`[{key}]`"));
    let named: Vec<String> = first.into_iter().chain(named).collect();
    if let [one, other, ..] = &named[..]
        && let Some((_, extra)) = found.last()
    {
        report.error(
            extra.at(),
            format!("a lesson has one thing beside its text, not {one} and {other}; remove one"),
        );
    }
    if !stage_tables.is_empty() {
        return Thing::Pipeline(read_stages(stage_tables, report, check_stage));
    }
    if let Some((key, thing)) = found.into_iter().next() {
        return read_table(key, thing, report);
    }
    if !reading_only {
        let tables = TABLES.map(|key| format!("[{key}]"));
        report.file_error(format!(
            "nothing runs beside the prose; add `[[stage]]` or one of {}, or `reading_only = true` \
             at the top",
            list(tables.iter().map(String::as_str))
        ));
    }
    Thing::Nothing
}

fn read_table(key: &str, mut table: Table<'_>, report: &Report<'_>) -> Thing {
    let thing = match key {
        "chat" => {
            let own = table.maybe_flag("own") == Some(true);
            let room = if own {
                table.maybe_text("room")
            } else {
                table.text("room").filter(|room| is_room(room, report))
            };
            if let Some(room) = room.as_ref().filter(|_| own) {
                report.error(
                    room.at,
                    "a room of the learner's own gets its name from the page; remove `room` or `own`",
                );
            }
            Thing::Chat {
                room: room.map(|room| room.value).unwrap_or_default(),
            }
        }
        "echo" => Thing::Echo {
            deflate: table.maybe_flag("deflate").unwrap_or(true),
        },
        "workbench" => {
            let frames = table.maybe_text("frames");
            let frames = frames.filter(|frames| check_frames(frames, report));
            Thing::Workbench {
                frames: frames.map(|frames| frames.value).unwrap_or_default(),
            }
        }
        "closing" => Thing::Closing,
        "transports" => Thing::Transports,
        _ => Thing::Pressure,
    };
    table.finish();
    thing
}

fn is_room(room: &Placed<String>, report: &Report<'_>) -> bool {
    let good = is_name(&room.value);
    if !good {
        report.error(
            room.at,
            format!(
                "`{}` cannot name a room; use at most 32 of a-z, 0-9, `-` and `_`",
                room.value
            ),
        );
    }
    good
}
