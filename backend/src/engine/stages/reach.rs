//! What a stage may reach of the server, beyond files.

use std::net::SocketAddr;
use std::sync::Arc;

use crate::database::Databases;
use crate::engine::outlets::Outlets;
use crate::upload::Uploads;

/// What the run of a page has around it.
#[derive(Debug, Default)]
pub(crate) struct Reach {
    /// Name of the run.
    pub(crate) run: String,
    /// Where stages hand out what they are written.
    pub(crate) outlets: Arc<Outlets>,
    /// What the page's session has sent.
    pub(crate) uploads: Arc<Uploads>,
    /// Where this server itself can be reached.
    pub(crate) server: Option<SocketAddr>,
    /// What can be queried.
    pub(crate) databases: Databases,
}
