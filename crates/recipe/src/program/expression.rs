//! The expressions of a row filter, `COLUMN OP VALUE` joined by `&&` and `||`, as code.

/// The expression in either language: `comparison` writes one of them.
pub(super) fn code(
    text: &str,
    comparison: impl Fn(&str, &str, &str) -> String,
) -> Result<String, String> {
    let mut groups = Vec::new();
    for group in text.split("||") {
        let comparisons = group.split("&&").map(|text| {
            let (column, operator, value) = parse(text).ok_or_else(|| {
                [
                    "`",
                    text.trim(),
                    "` is no COLUMN OP VALUE; OP is one of = != < <= > >=",
                ]
                .concat()
            })?;
            Ok(comparison(column, operator, value))
        });
        let comparisons: Result<Vec<String>, String> = comparisons.collect();
        groups.push(comparisons?.join(" && "));
    }
    Ok(groups.join(" || "))
}

fn parse(text: &str) -> Option<(&str, &str, &str)> {
    let (column, rest) = text.split_at(text.find(['=', '!', '<', '>'])?);
    // The longer ones first, so that `<=` is not read as `<`.
    let operators = ["!=", "<=", ">=", "=", "<", ">"];
    let operator = operators
        .into_iter()
        .find(|operator| rest.starts_with(operator))?;
    let (column, value) = (column.trim(), rest[operator.len()..].trim());
    let plain = !value.contains(['=', '!', '<', '>', '&', '|']);
    (plain && !column.is_empty() && !value.is_empty()).then_some((column, operator, value))
}

#[cfg(test)]
mod tests {
    use super::code;

    #[test]
    fn comparisons_keep_their_places() {
        let write = |column: &str, op: &str, value: &str| format!("{column}({op} {value})");
        let written = code("a>=5 && b = x y||c!=1", write);
        assert_eq!(written.as_deref(), Ok("a(>= 5) && b(= x y) || c(!= 1)"));
        for wrong in ["", "a", "a>", ">5", "a!5", "a>5>6", "a>5 &&", "a=1 | b=2"] {
            assert!(code(wrong, write).is_err(), "{wrong}");
        }
    }
}
