use spillway_streams::{RunView, StageId};

use super::*;
use crate::geometry::layout::Layout;
use crate::model::meter::Share;
use crate::model::run::Figures;
use crate::model::sample;

fn patch<'a>(patches: &'a [Patch], slot: &str, part: Part) -> &'a str {
    let found = patches
        .iter()
        .find(|patch| patch.slot == slot && patch.part == part);
    &found.expect("it is patched").value
}

fn frame(view: &RunView, figures: &[Figures]) -> Vec<Patch> {
    frame_patches(view, &Layout::of(view), figures, StageId(0), None)
}

#[test]
fn every_slot_that_is_patched_is_in_the_picture() {
    let view = sample::pipeline();
    let layout = Layout::of(&view);
    let text = cards(&view.stages, &layout) + &pipes(&view, &layout);
    let share = Some(Share { busy: 1, held: 2 });
    let figures = vec![
        Figures {
            share,
            ..Figures::default()
        };
        4
    ];
    let mut patches = frame(&view, &figures);
    patches.extend(told_patches(&view, &layout, &figures));
    patches.extend(cause_patches(&layout, &[]));
    for patch in patches {
        let slot = format!("data-slot=\"{}\"", patch.slot);
        assert!(text.contains(&slot), "{slot}");
    }
}

#[test]
fn a_stage_of_the_told_chain_has_an_outline_and_its_steps() {
    let layout = Layout::of(&sample::pipeline());
    let patches = cause_patches(&layout, &["1, 3".to_owned()]);
    let class = |slot| patch(&patches, slot, Part::Attribute("class"));
    assert_eq!(class("0.cause"), "cause lit");
    assert_eq!(patch(&patches, "0.steps", Part::Text), "1, 3");
    assert_eq!(class("1.cause"), "cause");
}

#[test]
fn a_shut_gate_says_false() {
    let mut view = sample::pipeline();
    let open = frame(&view, &[]);
    assert_eq!(patch(&open, "0-1.answer", Part::Text), "");
    view.pipes[0].open = false;
    let shut = frame(&view, &[]);
    assert_eq!(
        patch(&shut, "0-1", Part::Attribute("class")),
        "channel shut"
    );
    assert_eq!(patch(&shut, "0-1.answer", Part::Text), "false");
}

#[test]
fn a_tank_at_its_mark_is_half_full_and_marked() {
    let mut view = sample::pipeline();
    view.stages[3]
        .writable
        .as_mut()
        .expect("a Writable")
        .buffered = 16_384;
    let patches = frame(&view, &[]);
    assert_eq!(
        patch(&patches, "3.write", Part::Attribute("class")),
        "tank over"
    );
    assert_eq!(
        patch(&patches, "3.write.level", Part::Style("clip-path")),
        "inset(46px 0 0)"
    );
}

#[test]
fn a_gate_that_flickers_says_how_often() {
    let view = sample::pipeline();
    let mut figures = vec![Figures::default(); 4];
    figures[1].refusals_per_s = 230;
    let patches = frame(&view, &figures);
    assert_eq!(patch(&patches, "0-1.often", Part::Text), "230/s");
}

#[test]
fn a_missing_pipe_is_a_gap_that_offers_it() {
    let mut view = sample::pipeline();
    view.pipes.remove(0);
    let text = pipes(&view, &Layout::of(&view));
    assert!(text.contains("data-testid=\"gap-source-filter\""), "{text}");
    assert!(text.contains("data-pipe=\"0 1\""), "{text}");
}

#[test]
fn names_from_outside_never_become_markup() {
    let mut view = sample::pipeline();
    view.stages[0].label = "<b>&".to_owned();
    view.stages[0].name = "a\"b".to_owned();
    let text = cards(&view.stages, &Layout::of(&view));
    assert!(text.contains("&lt;b&gt;&amp;"), "{text}");
    assert!(text.contains("stage-a&quot;b"), "{text}");
}
