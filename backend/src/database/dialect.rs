//! Where the three databases differ in what they are told.

/// The language a database speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// SQLite.
    Sqlite,
    /// MySQL and MariaDB.
    MySql,
    /// PostgreSQL.
    Postgres,
}

/// What the values of a column are to us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    /// Numbers.
    Number,
    /// `true` and `false`.
    Boolean,
    /// Bytes, which are shown in hexadecimal.
    Bytes,
    /// Everything else, as text.
    Text,
}

/// What a column of a run's own table holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ColumnType {
    /// Whole numbers of 64 bits.
    Integer,
    /// Floating point numbers of 64 bits.
    Real,
    /// Text.
    Text,
}

impl Dialect {
    /// A name as part of a statement, whatever it contains.
    pub(super) fn quote(self, name: &str) -> String {
        match self {
            Self::Sqlite | Self::Postgres => format!("\"{}\"", name.replace('"', "\"\"")),
            Self::MySql => format!("`{}`", name.replace('`', "``")),
        }
    }

    /// The place of a value, counted from 1.
    pub(super) fn parameter(self, number: usize) -> String {
        match self {
            Self::Sqlite | Self::MySql => "?".to_owned(),
            Self::Postgres => format!("${number}"),
        }
    }

    /// Most values one statement may have.
    pub(super) fn most_values(self) -> usize {
        match self {
            Self::Sqlite => 32_766,
            Self::MySql | Self::Postgres => 65_535,
        }
    }

    /// A column's value as text, so that every type there is can be shown.
    pub(super) fn as_text(self, name: &str, class: Class) -> String {
        let name = self.quote(name);
        match (self, class) {
            // What a value is does not depend on its column here.
            (Self::Sqlite, _) => {
                format!(
                    "CASE typeof({name}) WHEN 'blob' THEN hex({name}) ELSE CAST({name} AS TEXT) END"
                )
            }
            (Self::MySql, Class::Bytes) => format!("HEX({name})"),
            (Self::MySql, _) => format!("CAST({name} AS CHAR)"),
            (Self::Postgres, Class::Bytes) => format!("encode({name}, 'hex')"),
            (Self::Postgres, _) => format!("{name}::text"),
        }
    }

    /// `=` or `!=` between a column's text and a value, byte for byte as the CSV filter compares.
    pub(super) fn compare_text(self, name: &str, class: Class, op: &str, place: &str) -> String {
        let text = self.as_text(name, class);
        match self {
            Self::Sqlite => format!("{text} COLLATE BINARY {op} {place}"),
            Self::MySql => format!(
                "CAST(CONVERT({text} USING utf8mb4) AS BINARY) {op} CAST({place} AS BINARY)"
            ),
            Self::Postgres => format!("{text} COLLATE \"C\" {op} {place}"),
        }
    }

    /// The class of a column by what the database calls its type.
    pub(super) fn class(self, type_name: &str) -> Class {
        let name = type_name.split('(').next().unwrap_or_default();
        let name = name.trim().to_ascii_lowercase();
        let name = name.strip_suffix(" unsigned").unwrap_or(&name);
        match name {
            "int" | "integer" | "tinyint" | "smallint" | "mediumint" | "bigint" | "int2"
            | "int4" | "int8" | "real" | "double" | "double precision" | "float" | "numeric"
            | "decimal" => Class::Number,
            "boolean" | "bool" if self == Self::Postgres => Class::Boolean,
            "boolean" | "bool" => Class::Number,
            "blob" | "tinyblob" | "mediumblob" | "longblob" | "binary" | "varbinary" | "bytea" => {
                Class::Bytes
            }
            _ => Class::Text,
        }
    }

