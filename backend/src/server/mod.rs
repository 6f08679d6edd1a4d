//! The server: `run(listener, app, shutdown)`.

mod accept;
mod lingering;

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::middleware::{from_fn_with_state, map_response};
use axum::routing::get;
use tokio::net::TcpListener;
use tokio::time::timeout;
use tower_http::trace::TraceLayer;

use crate::app::App;
use crate::{
    assets, catalogue, chat, control, course, delivery, echo, metrics, sample, security, session,
    subject, transports, upload, workbench,
};

/// Serves until `shutdown` is ready, then closes all sockets with 1001 and waits for them, at
/// most 10 s.
pub async fn run(listener: TcpListener, app: Arc<App>, shutdown: impl Future<Output = ()>) {
    let routers = Routers {
        everybody: router(Arc::clone(&app)),
        workbench: finished(workbench::routes(), Arc::clone(&app)),
    };
    if let Ok(address) = listener.local_addr() {
        app.sessions.handle_listening(address);
    }
    tokio::select! {
        () = accept::accept(&listener, &app, &routers) => {}
        () = shutdown => {}
    }
    drop(listener);
    app.shutdown.cancel();
    app.tasks.close();
    app.sessions.shutdown();
    if timeout(GRACE, app.tasks.wait()).await.is_err() {
        tracing::warn!(open = app.tasks.len(), "not everything ended in time");
    }
}

/// What a connection reaches.
struct Routers {
    everybody: Router,
    /// Of the workbench's connections.
    workbench: Router,
}

/// How long the server waits for open connections when it stops.
const GRACE: Duration = Duration::from_secs(10);

/// All routes of the server.
pub fn router(app: Arc<App>) -> Router {
    let routes = Router::new()
        .route("/healthz", get(async || "ok"))
        .merge(metrics::routes())
        .merge(course::routes())
        .merge(session::routes())
        .merge(delivery::routes())
        .merge(catalogue::routes())
        .merge(sample::routes())
        .merge(upload::routes())
        .merge(transports::routes())
        .merge(control::routes())
        .merge(chat::routes())
        .merge(echo::routes())
        .merge(subject::routes())
        .fallback(get(assets::page));
    finished(routes, app)
}

/// With what every answer goes through.
fn finished(routes: Router<Arc<App>>, app: Arc<App>) -> Router {
    routes
        .layer(from_fn_with_state(Arc::clone(&app), security::guard))
        .layer(map_response(security::add_headers))
        .layer(TraceLayer::new_for_http())
        .with_state(app)
}
