//! The expressions of a row filter: `COLUMN OP VALUE`, OP one of = != < <= > >=, joined by `&&`
//! and `||` (`&&` binds tighter). Values compare as numbers when both sides are numbers, else
//! `=` and `!=` compare the text and the others do not match.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::str::Utf8Error;

use thiserror::Error;

/// A parsed expression: any of these groups, in each of which all must hold.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Expression {
    any: Vec<Vec<Comparison>>,
}

/// `COLUMN OP VALUE`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Comparison {
    column: String,
    op: Op,
    text: String,
    number: Option<f64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Op {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// Longest expression, in bytes; more is no lesson.
const MAX_BYTES: usize = 1_000;

/// What is wrong with an expression.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum ExpressionError {
    #[error("the expression is empty; write COLUMN OP VALUE, such as population>500000")]
    Empty,
    #[error("the expression is longer than {MAX_BYTES} bytes")]
    TooLong,
    #[error("no comparison; did your shell take the >? quote it ('{0}' is not COLUMN OP VALUE)")]
    NoComparison(String),
    #[error("'{0}' lacks a column before its operator; write COLUMN OP VALUE")]
    NoColumn(String),
    #[error("'{0}' lacks a value after its operator; write COLUMN OP VALUE")]
    NoValue(String),
    #[error("'{0}' has a second operator in its value; join comparisons by && or ||")]
    TwoOperators(String),
    #[error("there is no column '{name}'; the columns are {known}")]
    UnknownColumn { name: String, known: String },
}

impl Expression {
    pub(crate) fn parse(text: &str) -> Result<Self, ExpressionError> {
        if text.trim().is_empty() {
            return Err(ExpressionError::Empty);
        }
        if text.len() > MAX_BYTES {
            return Err(ExpressionError::TooLong);
        }
        let group = |group: &str| group.split("&&").map(Comparison::parse).collect();
        let any = text.split("||").map(group).collect::<Result<_, _>>()?;
        Ok(Self { any })
    }

    /// The columns it asks for.
    pub(crate) fn columns(&self) -> Vec<String> {
        let all = self.any.iter().flatten();
        all.map(|comparison| comparison.column.clone()).collect()
    }

    /// Its groups: of any group all comparisons must hold.
    pub(crate) fn groups(&self) -> &[Vec<Comparison>] {
        &self.any
    }

    /// Finds each column in a header, once for all rows.
    pub(crate) fn bind(&self, header: &[String]) -> Result<Bound, ExpressionError> {
        let mut columns = Vec::new();
        let mut bind = |comparison: &Comparison| {
            let at = header.iter().position(|name| *name == comparison.column);
            let at = at.ok_or_else(|| unknown_column(&comparison.column, header))?;
            let slot = columns.iter().position(|column| *column == at);
            let slot = slot.unwrap_or_else(|| {
                columns.push(at);
                columns.len() - 1
            });
            Ok((slot, comparison.clone()))
        };
        let mut group = |group: &Vec<Comparison>| group.iter().map(&mut bind).collect();
        let any = self.any.iter().map(&mut group).collect::<Result<_, _>>()?;
        Ok(Bound { any, columns })
    }
}

/// The refusal for a column that is not there.
pub(crate) fn unknown_column<S: AsRef<str>>(name: &str, known: &[S]) -> ExpressionError {
    let known: Vec<&str> = known.iter().map(AsRef::as_ref).collect();
    ExpressionError::UnknownColumn {
        name: name.to_owned(),
        known: known.join(", "),
    }
}

/// An expression whose columns are found.
#[derive(Debug)]
pub(crate) struct Bound {
    any: Vec<Vec<(usize, Comparison)>>,
    columns: Vec<usize>,
}

impl Bound {
    /// The columns it compares. [`matches`](Self::matches) knows a field by its place in here.
    pub(crate) fn columns(&self) -> &[usize] {
        &self.columns
    }

