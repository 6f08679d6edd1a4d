//! Page sessions: whoever holds a session's secret id may act on its runs. A session lives as
//! long as its page is connected, and 30 s longer.

mod routes;

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use spillway_lessons::{Judge, Lesson};
use spillway_protocol::control::Message;
use tokio::sync::mpsc;

use crate::engine::outlets::Outlets;
use crate::engine::{Env, Outbox, RunHandle};
use crate::security::random_token;
use crate::upload::Uploads;
use crate::workbench::Allowance;

pub use self::routes::routes;

/// All page sessions.
#[derive(Debug)]
pub struct Sessions {
    env: Env,
    linger: Duration,
    sessions: Mutex<HashMap<String, Arc<Session>>>,
}

/// How long a session waits for its page to come back.
pub(crate) const LINGER: Duration = Duration::from_secs(30);

/// Sessions kept at the same time; each needs a connection, or had one in the last 30 s.
const MAX_SESSIONS: usize = 20_000;

/// One page session.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) id: String,
    pub(crate) outbox: Arc<Outbox>,
    /// Rises with each page that connects, so that the one that left late ends nothing.
    attached: AtomicU64,
    runs: Mutex<HashMap<String, RunHandle>>,
    /// No run is kept any more. Set while the runs are locked.
    ended: AtomicBool,
    /// What was reached in each lesson; a new run of the lesson goes on with it.
    judges: Mutex<HashMap<String, Arc<Mutex<Judge>>>>,
    captures: AtomicU64,
    /// How often it may use the workbench.
    pub(crate) allowance: Allowance,
    /// What the page has sent for its runs to read.
    pub(crate) uploads: Arc<Uploads>,
}

impl Sessions {
    /// Sessions that wait so long for their page.
    pub(crate) fn new(env: Env, linger: Duration) -> Self {
        Self {
            env,
            linger,
            sessions: Mutex::default(),
        }
    }

    /// What every run shares.
    pub(crate) fn env(&self) -> &Env {
        &self.env
    }

    /// The server listens at this address: stages may ask it for something. An address that stands
    /// for all of the machine's is reached by loopback.
    pub(crate) fn handle_listening(&self, mut address: SocketAddr) {
        if address.ip().is_unspecified() {
            let loopback = match address {
                SocketAddr::V4(_) => IpAddr::from(Ipv4Addr::LOCALHOST),
                SocketAddr::V6(_) => IpAddr::from(Ipv6Addr::LOCALHOST),
            };
            address.set_ip(loopback);
        }
        self.env.address.get_or_init(|| address);
    }

    /// The session of this id, or a new one. `None` when there are too many.
    pub(crate) fn open(&self, id: Option<&str>) -> Option<Arc<Session>> {
        let mut sessions = lock(&self.sessions);
        if let Some(known) = id.and_then(|id| sessions.get(id)) {
            return Some(Arc::clone(known));
        }
        if sessions.len() >= MAX_SESSIONS {
            return None;
        }
        let session = Arc::new(Session {
            id: random_token(),
            outbox: Arc::default(),
            attached: AtomicU64::new(0),
            runs: Mutex::default(),
            ended: AtomicBool::new(false),
            judges: Mutex::default(),
            captures: AtomicU64::new(0),
            allowance: Allowance::default(),
            uploads: Arc::default(),
        });
        sessions.insert(session.id.clone(), Arc::clone(&session));
        Some(session)
    }

    /// Ends a session: its runs are let go and its page's connection is closed. Answers whether
    /// there was one.
    pub(crate) fn end(&self, id: &str) -> bool {
        let ended = lock(&self.sessions).remove(id);
        if let Some(session) = &ended {
            session.end_runs();
            session.uploads.close();
            session.outbox.detach();
        }
        ended.is_some()
    }

    /// Ends all runs and frees what they hold.
    pub fn shutdown(&self) {
        for (_, session) in lock(&self.sessions).drain() {
            session.end_runs();
            session.uploads.close();
        }
    }

    /// A page has left: unless it comes back in time, its session ends.
    pub(crate) async fn linger(&self, session: &Session, attachment: u64) {
        tokio::time::sleep(self.linger).await;
        if !session.has_moved_from(attachment) {
            self.end(&session.id);
        }
    }

    /// The finished output of a run, found by the run's secret name.
    fn finished_output(&self, run: &str, name: &str) -> Option<PathBuf> {
        let sessions = lock(&self.sessions);
        sessions.values().find_map(|session| {
            let runs = lock(&session.runs);
            runs.get(run)?.finished_output(name)
        })
    }

