//! Pieces of a program: files of `node/js` and `rust/code`, or an import alone.

/// Collects what a program needs, each piece once, imports apart from code.
#[derive(Default)]
pub(super) struct Snippets {
    imports: Vec<&'static str>,
    code: Vec<&'static str>,
}

impl Snippets {
    /// Adds a piece.
    pub(super) fn add(&mut self, snippet: &'static str) {
        let is_import = |line: &&str| line.starts_with("use ") || line.starts_with("import ");
        let imports = snippet.lines().take_while(is_import);
        let length: usize = imports.clone().map(|line| line.len() + 1).sum();
        for import in imports {
            if !self.imports.contains(&import) {
                self.imports.push(import);
            }
        }
        let code = snippet[length..].trim();
        if !code.is_empty() && !self.code.contains(&code) {
            self.code.push(code);
        }
    }

    /// The lines of all imports, sorted.
    pub(super) fn imports(&self) -> Vec<&'static str> {
        let mut imports = self.imports.clone();
        imports.sort_unstable();
        imports
    }

    /// All code, with an empty line behind each piece.
    pub(super) fn write(&self, out: &mut String) {
        for code in &self.code {
            out.push_str(code);
            out.push_str("\n\n");
        }
    }
}

/// A text in quotes, as both languages read it.
pub(super) fn quoted(text: &str, quote: char) -> String {
    let mut out = String::new();
    out.push(quote);
    for letter in text.chars() {
        if letter == quote || letter == '\\' {
            out.push('\\');
            out.push(letter);
        } else if letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}') {
            out.extend(letter.escape_unicode());
        } else {
            out.push(letter);
        }
    }
    out.push(quote);
    out
}

#[cfg(test)]
mod tests {
    use super::{Snippets, quoted};

    #[test]
    fn a_piece_that_is_added_twice_is_there_once() {
        let mut snippets = Snippets::default();
        snippets.add("use b;\nuse a;\n\nfn x() {}\n");
        snippets.add("use a;\n");
        snippets.add("use b;\nuse a;\n\nfn x() {}\n");
        assert_eq!(snippets.imports(), ["use a;", "use b;"]);
        let mut code = String::new();
        snippets.write(&mut code);
        assert_eq!(code, "fn x() {}\n\n");
    }

    #[test]
    fn a_text_cannot_leave_its_quotes() {
        assert_eq!(quoted("a'b\\c\"", '\''), r#"'a\'b\\c"'"#);
        assert_eq!(quoted("a'b\n\"", '"'), r#""a'b\u{a}\"""#);
    }
}
