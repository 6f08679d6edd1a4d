//! A scenario on its way, and what came of it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use leptos::prelude::*;
use spillway_protocol::control::{Command, Direction, Message, ScenarioOver};
use spillway_websocket::{ItemKind, Preset};

use crate::components::wire::state::Wire;
use crate::connection::Connection;
use crate::html;
use crate::model::wire::{Entry, WireLog};
use crate::model::workbench::Bench;
use crate::words::workbench::verdict;

/// Sends what is on the bench. Copies are the same.
#[derive(Clone, Copy)]
pub struct Sender {
    bench: RwSignal<Bench>,
    /// The bytes of the connection.
    pub wire: Wire,
    connection: Connection,
    lesson: StoredValue<Option<String>>,
    stage: RwSignal<Stage>,
}

/// How far it has come.
#[derive(Debug, Clone, PartialEq)]
enum Stage {
    Nothing,
    Asked(Option<&'static Preset>, String),
    Refused(String),
    /// With the scenario as it was sent.
    Over(ScenarioOver, Option<&'static Preset>, String),
}

impl Sender {
    /// Nothing sent yet.
    pub fn new(bench: RwSignal<Bench>, lesson: Option<String>) -> Self {
        let sender = Self {
            bench,
            wire: Wire::follow(RwSignal::new(None)),
            connection: expect_context::<Connection>(),
            lesson: StoredValue::new(lesson),
            stage: RwSignal::new(Stage::Nothing),
        };
        sender.connection.on_message(move |message| match message {
            Message::ScenarioOver(over) => sender.over(over),
            Message::WireClosed { .. } => {
                sender.wire.chosen.set(sender.wire.log.peek(worth_a_look))
            }
            _ => {}
        });
        sender
    }

    /// Whether one is under way.
    pub fn is_busy(self) -> bool {
        self.stage.with(|stage| matches!(stage, Stage::Asked(..)))
    }

    /// Sends what is on the bench.
    pub fn send(self) {
        let (scenario, preset) = self
            .bench
            .with_untracked(|bench| (bench.scenario.to_string(), bench.preset));
        let lesson = self.lesson.get_value();
        self.wire.clear();
        self.stage.set(Stage::Asked(preset, scenario.clone()));
        leptos::task::spawn_local(async move {
            if let Err(refusal) = self
                .connection
                .request(Command::SendScenario {
                    scenario,
                    lesson,
                    question: None,
                })
                .await
            {
                let _ = self.stage.try_set(Stage::Refused(refusal.message));
            }
        });
    }

    fn over(self, over: &ScenarioOver) {
        let asked = self.stage.with_untracked(|stage| match stage {
            Stage::Asked(preset, scenario) => Some((*preset, scenario.clone())),
            Stage::Nothing | Stage::Refused(_) | Stage::Over(..) => None,
        });
        if let Some((preset, scenario)) = asked {
            self.stage.set(Stage::Over(over.clone(), preset, scenario));
        }
    }
}

/// What came of it, in words.
#[component]
pub fn Answer(
    /// Who sent it.
    sender: Sender,
) -> impl IntoView {
    let said = move || {
        sender.stage.with(|stage| match stage {
            Stage::Nothing => {
                "<p class=\"muted\">Press Send: what the server answers will be here, and every byte of both directions below.</p>".to_owned()
            }
            Stage::Asked(..) => "<p class=\"muted\">On its way …</p>".to_owned(),
            Stage::Refused(why) => {
                ["<p class=\"problem\" data-testid=\"refused\">Not sent: ", &html::escape(why), ".</p>"].concat()
            }
            Stage::Over(over, preset, _) => {
                let received = STANDARD.decode(&over.base64).unwrap_or_default();
                html::verdict(&verdict(over, &received, *preset))
            }
        })
    };
    let stale = Memo::new(move |_| {
        let now = sender.bench.with(|bench| bench.scenario.to_string());
        sender
            .stage
            .with(|stage| matches!(stage, Stage::Over(_, _, sent) if *sent != now))
    });
    view! {
        <div class="came" role="status" class:stale=stale>
            {move || {
                stale
                    .get()
                    .then(|| view! { <p class="muted" data-testid="stale">"What was sent before, and not what is made now:"</p> })
            }}
            <div inner_html=said></div>
        </div>
    }
}

/// The first frame that breaks a rule, else the last thing the server sent.
fn worth_a_look(log: &WireLog) -> Option<u64> {
    let broken = |entry: &&Entry| match &entry.item.kind {
        ItemKind::Frame(frame) => {
            entry.direction == Direction::ToServer && !frame.faults.is_empty()
        }
        ItemKind::Damaged(_) => true,
        ItemKind::Request(_) | ItemKind::Response(_) => false,
    };
    let entries = log.entries();
    let answer = || {
        entries
            .iter()
            .rev()
            .find(|entry| entry.direction == Direction::ToClient)
    };
    entries
        .iter()
        .find(broken)
        .or_else(answer)
        .map(|entry| entry.key)
}