    /// The session of this id, if there is one.
    pub(crate) fn find(&self, session: &str) -> Option<Arc<Session>> {
        lock(&self.sessions).get(session).map(Arc::clone)
    }

    /// What a session has sent.
    pub(crate) fn uploads(&self, session: &str) -> Option<Arc<Uploads>> {
        let sessions = lock(&self.sessions);
        Some(Arc::clone(&sessions.get(session)?.uploads))
    }

    /// Where the stages of a run hand out what they are written, found by the run's secret name.
    pub(crate) fn outlets(&self, run: &str) -> Option<Arc<Outlets>> {
        let sessions = lock(&self.sessions);
        let mut found = sessions.values();
        found.find_map(|session| session.with_run(run, RunHandle::outlets))
    }
}

impl Session {
    /// A page has connected. What is for it comes out of the receiver; the page before it is let
    /// go. The number names this attachment for [`Sessions::linger`].
    pub(crate) fn attach(&self) -> (u64, mpsc::Receiver<Message>) {
        let attachment = self.attached.fetch_add(1, Relaxed) + 1;
        (attachment, self.outbox.attach())
    }

    /// Whether another page has connected since this attachment.
    pub(crate) fn has_moved_from(&self, attachment: u64) -> bool {
        self.attached.load(Relaxed) != attachment
    }

    /// The names of the runs that are kept.
    pub(crate) fn run_names(&self) -> Vec<String> {
        lock(&self.runs).keys().cloned().collect()
    }

    /// Asks every run for a snapshot.
    pub(crate) fn ask_snapshots(&self) {
        for run in lock(&self.runs).values() {
            run.ask_snapshot();
        }
    }

    /// Keeps a run. One that was started while its session ended is let go at once.
    pub(crate) fn keep(&self, name: String, run: RunHandle) {
        let mut runs = lock(&self.runs);
        if !self.ended.load(Relaxed) {
            runs.insert(name, run);
        }
    }

    fn end_runs(&self) {
        let mut runs = lock(&self.runs);
        self.ended.store(true, Relaxed);
        runs.clear();
    }

    /// Does something with a run; `None` when there is no such run.
    pub(crate) fn with_run<T>(&self, name: &str, act: impl FnOnce(&RunHandle) -> T) -> Option<T> {
        lock(&self.runs).get(name).map(act)
    }

    /// Ends a run. Answers whether there was one.
    pub(crate) fn end_run(&self, name: &str) -> bool {
        lock(&self.runs).remove(name).is_some()
    }

    /// The judge of a lesson, which knows what was reached before.
    pub(crate) fn judge(&self, address: &str, lesson: &Lesson) -> Arc<Mutex<Judge>> {
        let mut judges = lock(&self.judges);
        let judge = judges
            .entry(address.to_owned())
            .or_insert_with(|| Arc::new(Mutex::new(lesson.judge())));
        Arc::clone(judge)
    }

    /// A name for the next capture.
    pub(crate) fn next_capture(&self) -> u64 {
        self.captures.fetch_add(1, Relaxed) + 1
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use tokio::time::Instant;

    use super::*;
    use crate::engine::Quotas;
    use crate::engine::testing::env;

    fn sessions() -> (Sessions, tempfile::TempDir) {
        let (env, folder) = env(Quotas::default());
        (Sessions::new(env, LINGER), folder)
    }

    #[tokio::test(start_paused = true)]
    async fn a_session_waits_30_s_for_its_page_and_then_ends() {
        let (sessions, _folder) = sessions();
        let session = sessions.open(None).unwrap();
        let (attachment, _pushes) = session.attach();
        let left = Instant::now();
        sessions.linger(&session, attachment).await;
        assert_eq!(left.elapsed().as_secs(), 30);
        assert!(!sessions.end(&session.id), "it has ended already");
    }

    #[tokio::test(start_paused = true)]
    async fn a_page_that_comes_back_in_time_keeps_its_session() {
        let (sessions, _folder) = sessions();
        let session = sessions.open(None).unwrap();
        let (first, _pushes) = session.attach();
        let back = sessions.open(Some(&session.id)).unwrap();
        assert_eq!(back.id, session.id);
        let (_second, _pushes) = back.attach();
        sessions.linger(&session, first).await;
        assert!(sessions.end(&session.id), "it is still there");
    }
}
