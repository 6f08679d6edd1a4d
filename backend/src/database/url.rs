//! Where an operator's database is: `--database [NAME=]URL`.

use std::fmt;
use std::str::FromStr;

use sqlx::mysql::MySqlConnectOptions;
use sqlx::postgres::PgConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;
use thiserror::Error;

use super::dialect::Dialect;

/// A database that the operator of the server offers. Its password is never shown.
#[derive(Clone)]
pub struct DatabaseUrl {
    pub(super) name: String,
    pub(super) target: Target,
}

/// How to connect.
#[derive(Clone)]
pub(super) enum Target {
    Sqlite(SqliteConnectOptions),
    MySql(MySqlConnectOptions),
    Postgres(PgConnectOptions),
}

impl Target {
    pub(super) fn dialect(&self) -> Dialect {
        match self {
            Self::Sqlite(_) => Dialect::Sqlite,
            Self::MySql(_) => Dialect::MySql,
            Self::Postgres(_) => Dialect::Postgres,
        }
    }
}

/// Why `--database` cannot be taken. It repeats nothing of the URL, which may hold a password.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum DatabaseUrlError {
    /// No scheme, or another one.
    #[error("a database URL begins with sqlite:, mysql:// or postgres://")]
    Scheme,
    /// The rest of it cannot be read.
    #[error("the {0} URL cannot be read; write it like {1}")]
    Unreadable(&'static str, &'static str),
    /// It names a server and not which of its databases.
    #[error("the {0} URL names no database; write it like {1}")]
    NoDatabase(&'static str, &'static str),
    /// It cannot be what lessons call the database.
    #[error(
        "'{0}' cannot be what lessons call a database (1 to 32 letters, digits, '-' or '_', and not \
         'sample'); give it a name: --database NAME=URL"
    )]
    Name(String),
}

impl FromStr for DatabaseUrl {
    type Err = DatabaseUrlError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (given, url) = match text.split_once('=') {
            Some((name, url)) if is_name(name) => (Some(name), url),
            _ => (None, text),
        };
        let (scheme, _) = url.split_once(':').ok_or(DatabaseUrlError::Scheme)?;
        let (found, target) = match scheme {
            "sqlite" => sqlite(url)?,
            "mysql" | "mariadb" => mysql(url)?,
            "postgres" | "postgresql" => postgres(url)?,
            _ => return Err(DatabaseUrlError::Scheme),
        };
        let name = given.map_or(found, str::to_owned);
        if !is_name(&name) || name == super::SAMPLE {
            return Err(DatabaseUrlError::Name(name.chars().take(60).collect()));
        }
        Ok(Self { name, target })
    }
}

fn sqlite(url: &str) -> Result<(String, Target), DatabaseUrlError> {
    let unreadable = DatabaseUrlError::Unreadable("sqlite", "sqlite:FILE");
    let options = SqliteConnectOptions::from_str(url).map_err(|_| unreadable)?;
    let stem = options.get_filename().file_stem();
    let name = stem.map(|stem| stem.to_string_lossy().into_owned());
    let missing = DatabaseUrlError::NoDatabase("sqlite", "sqlite:FILE");
    if url.contains(":memory:") || url.contains("mode=memory") {
        return Err(missing);
    }
    Ok((name.ok_or(missing)?, Target::Sqlite(options)))
}

fn mysql(url: &str) -> Result<(String, Target), DatabaseUrlError> {
    const FORM: &str = "mysql://USER:PASSWORD@HOST/DATABASE";
    let options = MySqlConnectOptions::from_str(url)
        .map_err(|_| DatabaseUrlError::Unreadable("mysql", FORM))?;
    let name = options.get_database().map(str::to_owned);
    let name = name.ok_or(DatabaseUrlError::NoDatabase("mysql", FORM))?;
    Ok((name, Target::MySql(options)))
}

fn postgres(url: &str) -> Result<(String, Target), DatabaseUrlError> {
    const FORM: &str = "postgres://USER:PASSWORD@HOST/DATABASE";
    let options = PgConnectOptions::from_str(url)
        .map_err(|_| DatabaseUrlError::Unreadable("postgres", FORM))?;
    let name = options.get_database().map(str::to_owned);
    let name = name.ok_or(DatabaseUrlError::NoDatabase("postgres", FORM))?;
    let options = options.application_name("spillway");
    Ok((name, Target::Postgres(options)))
}

fn is_name(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    (1..=32).contains(&name.len()) && name.bytes().all(plain)
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({:?})", self.name, self.target.dialect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name_of(text: &str) -> Result<String, DatabaseUrlError> {
        text.parse().map(|url: DatabaseUrl| url.name)
    }

    #[test]
    fn a_database_is_called_what_its_url_ends_with_or_what_stands_before_it() {
        for (text, name) in [
            ("sqlite:/srv/data/towns.db", "towns"),
            ("sqlite://towns.sqlite?mode=ro", "towns"),
            ("mysql://ada:pw@db.example/school", "school"),
            ("mariadb://ada:pw@db.example/school", "school"),
            ("postgres://ada:p%3Dw@db.example:5433/school", "school"),
            (
                "geo=postgres://ada@db.example/school?sslmode=disable",
                "geo",
            ),
        ] {
            assert_eq!(name_of(text).as_deref(), Ok(name), "{text}");
        }
    }

    #[test]
    fn a_wrong_url_is_refused_without_repeating_its_password() {
        for text in [
            "towns.db",
            "mongodb://ada:s3cret@db.example/school",
            "mysql://ada:s3cret@db.example",
            "postgres://ada:s3cret@db.example:port/school",
            "mysql://ada:s3cret@db.example/a%20b",
            "sqlite::memory:",
            "sample=sqlite:/srv/towns.db",
        ] {
            let error = name_of(text).unwrap_err().to_string();
            assert!(!error.contains("s3cret"), "{error}");
            assert!(!error.contains('\n'), "{error}");
        }
    }

    #[test]
    fn a_password_does_not_get_into_a_log() {
        let url: DatabaseUrl = "mysql://ada:s3cret@db.example/school".parse().unwrap();
        assert_eq!(format!("{url:?}"), "school (MySql)");
    }
}
