//! The course.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use axum::Router;

use crate::app::{App, Config};

/// Where the course comes from.
#[derive(Debug)]
pub struct CourseStore {}

impl CourseStore {
    /// The embedded course, or the folder the configuration names.
    pub fn new(_config: &Config) -> Self {
        Self {}
    }
}

/// `GET /api/course`.
pub fn routes() -> Router<Arc<App>> {
    Router::new()
}

/// `spillway lessons check DIR`.
pub fn check_command(_dir: &Path) -> ExitCode {
    ExitCode::SUCCESS
}
