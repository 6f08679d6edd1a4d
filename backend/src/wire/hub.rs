//! The tokens that allow to watch a connection.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::mpsc::Sender;
use tokio::time::Instant;

use super::WatchEvent;
use crate::security::random_token;

/// Issues tokens and takes them back once.
#[derive(Debug, Default)]
pub struct Hub {
    /// Oldest first, at most [`MAX_TOKENS`].
    issued: Mutex<VecDeque<Issued>>,
}

#[derive(Debug)]
struct Issued {
    token: String,
    until: Instant,
    watcher: Sender<WatchEvent>,
}

impl Hub {
    /// No token issued yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// A token for one connection within 60 s, whose bytes go to `watcher`. The watcher's queue
    /// is its bound; give each token a channel of its own.
    pub fn issue(&self, watcher: Sender<WatchEvent>) -> String {
        let token = random_token();
        let now = Instant::now();
        let mut issued = self.issued.lock().unwrap_or_else(PoisonError::into_inner);
        issued.retain(|old| old.until > now && !old.watcher.is_closed());
        if issued.len() == MAX_TOKENS {
            issued.pop_front();
        }
        issued.push_back(Issued {
            token: token.clone(),
            until: now + LIFETIME,
            watcher,
        });
        token
    }

    /// The watcher of a token that is good; it is not good a second time.
    pub(crate) fn redeem(&self, token: &str) -> Option<Sender<WatchEvent>> {
        let now = Instant::now();
        let mut issued = self.issued.lock().unwrap_or_else(PoisonError::into_inner);
        let at = issued.iter().position(|known| known.token == token)?;
        let found = issued.remove(at)?;
        (found.until > now).then_some(found.watcher)
    }
}

/// How long a token is good.
const LIFETIME: Duration = Duration::from_secs(60);

/// Tokens kept at the same time: more than a server has pages that open a lesson in one minute.
const MAX_TOKENS: usize = 4096;

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::sync::mpsc;

    #[tokio::test(start_paused = true)]
    async fn a_token_is_good_once_and_for_a_minute() {
        let hub = Hub::new();
        let (watcher, _events) = mpsc::channel(4);
        let token = hub.issue(watcher.clone());
        assert!(hub.redeem("other").is_none());
        assert!(hub.redeem(&token).is_some());
        assert!(hub.redeem(&token).is_none());
        let late = hub.issue(watcher);
        tokio::time::advance(LIFETIME).await;
        assert!(hub.redeem(&late).is_none());
    }

    #[tokio::test]
    async fn the_number_of_tokens_is_bounded() {
        let hub = Hub::new();
        let (watcher, _events) = mpsc::channel(4);
        let first = hub.issue(watcher.clone());
        for _ in 0..MAX_TOKENS {
            hub.issue(watcher.clone());
        }
        assert!(hub.redeem(&first).is_none());
        assert_eq!(hub.issued.lock().unwrap().len(), MAX_TOKENS);
    }
}
