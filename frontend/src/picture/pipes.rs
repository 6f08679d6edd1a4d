//! The pipes: a channel with a gate that is shut while the last `write()` answered false, and a
//! gap where a pipe could be.
//!
//! Test ids: `pipe-{from}-{to}` (with `data-open`), `gap-{from}-{to}`.

use spillway_streams::RunView;

use crate::geometry::layout::{CARD_HEIGHT, CARD_Y, CHANNEL_Y, Channel, Gap, Layout};
use crate::html::escape;

/// All pipes and gaps, empty of what changes.
#[must_use]
pub fn pipes(view: &RunView, layout: &Layout) -> String {
    let channels = layout
        .channels
        .iter()
        .map(|channel| self::channel(view, channel));
    let gaps = layout.gaps.iter().map(|gap| self::gap(view, gap));
    channels.chain(gaps).collect()
}

/// The wall of the channel is its button, as the ground of a card is.
fn channel(view: &RunView, channel: &Channel) -> String {
    let Channel { from, to, .. } = channel;
    let slot = format!("{from}-{to}");
    let below = if channel.detour.is_some() { -2 } else { 38 };
    let (path, x, y) = course_of(channel);
    // What a pipe from below says stands beside it: on it, one would not read it.
    let (says, anchor) = match channel.detour {
        None => (x, "middle"),
        Some(_) => (x - 11, "end"),
    };
    let (from_name, to_name) = (name(view, *from), name(view, *to));
    format!(
        "<g data-slot=\"{slot}\" class=\"channel\" data-channel=\"{from} {to}\" \
         data-testid=\"pipe-{from_name}-{to_name}\">\
         <path data-slot=\"{slot}.wall\" class=\"wall\" role=\"button\" tabindex=\"-1\" \
         aria-label=\"the pipe from {from_name} to {to_name}\" d=\"{path}\"/><path class=\"bed\" d=\"{path}\"/>\
         <path class=\"stream\" d=\"{path}\"/>\
         <rect class=\"gate\" x=\"{}\" y=\"{}\" width=\"8\" height=\"40\" rx=\"2\"/>\
         <text data-slot=\"{slot}.answer\" class=\"warn\" x=\"{says}\" y=\"{}\" text-anchor=\"{anchor}\"></text>\
         <text data-slot=\"{slot}.often\" class=\"warn\" x=\"{says}\" y=\"{}\" text-anchor=\"{anchor}\"></text></g>",
        x - 4,
        y - 20,
        y + below,
        y + below + 15
    )
}

fn gap(view: &RunView, gap: &Gap) -> String {
    let Gap {
        from, to, x1, x2, ..
    } = gap;
    let (from_name, to_name) = (name(view, *from), name(view, *to));
    if let Some(how) = gap.listened {
        return format!(
            "<g class=\"gap\" data-testid=\"gap-{from_name}-{to_name}\">\
             <path class=\"listener\" d=\"M{x1} {CHANNEL_Y}H{x2}\"/>\
             <text class=\"mono\" x=\"{}\" y=\"{}\" text-anchor=\"middle\">{how}</text></g>",
            i32::midpoint(*x1, *x2),
            CHANNEL_Y - 8
        );
    }
    let offer = if gap.offered {
        pipe_here(gap, &from_name, &to_name)
    } else {
        String::new()
    };
    format!(
        "<g class=\"gap\" data-testid=\"gap-{from_name}-{to_name}\">\
         <path class=\"cut\" d=\"M{x1} {CHANNEL_Y}h10M{x2} {CHANNEL_Y}h-10\"/>{offer}</g>"
    )
}

fn pipe_here(gap: &Gap, from_name: &str, to_name: &str) -> String {
    let Gap {
        from, to, x1, x2, ..
    } = gap;
    let middle = i32::midpoint(*x1, *x2);
    // A pipe that comes from below turns here.
    let y = CHANNEL_Y - if gap.entered { 40 } else { 0 };
    format!(
        "<g class=\"pipe-here\" data-pipe=\"{from} {to}\" role=\"button\" tabindex=\"0\" \
         aria-label=\"{from_name}.pipe({to_name})\"><title>{from_name}.pipe({to_name})</title>\
         <rect x=\"{}\" y=\"{}\" width=\"48\" height=\"26\" rx=\"7\"/>\
         <text class=\"mono\" x=\"{middle}\" y=\"{}\" text-anchor=\"middle\">pipe()</text></g>",
        middle - 24,
        y - 13,
        y + 4
    )
}

/// The channel's middle line, and where its gate stands.
fn course_of(channel: &Channel) -> (String, i32, i32) {
    let Channel { x1, x2, .. } = channel;
    let middle = i32::midpoint(*x1, *x2);
    match channel.detour {
        None => (format!("M{x1} {CHANNEL_Y}H{x2}"), middle, CHANNEL_Y),
        Some(depth) => {
            let below = CARD_Y + CARD_HEIGHT + depth;
            let bottom = CARD_Y + CARD_HEIGHT;
            let into = x2 - 22;
            let path = format!("M{x1} {bottom}V{below}H{into}V{CHANNEL_Y}H{x2}");
            (path, into, CHANNEL_Y + 84)
        }
    }
}

fn name(view: &RunView, at: usize) -> String {
    view.stages
        .get(at)
        .map_or_else(String::new, |stage| escape(&stage.name))
}
