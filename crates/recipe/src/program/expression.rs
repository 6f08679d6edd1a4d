//! The expressions of a row filter, `COLUMN OP VALUE` joined by `&&` and `||`, as code.

/// The expression in either language: the comparisons, each but the first behind its `&&` or
/// `||`. `comparison` writes one of them.
pub(super) fn code(
    text: &str,
    comparison: impl Fn(&str, &str, &str) -> String,
) -> Result<Vec<String>, String> {
    let mut parts: Vec<String> = Vec::new();
    let groups = text.split("||").count();
    for group in text.split("||") {
        let comparisons = group.split("&&").count();
        for (at, text) in group.split("&&").enumerate() {
            let (column, operator, value) = parse(text).ok_or_else(|| {
                let allowed = "` is no COLUMN OP VALUE; OP is one of = != < <= > >=";
                ["`", text.trim(), allowed].concat()
            })?;
            let in_brackets = groups > 1 && comparisons > 1;
            let joiner = match (at, parts.is_empty()) {
                (_, true) => "",
                (0, false) => "|| ",
                _ => "&& ",
            };
            let open = if in_brackets && at == 0 { "(" } else { "" };
            let close = if in_brackets && at + 1 == comparisons {
                ")"
            } else {
                ""
            };
            let written = comparison(column, operator, value);
            parts.push([joiner, open, &written, close].concat());
        }
    }
    Ok(parts)
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
        let written = |text| code(text, write).map(|parts| parts.join(" "));
        let both = written("a>=5 && b = x y||c!=1");
        assert_eq!(both.as_deref(), Ok("(a(>= 5) && b(= x y)) || c(!= 1)"));
        assert_eq!(written("a<1 && b>2").as_deref(), Ok("a(< 1) && b(> 2)"));
        for wrong in ["", "a", "a>", ">5", "a!5", "a>5>6", "a>5 &&", "a=1 | b=2"] {
            assert!(code(wrong, write).is_err(), "{wrong}");
        }
    }
}
