//! The headers of a head, in the order they came.

use std::ops::Range;

use super::Piece;

/// One header line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// Its name as it was sent; case does not matter.
    pub name: Piece,
    /// Its value, without the spaces around it.
    pub value: Piece,
    /// The whole line with its line end, counted from the start of the head.
    pub line: Range<usize>,
}

/// The headers of a head, in the order they came, repeated ones too.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Headers(pub Vec<Header>);

impl Headers {
    /// The first header of that name.
    #[must_use]
    pub fn first(&self, name: &str) -> Option<&Header> {
        self.all(name).next()
    }

    /// The first value of that name.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&str> {
        self.first(name).map(|header| header.value.text.as_str())
    }

    /// Every header of that name.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &Header> {
        self.0
            .iter()
            .filter(move |header| header.name.text.eq_ignore_ascii_case(name))
    }

    /// Every element of a list header, over all its lines, as in `Connection: keep-alive, Upgrade`. A comma
    /// inside quotes does not end an element.
    pub fn list(&self, name: &str) -> impl Iterator<Item = &str> {
        self.all(name)
            .flat_map(|header| elements(&header.value.text))
    }

    /// Whether a list header has an element, whatever its case.
    #[must_use]
    pub fn list_has(&self, name: &str, element: &str) -> bool {
        self.list(name).any(|it| it.eq_ignore_ascii_case(element))
    }

    /// The names of the extensions in `Sec-WebSocket-Extensions`, without their parameters.
    pub fn extensions(&self) -> impl Iterator<Item = &str> {
        self.list("Sec-WebSocket-Extensions")
            .map(|it| it.split(';').next().unwrap_or(it).trim())
    }
}

/// The elements of a list, without the spaces around them and without empty ones.
fn elements(value: &str) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    let mut escaped = false;
    value
        .split(move |letter| {
            let comma = letter == ',' && !quoted;
            quoted ^= letter == '"' && !escaped;
            escaped = quoted && letter == '\\' && !escaped;
            comma
        })
        .map(str::trim)
        .filter(|element| !element.is_empty())
}

#[cfg(test)]
mod tests {
    use super::elements;

    fn check(value: &str, expected: &[&str]) {
        assert_eq!(elements(value).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_list_is_cut_at_commas_that_are_not_quoted() {
        check("keep-alive, Upgrade", &["keep-alive", "Upgrade"]);
        check(" ,a,, b ,", &["a", "b"]);
        check(r#"x; y="1,2", z"#, &[r#"x; y="1,2""#, "z"]);
        check(r#"x; y="1\",2", z"#, &[r#"x; y="1\",2""#, "z"]);
        check("", &[]);
    }
}
