//! What the page has of a session: what it asks for, and what it is told.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use spillway_protocol::control::{Command, Message, Request};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::app::App;
use crate::command::carry_out;
use crate::session::Session;

/// A session of the checker.
pub(super) struct Page {
    pub(super) app: Arc<App>,
    pub(super) session: Arc<Session>,
    /// Where the server listens.
    pub(super) server: SocketAddr,
    /// `chapter/lesson`.
    pub(super) lesson: String,
    told: watch::Receiver<Told>,
    hearing: JoinHandle<()>,
}

/// What the server has said so far.
#[derive(Debug, Clone, Default)]
struct Told {
    reached: Vec<bool>,
    /// Scenarios that are over.
    scenarios: u64,
    /// Captures that are over.
    captures: u64,
}

impl Page {
    /// A new session, for a lesson.
    pub(super) fn open(app: &Arc<App>, lesson: &str) -> Result<Self, String> {
        let session = app.sessions.open(None);
        let session = session.ok_or("the server has no session for it")?;
        let server = app.sessions.env().address.get();
        let server = *server.ok_or("the server does not listen")?;
        let (_, mut messages) = session.attach();
        let (tell, told) = watch::channel(Told::default());
        let hearing = tokio::spawn(async move {
            while let Some(message) = messages.recv().await {
                tell.send_modify(|told| match message {
                    Message::Goals { reached, .. } => told.reached = reached,
                    Message::ScenarioOver(_) => told.scenarios += 1,
                    Message::WireClosed { .. } => told.captures += 1,
                    _ => {}
                });
            }
        });
        Ok(Self {
            app: Arc::clone(app),
            session,
            server,
            lesson: lesson.to_owned(),
            told,
            hearing,
        })
    }

    /// Asks the server for something.
    pub(super) async fn ask(&self, command: Command) -> Result<Message, String> {
        let request = Request { id: 1, command };
        let answer = carry_out(&self.app, &self.session, request).await;
        answer.map_err(|refusal| format!("the server refused: {}", refusal.message))
    }

    /// The goals that are reached, in their order.
    pub(super) fn reached(&self) -> Vec<bool> {
        self.told.borrow().reached.clone()
    }

    /// Waits until all of so many goals are reached, or the time is up.
    pub(super) async fn until_reached(&mut self, goals: usize, within: Duration) {
        let all = |told: &Told| told.reached.iter().filter(|reached| **reached).count() >= goals;
        timeout(within, self.told.wait_for(all)).await.ok();
    }

    /// Waits until this goal, from 1, is reached. Answers whether it is.
    pub(super) async fn until_goal(&mut self, goal: usize, within: Duration) -> bool {
        let is = |told: &Told| told.reached.get(goal - 1) == Some(&true);
        let waited = timeout(within, self.told.wait_for(is)).await;
        matches!(waited, Ok(Ok(_)))
    }

    /// Sends a scenario and waits for its end.
    pub(super) async fn send_scenario(
        &mut self,
        scenario: &str,
        within: Duration,
    ) -> Result<(), String> {
        let (scenarios, captures) = {
            let told = self.told.borrow();
            (told.scenarios, told.captures)
        };
        self.ask(Command::SendScenario {
            scenario: scenario.to_owned(),
            lesson: Some(self.lesson.clone()),
            question: None,
        })
        .await?;
        let over = |told: &Told| told.scenarios > scenarios && told.captures > captures;
        let waited = timeout(within, self.told.wait_for(over)).await;
        waited
            .map(drop)
            .map_err(|_| "the scenario does not come to its end".to_owned())
    }

    /// A token for a connection that the lesson's goals are judged by.
    pub(super) async fn watch_token(&self) -> Result<String, String> {
        let lesson = Some(self.lesson.clone());
        match self.ask(Command::Watch { lesson }).await? {
            Message::WatchToken { token, .. } => Ok(token),
            _ => Err("the server's answer is no token".to_owned()),
        }
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        self.hearing.abort();
        self.app.sessions.end(&self.session.id);
    }
}