    /// Whether a row matches; or the field that is compared and is not UTF-8 text.
    pub(crate) fn matches<'a>(
        &self,
        field: impl Fn(usize) -> Cow<'a, [u8]>,
    ) -> Result<bool, usize> {
        for group in &self.any {
            let mut all = true;
            for (slot, comparison) in group {
                all = comparison.holds(&field(*slot)).map_err(|_| *slot)?;
                if !all {
                    break;
                }
            }
            if all {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

impl Comparison {
    /// The column it asks for.
    pub(crate) fn column(&self) -> &str {
        &self.column
    }

    /// Its operator, as it is written.
    pub(crate) fn op(&self) -> &'static str {
        match self.op {
            Op::Equal => "=",
            Op::NotEqual => "!=",
            Op::Less => "<",
            Op::LessOrEqual => "<=",
            Op::Greater => ">",
            Op::GreaterOrEqual => ">=",
        }
    }

    /// Its value, as it is written.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    fn parse(text: &str) -> Result<Self, ExpressionError> {
        let text = text.trim();
        let Some(at) = text.find(['=', '!', '<', '>']) else {
            return Err(ExpressionError::NoComparison(text.to_owned()));
        };
        let (column, rest) = text.split_at(at);
        let Some((op, value)) = Op::take(rest) else {
            return Err(ExpressionError::NoComparison(text.to_owned()));
        };
        let (column, value) = (column.trim(), value.trim());
        if column.is_empty() {
            return Err(ExpressionError::NoColumn(text.to_owned()));
        }
        if value.is_empty() {
            return Err(ExpressionError::NoValue(text.to_owned()));
        }
        if value.contains(['=', '!', '<', '>', '&', '|']) {
            return Err(ExpressionError::TwoOperators(text.to_owned()));
        }
        Ok(Self {
            column: column.to_owned(),
            op,
            text: value.to_owned(),
            number: value.parse().ok(),
        })
    }

    fn holds(&self, field: &[u8]) -> Result<bool, Utf8Error> {
        if let Some(wanted) = self.number
            && let Some(order) = number_in(field)?.and_then(|field| field.partial_cmp(&wanted))
        {
            return Ok(self.op.accepts(order));
        }
        let field = std::str::from_utf8(field)?;
        Ok(match self.op {
            Op::Equal => field == self.text,
            Op::NotEqual => field != self.text,
            Op::Less | Op::LessOrEqual | Op::Greater | Op::GreaterOrEqual => false,
        })
    }
}

/// The number that a field is, if it is one.
fn number_in(field: &[u8]) -> Result<Option<f64>, Utf8Error> {
    // Most numbers are few digits, and those are exact without the care that a fraction takes.
    if (1..=15).contains(&field.len()) {
        let mut number = 0_u64;
        let mut all_digits = true;
        for byte in field {
            let digit = byte.wrapping_sub(b'0');
            all_digits &= digit < 10;
            number = number.wrapping_mul(10).wrapping_add(u64::from(digit));
        }
        if all_digits {
            return Ok(Some(number as f64));
        }
    }
    Ok(std::str::from_utf8(field)?.trim().parse().ok())
}

impl Op {
    /// Splits an operator off the front.
    fn take(text: &str) -> Option<(Self, &str)> {
        // The longer ones first, so that `<=` is not read as `<`.
        const OPS: [(&str, Op); 6] = [
            ("!=", Op::NotEqual),
            ("<=", Op::LessOrEqual),
            (">=", Op::GreaterOrEqual),
            ("=", Op::Equal),
            ("<", Op::Less),
            (">", Op::Greater),
        ];
        OPS.iter()
            .find_map(|(sign, op)| Some((*op, text.strip_prefix(sign)?)))
    }

    const fn accepts(self, order: Ordering) -> bool {
        match self {
            Self::Equal => order.is_eq(),
            Self::NotEqual => order.is_ne(),
            Self::Less => order.is_lt(),
            Self::LessOrEqual => order.is_le(),
            Self::Greater => order.is_gt(),
            Self::GreaterOrEqual => order.is_ge(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(expression: &str, row: &str) -> bool {
        let header = ["name", "country", "population"].map(str::to_owned);
        let fields: Vec<&str> = row.split(',').collect();
        let bound = Expression::parse(expression)
            .unwrap()
            .bind(&header)
            .unwrap();
        bound
            .matches(|slot| fields[bound.columns()[slot]].as_bytes().into())
            .unwrap()
    }

    #[test]
    fn numbers_compare_as_numbers_and_text_as_text() {
        assert!(matches("population>500000", "Marton,FR,1000000"));
        assert!(!matches("population > 500000", "Marton,FR,90000"));
        assert!(matches("population<=90000.0", "Marton,FR,90000"));
        assert!(matches("country=FR", "Marton,FR,1"));
        assert!(matches("country != DE", "Marton,FR,1"));
        assert!(!matches("country>5", "Marton,FR,1"));
    }

    #[test]
    fn and_binds_tighter_than_or() {
        let expression = "country=FR && population>5 || country=DE";
        assert!(matches(expression, "a,FR,6"));
        assert!(!matches(expression, "a,FR,5"));
        assert!(matches(expression, "a,DE,0"));
    }

    #[test]
    fn a_compared_field_that_is_no_text_is_named() {
        let bound = Expression::parse("b=1 && a>1").unwrap();
        let bound = bound.bind(&["a".to_owned(), "b".to_owned()]).unwrap();
        assert_eq!(bound.columns(), [1, 0]);
        let row =
            |a: &'static [u8], b: &'static [u8]| bound.matches(move |slot| [b, a][slot].into());
        assert_eq!(row(b"2", b"1"), Ok(true));
        assert_eq!(row(b"\xff", b"1"), Err(1));
        assert_eq!(row(b"\xff", b"2"), Ok(false), "not compared");
    }

    #[test]
    fn each_mistake_is_named_with_what_to_write() {
        for (text, wanted) in [
            ("", "the expression is empty"),
            ("population", "did your shell take the >? quote it"),
            (">5", "lacks a column"),
            ("population>", "lacks a value"),
            ("population>5>6", "second operator"),
            ("a=1 &&", "no comparison"),
            ("a!1", "no comparison"),
        ] {
            let error = Expression::parse(text).unwrap_err().to_string();
            assert!(error.contains(wanted), "{text}: {error}");
        }
        let long = format!("a={}", "1".repeat(MAX_BYTES));
        assert_eq!(Expression::parse(&long), Err(ExpressionError::TooLong));
    }

    #[test]
    fn an_unknown_column_is_named_with_the_columns_there_are() {
        let expression = Expression::parse("size>1").unwrap();
        let error = expression
            .bind(&["id".to_owned(), "name".to_owned()])
            .unwrap_err();
        assert_eq!(
            error.to_string(),
            "there is no column 'size'; the columns are id, name"
        );
    }
}
