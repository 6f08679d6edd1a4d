//! The accept loop.

use std::convert::Infallible;
use std::future::{Future as _, poll_fn};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::sync::mpsc::Sender;
use tokio::time::sleep;
use tower::ServiceExt;

use super::Routers;
use super::lingering::{Lease, Lingering};
use crate::app::App;
use crate::wire::{Connection, Tap, TapStream, WatchEvent};

/// Accepts connections for ever.
pub(super) async fn accept(listener: &TcpListener, app: &Arc<App>, routers: &Routers) {
    let slots = Arc::new(Semaphore::new(app.config.max_connections));
    let refusals = Arc::new(Semaphore::new(MAX_REFUSALS));
    let mut pause = FIRST_PAUSE;
    loop {
        let (stream, peer) = match listener.accept().await {
            Ok(accepted) => accepted,
            Err(error) => {
                app.metrics.errors_accept.fetch_add(1, Relaxed);
                tracing::warn!(%error, ?pause, "cannot accept a connection");
                sleep(pause).await;
                pause = (pause * 2).min(LAST_PAUSE);
                continue;
            }
        };
        pause = FIRST_PAUSE;
        let lease = |slot| Lease::new(slot, app.tasks.token(), Arc::clone(&app.metrics));
        if let Ok(slot) = Arc::clone(&slots).try_acquire_owned() {
            app.metrics.connections_total.fetch_add(1, Relaxed);
            let stream = Lingering::new(stream, lease(slot));
            let watcher = app.workbench.arrived(peer);
            let router = if watcher.is_some() {
                routers.workbench.clone()
            } else {
                routers.everybody.clone()
            };
            let client = Client { peer, watcher };
            app.tasks
                .spawn(serve(Arc::clone(app), router, stream, client));
        } else {
            app.metrics.errors_refused.fetch_add(1, Relaxed);
            tracing::warn!(%peer, "refused a connection: too many are open");
            if let Ok(slot) = Arc::clone(&refusals).try_acquire_owned() {
                refuse(Lingering::new(stream, lease(slot)));
            }
        }
    }
}

/// Answers without reading the request. A new connection has room for so few bytes.
fn refuse(mut stream: Lingering) {
    stream.try_write(
        b"HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\nretry-after: 10\r\n\
          content-type: text/plain\r\ncontent-length: 30\r\n\r\ntoo many connections are open\n",
    );
}

/// Refused connections that are told so at the same time; more are just closed.
const MAX_REFUSALS: usize = 64;

/// Pauses after errors such as "too many open files", which pass when something is closed.
const FIRST_PAUSE: Duration = Duration::from_millis(10);
const LAST_PAUSE: Duration = Duration::from_secs(1);

/// Who has connected.
struct Client {
    peer: SocketAddr,
    /// Who watches the connection from its first byte on.
    watcher: Option<Sender<WatchEvent>>,
}

async fn serve(app: Arc<App>, router: Router, mut stream: Lingering, client: Client) {
    let Client { peer, watcher } = client;
    let Ok(local) = stream.prepare() else { return };
    let tap = Arc::new(Tap::new(Arc::clone(&app.metrics)));
    let connection = Connection::new(peer, local, Arc::clone(&tap));
    if let Some(watcher) = watcher {
        connection.watch_all(watcher);
    }
    let stream = TapStream::new(stream, Arc::clone(&tap), Arc::clone(&app.metrics));
    let asked = Arc::new(AtomicBool::new(false));
    let begun = Arc::clone(&asked);
    let service = service_fn(move |mut request: Request<Incoming>| {
        begun.store(true, Relaxed);
        request.extensions_mut().insert(connection.clone());
        let answer = router.clone().oneshot(request.map(Body::new));
        async move { answer.await.map_err(|never: Infallible| never) }
    });
    let serving = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIMEOUT)
        .max_buf_size(MAX_BUFFER)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    tokio::pin!(serving);
    let ended = tokio::select! {
        ended = poll_fn(|context| {
            let mut work = || serving.as_mut().poll(context);
            if app.trials.any() { tap.timed(work) } else { work() }
        }) => ended,
        // Browsers open connections in advance; one without a request has nothing to finish.
        () = app.shutdown.cancelled() => if asked.load(Relaxed) {
            serving.as_mut().graceful_shutdown();
            serving.await
        } else {
            Ok(())
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%peer, %error, "connection ended");
    }
}

/// The most bytes of a request or an answer that HTTP keeps per connection.
const MAX_BUFFER: usize = 64 * 1024;

/// How long a client may take to send the head of a request.
const HEADER_TIMEOUT: Duration = Duration::from_secs(10);
