//! A query as a learner can ask it, and the statement that is made of it.

use super::connection::{Connection, Value};
use super::dialect::{Class, Dialect};
use super::error::DatabaseError;
use crate::engine::stages::{Comparison, Expression, unknown_column};

/// What is asked of a table.
#[derive(Debug, Clone)]
pub(crate) struct Select {
    /// The table or view, by its exact name.
    pub(crate) table: String,
    /// Its columns that are wanted; empty: all.
    pub(crate) columns: Vec<String>,
    /// Which rows.
    pub(crate) filter: Option<Expression>,
    /// How many rows at most.
    pub(crate) limit: Option<u64>,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) class: Class,
}

/// A statement that gives every column as text.
#[derive(Debug)]
pub(super) struct Statement {
    pub(super) sql: String,
    pub(super) values: Vec<Value>,
    pub(super) columns: Vec<Column>,
}

impl Select {
    /// Finds the table and its columns in the database, and makes the statement.
    pub(super) async fn statement(
        &self,
        connection: &mut Connection,
    ) -> Result<Statement, DatabaseError> {
        let table = columns_of(connection, &self.table).await?;
        self.against(connection.dialect, &table)
    }

    fn against(&self, dialect: Dialect, table: &[Column]) -> Result<Statement, DatabaseError> {
        let columns: Vec<Column> = if self.columns.is_empty() {
            table.to_vec()
        } else {
            let wanted = self.columns.iter().map(|name| find(table, name).cloned());
            wanted.collect::<Result<_, _>>()?
        };
        let shown: Vec<String> = columns
            .iter()
            .map(|column| dialect.as_text(&column.name, column.class))
            .collect();
        let mut sql = format!(
            "SELECT {} FROM {}",
            shown.join(", "),
            dialect.quote(&self.table)
        );
        let mut values = Vec::new();
        if let Some(filter) = &self.filter {
            let groups = filter.groups().iter().map(|group| {
                let all = group
                    .iter()
                    .map(|comparison| compare(dialect, table, comparison, &mut values));
                Ok(all.collect::<Result<Vec<_>, _>>()?.join(" AND "))
            });
            let groups: Vec<String> = groups.collect::<Result<_, DatabaseError>>()?;
            sql += &format!(" WHERE ({})", groups.join(") OR ("));
        }
        if let Some(limit) = self.limit {
            sql += &format!(" LIMIT {limit}");
        }
        Ok(Statement {
            sql,
            values,
            columns,
        })
    }
}

fn find<'a>(table: &'a [Column], name: &str) -> Result<&'a Column, DatabaseError> {
    let found = table.iter().find(|column| column.name == name);
    found.ok_or_else(|| {
        let known: Vec<&str> = table.iter().map(|column| &*column.name).collect();
        DatabaseError::Select(unknown_column(name, &known).to_string())
    })
}

/// One comparison. Numbers compare as numbers; everything else is the same text or not.
fn compare(
    dialect: Dialect,
    table: &[Column],
    comparison: &Comparison,
    values: &mut Vec<Value>,
) -> Result<String, DatabaseError> {
    let column = find(table, comparison.column())?;
    let op = comparison.op();
    let text = comparison.text();
    let value = match column.class {
        Class::Number => number(text).ok_or_else(|| {
            DatabaseError::Select(format!(
                "the column '{}' holds numbers, and '{text}' is none",
                column.name
            ))
        })?,
        _ if op == "=" || op == "!=" => Value::Text(Some(text.to_owned())),
        _ => {
            return Err(DatabaseError::Select(format!(
                "the column '{}' holds no numbers: only = and != compare it",
                column.name
            )));
        }
    };
    values.push(value);
    let place = dialect.parameter(values.len());
    Ok(if column.class == Class::Number {
        format!("{} {op} {place}", dialect.quote(&column.name))
    } else {
        dialect.compare_text(&column.name, column.class, op, &place)
    })
}

fn number(text: &str) -> Option<Value> {
    if let Ok(whole) = text.parse() {
        return Some(Value::Integer(Some(whole)));
    }
    let number: f64 = text.parse().ok()?;
    number.is_finite().then_some(Value::Real(Some(number)))
}

async fn columns_of(
    connection: &mut Connection,
    table: &str,
) -> Result<Vec<Column>, DatabaseError> {
    let dialect = connection.dialect;
    let database = connection.database.to_string();
    let failed = |error| DatabaseError::of(&database, "looking up its tables", &error);
    let tables = connection.texts(dialect.list_tables(), Vec::new()).await;
    let tables: Vec<String> = tables
        .map_err(failed)?
        .into_iter()
        .flatten()
        .flatten()
        .collect();
    if !tables.iter().any(|known| known == table) {
        return Err(DatabaseError::NoTable {
            database,
            table: table.chars().take(80).collect(),
            known: tables.into_iter().take(20).collect::<Vec<_>>().join(", "),
        });
    }
    let name = vec![Value::Text(Some(table.to_owned()))];
    let columns = connection.texts(dialect.list_columns(), name).await;
    let column = |row: Vec<Option<String>>| {
        let mut cells = row.into_iter();
        let name = cells.next().flatten()?;
        let class = dialect.class(&cells.next().flatten().unwrap_or_default());
        Some(Column { name, class })
    };
    Ok(columns
        .map_err(failed)?
        .into_iter()
        .filter_map(column)
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Vec<Column> {
        let column = |name: &str, class| Column {
            name: name.to_owned(),
            class,
        };
        vec![
            column("name", Class::Text),
            column("population", Class::Number),
        ]
    }

    fn statement(dialect: Dialect, filter: &str) -> Result<Statement, String> {
        let select = Select {
            table: "cities".to_owned(),
            columns: vec!["population".to_owned()],
            filter: Some(Expression::parse(filter).unwrap()),
            limit: Some(5),
        };
        let made = select.against(dialect, &table());
        made.map_err(|error| error.to_string())
    }

    #[test]
    fn a_filter_becomes_bound_values_in_the_order_of_their_places() {
        let made = statement(
            Dialect::Postgres,
            "population>500000 && name=Oslo || population<=-1.5",
        );
        let made = made.unwrap();
        assert_eq!(
            made.sql,
            "SELECT \"population\"::text FROM \"cities\" WHERE (\"population\" > $1 AND \
             \"name\"::text COLLATE \"C\" = $2) OR (\"population\" <= $3) LIMIT 5"
        );
        assert_eq!(
            made.values,
            [
                Value::Integer(Some(500_000)),
                Value::Text(Some("Oslo".to_owned())),
                Value::Real(Some(-1.5)),
            ]
        );
    }

    #[test]
    fn what_a_learner_writes_never_becomes_sql() {
        let made = statement(Dialect::Sqlite, "name=x' OR '1").unwrap();
        assert!(!made.sql.contains("'1"), "{}", made.sql);
        assert!(statement(Dialect::Sqlite, "name) OR (1=1").is_err());
    }

    #[test]
    fn a_comparison_that_cannot_be_made_says_why() {
        let error = statement(Dialect::MySql, "population=many").unwrap_err();
        assert!(
            error.contains("holds numbers, and 'many' is none"),
            "{error}"
        );
        let error = statement(Dialect::MySql, "name>5").unwrap_err();
        assert!(error.contains("only = and !="), "{error}");
        let error = statement(Dialect::MySql, "size>5").unwrap_err();
        assert!(
            error.contains("'size'") && error.contains("name, population"),
            "{error}"
        );
    }
}
