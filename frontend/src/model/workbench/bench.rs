//! The scenario on the bench.

use spillway_websocket::{
    FrameDraft, HandshakeDraft, Opcode, PRESETS, Payload, Preset, Scenario, WireStep,
};

/// A scenario that is being made. Never empty-handed: it begins with the first preset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bench {
    /// What will be sent.
    pub scenario: Scenario,
    /// The step that is being edited; `None`: the handshake.
    pub selected: Option<usize>,
    /// The preset that it was before anybody changed it.
    pub preset: Option<&'static Preset>,
}

/// What is being edited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edited {
    /// How the connection is opened.
    Handshake(HandshakeDraft),
    /// A step.
    Step(WireStep),
}

/// What can be done with a step of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Edits it.
    Select,
    /// Exchanges it with the one before.
    Up,
    /// Exchanges it with the one after.
    Down,
    /// Puts the same behind it.
    Copy,
    /// Takes it away.
    Remove,
}

impl Act {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Select, Self::Up, Self::Down, Self::Copy, Self::Remove];

    /// Its name in the page.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Select => "select",
            Self::Up => "up",
            Self::Down => "down",
            Self::Copy => "copy",
            Self::Remove => "remove",
        }
    }
}

impl Bench {
    /// With a preset on it; with the unmasked frame, when there is none of that name.
    #[must_use]
    pub fn with(name: &str) -> Self {
        let of = |name: &str| {
            let all = PRESETS.iter().flat_map(|(_, presets)| presets.iter());
            all.into_iter().find(|preset| preset.name == name)
        };
        let preset = of(name).or_else(|| of("unmasked"));
        let scenario: Scenario = preset
            .and_then(|preset| preset.text.parse().ok())
            .unwrap_or_default();
        Self {
            selected: (!scenario.steps.is_empty()).then_some(0),
            scenario,
            preset,
        }
    }

    /// With what a text says.
    #[must_use]
    pub fn of(scenario: Scenario) -> Self {
        Self {
            selected: (!scenario.steps.is_empty()).then_some(0),
            scenario,
            preset: None,
        }
    }

    /// The step that is being edited.
    #[must_use]
    pub fn step(&self) -> Option<&WireStep> {
        self.scenario.steps.get(self.selected?)
    }

    /// What is being edited: a step, or the handshake.
    #[must_use]
    pub fn edited(&self) -> Edited {
        match self.step() {
            Some(step) => Edited::Step(step.clone()),
            None => Edited::Handshake(self.scenario.handshake.clone()),
        }
    }

    /// Does something with a step of the list.
    pub fn act(&mut self, act: Act, at: usize) {
        let steps = &mut self.scenario.steps;
        if at >= steps.len() {
            return;
        }
        match act {
            Act::Select => {
                self.selected = Some(at);
                return;
            }
            Act::Up if at > 0 => {
                steps.swap(at, at - 1);
                self.selected = Some(at - 1);
            }
            Act::Down if at + 1 < steps.len() => {
                steps.swap(at, at + 1);
                self.selected = Some(at + 1);
            }
            Act::Up | Act::Down => return,
            Act::Copy if steps.len() < Scenario::MAX_STEPS => {
                let copy = steps[at].clone();
                steps.insert(at + 1, copy);
                self.selected = Some(at + 1);
            }
            Act::Copy => return,
            Act::Remove => {
                steps.remove(at);
                let last = steps.len().checked_sub(1);
                self.selected = last.map(|last| at.min(last));
            }
        }
        self.preset = None;
    }

    /// Adds a step behind what is edited: a frame, bytes, a wait or a cut, by its word.
    pub fn add(&mut self, what: &str) {
        if self.scenario.steps.len() >= Scenario::MAX_STEPS {
            return;
        }
        let step = match what {
            "bytes" => WireStep::Bytes(vec![0x81, 0x00]),
            "wait" => WireStep::Wait { milliseconds: 500 },
            "cut" => WireStep::Cut,
            _ => {
                let hello = Payload::Bytes(b"Hello".to_vec());
                WireStep::Frame(FrameDraft::new(Opcode::Text, hello))
            }
        };
        let at = self.selected.map_or(0, |at| at + 1);
        self.scenario.steps.insert(at, step);
        self.selected = Some(at);
        self.preset = None;
    }

    /// Puts something else in the place of what is edited.
    pub fn replace(&mut self, edited: Edited) {
        if self.edited() == edited {
            return;
        }
        let step = self.selected.and_then(|at| self.scenario.steps.get_mut(at));
        match (edited, step) {
            (Edited::Step(step), Some(old)) => *old = step,
            (Edited::Handshake(handshake), None) => self.scenario.handshake = handshake,
            // Meanwhile something else is edited.
            (Edited::Step(_), None) | (Edited::Handshake(_), Some(_)) => return,
        }
        self.preset = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bench: &Bench) -> String {
        bench.scenario.to_string()
    }

    #[test]
    fn a_preset_is_one_until_it_is_changed() {
        let mut bench = Bench::with("lone-continuation");
        assert_eq!(bench.preset.map(|it| it.name), Some("lone-continuation"));
        bench.act(Act::Select, 0);
        assert!(bench.preset.is_some());
        bench.add("wait");
        assert_eq!(bench.preset, None);
        assert_eq!(text(&bench), "continuation \"lo\"\nwait 500\n");
        assert_eq!(Bench::with("<script>"), Bench::with("unmasked"));
    }

    #[test]
    fn the_handshake_is_edited_while_no_step_is() {
        let mut bench = Bench::with("half-handshake");
        let Edited::Handshake(mut handshake) = bench.edited() else {
            panic!("a step is edited");
        };
        bench.replace(bench.edited());
        assert!(bench.preset.is_some(), "nothing was changed");
        handshake.cut = Some(50);
        bench.replace(Edited::Handshake(handshake.clone()));
        assert_eq!(
            (text(&bench).as_str(), bench.preset),
            ("handshake cut 50\n", None)
        );
        bench.add("wait");
        bench.replace(Edited::Handshake(HandshakeDraft::default()));
        assert_eq!(text(&bench), "handshake cut 50\nwait 500\n");
        bench.selected = None;
        bench.add("cut");
        assert_eq!(text(&bench), "handshake cut 50\ncut\nwait 500\n");
    }

    #[test]
    fn steps_are_added_moved_copied_and_removed() {
        let mut bench = Bench::of("ping\npong".parse().unwrap());
        bench.act(Act::Down, 0);
        assert_eq!(text(&bench), "pong\nping\n");
        assert_eq!(bench.selected, Some(1));
        bench.act(Act::Copy, 1);
        bench.act(Act::Up, 2);
        bench.act(Act::Remove, 0);
        assert_eq!(text(&bench), "ping\nping\n");
        bench.add("cut");
        assert_eq!(text(&bench), "ping\ncut\nping\n");
        for _ in 0..3 {
            bench.act(Act::Remove, 0);
        }
        assert_eq!((bench.selected, bench.step()), (None, None));
        bench.act(Act::Remove, 0);
        bench.add("frame");
        assert_eq!(text(&bench), "text \"Hello\"\n");
        bench.act(Act::Up, 0);
        bench.act(Act::Down, 0);
        assert_eq!(text(&bench), "text \"Hello\"\n");
    }
}
