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
    stage: RwSignal<Stage>,
}

/// How far it has come.
#[derive(Debug, Clone, PartialEq)]
enum Stage {
    Nothing,
    Asked(Option<&'static Preset>),
    Refused(String),
    Over(ScenarioOver, Option<&'static Preset>),
}

impl Sender {
    /// Nothing sent yet.
    pub fn new(bench: RwSignal<Bench>) -> Self {
        let sender = Self {
            bench,
            wire: Wire::follow(RwSignal::new(None)),
            connection: expect_context::<Connection>(),
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
        self.stage.with(|stage| matches!(stage, Stage::Asked(_)))
    }

    /// Sends what is on the bench.
    pub fn send(self) {
        let (scenario, preset) = self
            .bench
            .with_untracked(|bench| (bench.scenario.to_string(), bench.preset));
        self.wire.clear();
        self.stage.set(Stage::Asked(preset));
        leptos::task::spawn_local(async move {
            if let Err(refusal) = self
                .connection
                .request(Command::SendScenario { scenario })
                .await
            {
                let _ = self.stage.try_set(Stage::Refused(refusal.message));
            }
        });
    }

    fn over(self, over: &ScenarioOver) {
        let preset = self.stage.with_untracked(|stage| match stage {
            Stage::Asked(preset) => Some(*preset),
            Stage::Nothing | Stage::Refused(_) | Stage::Over(..) => None,
        });
        if let Some(preset) = preset {
            self.stage.set(Stage::Over(over.clone(), preset));
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
            Stage::Asked(_) => "<p class=\"muted\">On its way …</p>".to_owned(),
            Stage::Refused(why) => {
                ["<p class=\"problem\" data-testid=\"refused\">Not sent: ", &html::escape(why), ".</p>"].concat()
            }
            Stage::Over(over, preset) => {
                let received = STANDARD.decode(&over.base64).unwrap_or_default();
                html::verdict(&verdict(over, &received, *preset))
            }
        })
    };
    view! { <div class="came" role="status" inner_html=said></div> }
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
