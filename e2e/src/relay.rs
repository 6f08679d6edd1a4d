//! A relay between browser and server that copies bytes and keeps them.

use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Result;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

/// What crossed one connection so far.
#[derive(Debug, Clone, Default)]
pub struct Recording {
    /// From the browser.
    pub to_server: Vec<u8>,
    /// From the server.
    pub to_client: Vec<u8>,
}

/// A relay on a port of its own. Dropped, it cuts its connections.
#[derive(Debug)]
pub struct Relay {
    port: u16,
    recordings: Arc<Mutex<Vec<Recording>>>,
    task: JoinHandle<()>,
}

#[derive(Clone, Copy)]
enum Way {
    ToServer,
    ToClient,
}

impl Relay {
    /// Opens a relay to `server`.
    ///
    /// # Errors
    /// When there is no free port.
    pub async fn to(server: String) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let port = listener.local_addr()?.port();
        let recordings = Arc::default();
        let task = tokio::spawn(accept(listener, server, Arc::clone(&recordings)));
        Ok(Self {
            port,
            recordings,
            task,
        })
    }

    /// The whole address of a path, through the relay.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// What crossed the connections whose first request is for an address that begins with `path`.
    #[must_use]
    pub fn recordings(&self, path: &str) -> Vec<Recording> {
        let begins = format!("GET {path}");
        let recordings = lock(&self.recordings);
        let of_path = recordings
            .iter()
            .filter(|recording| recording.to_server.starts_with(begins.as_bytes()));
        of_path.cloned().collect()
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn accept(listener: TcpListener, server: String, recordings: Arc<Mutex<Vec<Recording>>>) {
    let mut connections = JoinSet::new();
    while let Ok((browser, _)) = listener.accept().await {
        let Ok(server) = TcpStream::connect(&server).await else {
            continue;
        };
        let at = {
            let mut recordings = lock(&recordings);
            recordings.push(Recording::default());
            recordings.len() - 1
        };
        connections.spawn(carry(browser, server, Arc::clone(&recordings), at));
    }
}

async fn carry(
    browser: TcpStream,
    server: TcpStream,
    recordings: Arc<Mutex<Vec<Recording>>>,
    at: usize,
) {
    let (from_browser, to_browser) = browser.into_split();
    let (from_server, to_server) = server.into_split();
    let keep = |way: Way| {
        let recordings = &recordings;
        move |bytes: &[u8]| {
            let recording = &mut lock(recordings)[at];
            match way {
                Way::ToServer => recording.to_server.extend_from_slice(bytes),
                Way::ToClient => recording.to_client.extend_from_slice(bytes),
            }
        }
    };
    // A connection that breaks ends here as it does on the other side.
    let _ended = tokio::join!(
        copy(from_browser, to_server, keep(Way::ToServer)),
        copy(from_server, to_browser, keep(Way::ToClient)),
    );
}

async fn copy(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    keep: impl Fn(&[u8]),
) -> std::io::Result<()> {
    let mut buffer = [0; 16 * 1024];
    loop {
        let count = from.read(&mut buffer).await?;
        if count == 0 {
            return to.shutdown().await;
        }
        // Kept before it is passed on: what the page shows has been recorded.
        keep(&buffer[..count]);
        to.write_all(&buffer[..count]).await?;
    }
}

fn lock(recordings: &Mutex<Vec<Recording>>) -> std::sync::MutexGuard<'_, Vec<Recording>> {
    recordings.lock().unwrap_or_else(PoisonError::into_inner)
}