    /// The type of a column in a run's own table. A text that is a key must have an end in MySQL.
    pub(super) fn column_type(self, kind: ColumnType, key: bool) -> &'static str {
        match (self, kind) {
            (Self::Sqlite, ColumnType::Integer) => "INTEGER",
            (Self::Sqlite, ColumnType::Real) => "REAL",
            (_, ColumnType::Integer) => "BIGINT",
            (Self::MySql, ColumnType::Real) => "DOUBLE",
            (Self::Postgres, ColumnType::Real) => "DOUBLE PRECISION",
            (Self::MySql, ColumnType::Text) if key => "VARCHAR(255)",
            (Self::MySql, ColumnType::Text) => "LONGTEXT",
            (Self::Sqlite | Self::Postgres, ColumnType::Text) => "TEXT",
        }
    }

    /// How a run's own table is made: a temporary one on a server, which forgets it with the
    /// connection, whatever ends that.
    pub(super) fn create_table(self) -> &'static str {
        match self {
            Self::Sqlite => "CREATE TABLE",
            Self::MySql | Self::Postgres => "CREATE TEMPORARY TABLE",
        }
    }

    /// What follows the columns of a run's own table. Not every engine of MariaDB has transactions.
    pub(super) fn table_options(self) -> &'static str {
        match self {
            Self::Sqlite | Self::Postgres => "",
            Self::MySql => " ENGINE = InnoDB CHARACTER SET utf8mb4",
        }
    }

    /// Lists the names of tables and views.
    pub(super) fn list_tables(self) -> &'static str {
        match self {
            Self::Sqlite => {
                "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') \
                 AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name"
            }
            Self::MySql => {
                "SELECT CAST(table_name AS CHAR) FROM information_schema.tables \
                 WHERE table_schema = DATABASE() ORDER BY table_name"
            }
            Self::Postgres => {
                "SELECT table_name::text FROM information_schema.tables \
                 WHERE table_schema = current_schema() ORDER BY table_name"
            }
        }
    }

    /// Lists the columns of a table: name, type.
    pub(super) fn list_columns(self) -> &'static str {
        match self {
            Self::Sqlite => "SELECT name, type FROM pragma_table_info(?) ORDER BY cid",
            Self::MySql => {
                "SELECT CAST(column_name AS CHAR), CAST(data_type AS CHAR) \
                 FROM information_schema.columns \
                 WHERE table_schema = DATABASE() AND CAST(table_name AS BINARY) = CAST(? AS BINARY) \
                 ORDER BY ordinal_position"
            }
            Self::Postgres => {
                "SELECT column_name::text, data_type::text FROM information_schema.columns \
                 WHERE table_schema = current_schema() AND table_name = $1 \
                 ORDER BY ordinal_position"
            }
        }
    }

    /// Keeps a session from changing anything, whatever its user may do.
    pub(super) fn read_only(self) -> &'static str {
        match self {
            Self::Sqlite => "PRAGMA query_only = ON",
            Self::MySql => "SET SESSION TRANSACTION READ ONLY",
            Self::Postgres => "SET default_transaction_read_only = on",
        }
    }

    /// Asks a server what it calls this session.
    pub(super) fn session_id(self) -> Option<&'static str> {
        match self {
            Self::Sqlite => None,
            Self::MySql => Some("SELECT CAST(CONNECTION_ID() AS CHAR)"),
            Self::Postgres => Some("SELECT pg_backend_pid()::text"),
        }
    }

    /// Ends a session of the same user.
    pub(super) fn end_session(self, id: u64) -> Option<String> {
        match self {
            Self::Sqlite => None,
            Self::MySql => Some(format!("KILL {id}")),
            Self::Postgres => Some(format!("SELECT pg_terminate_backend({id})::text")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_gets_out_of_its_quotes() {
        assert_eq!(Dialect::Sqlite.quote("a\"; DROP"), "\"a\"\"; DROP\"");
        assert_eq!(Dialect::Postgres.quote("a\"b"), "\"a\"\"b\"");
        assert_eq!(Dialect::MySql.quote("a`b"), "`a``b`");
    }

    #[test]
    fn a_type_is_a_number_by_its_whole_name() {
        for (name, class) in [
            ("INTEGER", Class::Number),
            ("decimal(10,2)", Class::Number),
            ("bigint unsigned", Class::Number),
            ("double precision", Class::Number),
            ("interval", Class::Text),
            ("point", Class::Text),
            ("varchar(20)", Class::Text),
            ("", Class::Text),
        ] {
            assert_eq!(Dialect::Postgres.class(name), class, "{name}");
        }
    }
}
