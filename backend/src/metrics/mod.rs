//! Counters of the server and `GET /metrics`.

use std::fmt::{self, Write as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use axum::Router;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::get;
use spillway_streams::Outcome;

use crate::app::App;
use crate::engine::Counts;

/// Plain counters that any part of the server may raise with `Ordering::Relaxed`.
#[derive(Debug, Default)]
pub struct Metrics {
    /// TCP connections open now, upgraded ones included.
    pub connections: AtomicU64,
    /// TCP connections accepted so far.
    pub connections_total: AtomicU64,
    /// Chat rooms kept now.
    pub rooms: AtomicU64,
    /// Runs kept now.
    pub runs: AtomicU64,
    /// What runs have open now.
    pub(crate) open: Arc<Counts>,
    /// Uploads kept or on their way in now.
    pub uploads: AtomicU64,
    /// Runs that came to their end with everything written.
    pub runs_completed: AtomicU64,
    /// Runs that a failed stage ended.
    pub runs_failed: AtomicU64,
    /// Runs that a quota ended.
    pub runs_stopped: AtomicU64,
    /// Operations of runs that wait for a CPU slot now.
    pub slot_waiting: AtomicU64,
    /// Bytes read from sockets.
    pub bytes_to_server: AtomicU64,
    /// Bytes written to sockets.
    pub bytes_to_client: AtomicU64,
    /// Bytes that entered pipelines.
    pub run_bytes: AtomicU64,
    /// Chunk events of runs that were thinned out on the way to a page.
    pub dropped_run_events: AtomicU64,
    /// Watched pieces of a wire that a page was too slow for.
    pub dropped_wire_events: AtomicU64,
    /// Readers closed because they were too slow.
    pub errors_slow_reader: AtomicU64,
    /// Connections refused because too many were open.
    pub errors_refused: AtomicU64,
    /// Connections that could not be accepted.
    pub errors_accept: AtomicU64,
    /// Sockets closed for a violation of the protocol.
    pub errors_protocol: AtomicU64,
    /// Stages that failed.
    pub errors_stage: AtomicU64,
}

/// `GET /metrics`.
pub fn routes() -> Router<Arc<App>> {
    Router::new().route("/metrics", get(show))
}

async fn show(State(app): State<Arc<App>>) -> impl IntoResponse {
    (
        [(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")],
        app.metrics.to_string(),
    )
}

impl fmt::Display for Metrics {
    /// Prometheus' text format.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for family in self.families() {
            writeln!(f, "# HELP {} {}", family.name, family.help)?;
            writeln!(f, "# TYPE {} {}", family.name, family.kind)?;
            for (labels, value) in &family.samples {
                f.write_str(family.name)?;
                if !labels.is_empty() {
                    write!(f, "{{{labels}}}")?;
                }
                f.write_char(' ')?;
                writeln!(f, "{}", value.load(Relaxed))?;
            }
        }
        Ok(())
    }
}

/// Figures with one name, told apart by labels.
struct Family<'a> {
    name: &'static str,
    kind: &'static str,
    help: &'static str,
    samples: Vec<(&'static str, &'a AtomicU64)>,
}

impl Metrics {
    /// A run came to its end.
    pub(crate) fn count_over(&self, outcome: &Outcome) {
        let counter = match outcome {
            Outcome::Completed => &self.runs_completed,
            Outcome::Failed { .. } => {
                self.errors_stage.fetch_add(1, Relaxed);
                &self.runs_failed
            }
            Outcome::Stopped { .. } => &self.runs_stopped,
        };
        counter.fetch_add(1, Relaxed);
    }

    fn families(&self) -> Vec<Family<'_>> {
        let mut families = self.of_the_server();
        families.extend(self.of_runs());
        families
    }

    /// Connections, the chat, and what went wrong.
    fn of_the_server(&self) -> Vec<Family<'_>> {
        vec![
            family(
                "spillway_connections",
                "gauge",
                "Open TCP connections.",
                vec![("", &self.connections)],
            ),
            family(
                "spillway_connections_total",
                "counter",
                "Accepted TCP connections.",
                vec![("", &self.connections_total)],
            ),
            family(
                "spillway_rooms",
                "gauge",
                "Chat rooms kept.",
                vec![("", &self.rooms)],
            ),
            family(
                "spillway_uploads",
                "gauge",
                "Uploads kept or on their way in.",
                vec![("", &self.uploads)],
            ),
            family(
                "spillway_bytes_total",
                "counter",
                "Bytes that crossed sockets.",
                vec![
                    ("direction=\"to_server\"", &self.bytes_to_server),
                    ("direction=\"to_client\"", &self.bytes_to_client),
                ],
            ),
            family(
                "spillway_dropped_events_total",
                "counter",
                "Events left out because a watcher was too slow.",
                vec![
                    ("what=\"run\"", &self.dropped_run_events),
                    ("what=\"wire\"", &self.dropped_wire_events),
                ],
            ),
            family(
                "spillway_errors_total",
                "counter",
                "Errors by kind.",
                vec![
                    ("kind=\"slow_reader\"", &self.errors_slow_reader),
                    ("kind=\"refused\"", &self.errors_refused),
                    ("kind=\"accept\"", &self.errors_accept),
                    ("kind=\"protocol\"", &self.errors_protocol),
                    ("kind=\"stage\"", &self.errors_stage),
                ],
            ),
        ]
    }

    /// Runs.
    fn of_runs(&self) -> Vec<Family<'_>> {
        vec![
            family(
                "spillway_runs",
                "gauge",
                "Runs kept.",
                vec![("", &self.runs)],
            ),
            family(
                "spillway_runs_over_total",
                "counter",
                "Runs that came to their end, by how.",
                vec![
                    ("how=\"completed\"", &self.runs_completed),
                    ("how=\"failed\"", &self.runs_failed),
                    ("how=\"stopped\"", &self.runs_stopped),
                ],
            ),
            family(
                "spillway_run_resources",
                "gauge",
                "What the stages of runs have open.",
                vec![
                    ("what=\"file\"", &self.open.files),
                    ("what=\"socket\"", &self.open.sockets),
                    ("what=\"timer\"", &self.open.timers),
                ],
            ),
            family(
                "spillway_slot_waiting",
                "gauge",
                "Operations of runs that wait for a CPU slot.",
                vec![("", &self.slot_waiting)],
            ),
            family(
                "spillway_run_bytes_total",
                "counter",
                "Bytes that entered pipelines.",
                vec![("", &self.run_bytes)],
            ),
        ]
    }
}

fn family<'a>(
    name: &'static str,
    kind: &'static str,
    help: &'static str,
    samples: Vec<(&'static str, &'a AtomicU64)>,
) -> Family<'a> {
    Family {
        name,
        kind,
        help,
        samples,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_family_has_help_type_and_a_value() {
        let metrics = Metrics::default();
        metrics.bytes_to_client.fetch_add(7, Relaxed);
        let text = metrics.to_string();
        assert!(
            text.contains("# TYPE spillway_connections gauge\nspillway_connections 0\n"),
            "{text}"
        );
        assert!(
            text.contains("spillway_bytes_total{direction=\"to_client\"} 7\n"),
            "{text}"
        );
        assert!(
            text.contains("spillway_dropped_events_total{what=\"wire\"} 0\n"),
            "{text}"
        );
    }
}
