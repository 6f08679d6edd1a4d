//! Why a database cannot be used, or failed.

use thiserror::Error;

/// Why a database cannot be used, or failed.
#[derive(Debug, Error)]
pub enum DatabaseError {
    /// The server offers none of this name.
    #[error("there is no database '{name}'; there {known}")]
    Unknown {
        /// What was asked for.
        name: String,
        /// "is sample", or "are sample, school".
        known: String,
    },
    /// The database has no such table.
    #[error("the database '{database}' has no table '{table}'; its tables are {known}")]
    NoTable {
        /// Which database.
        database: String,
        /// What was asked for.
        table: String,
        /// What there is.
        known: String,
    },
    /// What was asked for does not fit the table.
    #[error("{0}")]
    Select(String),
    /// All connections are taken.
    #[error(
        "all {limit} connections to the database '{database}' are in use; try again in a moment"
    )]
    Busy {
        /// Which database.
        database: String,
        /// How many the server opens at most.
        limit: usize,
    },
    /// It cannot be reached.
    #[error("cannot open the database '{database}': {reason}")]
    Unreachable {
        /// Which database.
        database: String,
        /// What was said.
        reason: String,
    },
    /// The connection broke.
    #[error("the database '{database}' went away while {doing}: {reason}")]
    WentAway {
        /// Which database.
        database: String,
        /// What was going on.
        doing: String,
        /// What was said.
        reason: String,
    },
    /// It refused.
    #[error("the database '{database}' refused while {doing}: {reason}")]
    Refused {
        /// Which database.
        database: String,
        /// What was going on.
        doing: String,
        /// What was said.
        reason: String,
    },
    /// A run's own table has reached its size.
    #[error("a run's table may hold {limit} bytes, and it is full after {rows} rows")]
    Full {
        /// Bytes.
        limit: u64,
        /// Rows that fitted.
        rows: u64,
    },
    /// The sample database cannot be made.
    #[error("cannot make the sample database: {0}")]
    Sample(String),
}

impl DatabaseError {
    pub(super) fn of(database: &str, doing: impl Into<String>, error: &sqlx::Error) -> Self {
        let (database, doing, reason) = (database.to_owned(), doing.into(), reason(error));
        if is_lost(error) {
            Self::WentAway {
                database,
                doing,
                reason,
            }
        } else {
            Self::Refused {
                database,
                doing,
                reason,
            }
        }
    }
}

/// What was said, in one line.
pub(crate) fn reason(error: &sqlx::Error) -> String {
    let text = match error {
        sqlx::Error::Database(error) => error.message().to_owned(),
        sqlx::Error::Io(error) => error.to_string(),
        sqlx::Error::WorkerCrashed => "its thread ended".to_owned(),
        error => error.to_string(),
    };
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn is_lost(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) | sqlx::Error::Protocol(_) | sqlx::Error::WorkerCrashed => true,
        // PostgreSQL's "the server is being shut down" and its kin; MariaDB's for a killed session.
        sqlx::Error::Database(error) => error
            .code()
            .is_some_and(|code| code.starts_with("57P") || code == "70100"),
        _ => false,
    }
}
