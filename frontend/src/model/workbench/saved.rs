//! Scenarios that are kept under a name.

/// Most scenarios that are kept.
const MAX_SAVED: usize = 50;

/// Names and texts, in the order of their names.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Saved(Vec<(String, String)>);

/// Between a name and its text, and between two of them: no text that can be typed has these.
const NAME: char = '\u{1f}';
const ENTRY: char = '\u{1e}';

impl Saved {
    /// Reads what [`Saved::write`] wrote; what it cannot read is left out.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let entries = text.split(ENTRY).filter_map(|entry| entry.split_once(NAME));
        let entries = entries.map(|(name, text)| (name.to_owned(), text.to_owned()));
        Self(entries.take(MAX_SAVED).collect())
    }

    /// As one text.
    #[must_use]
    pub fn write(&self) -> String {
        let entry = |(name, text): &(String, String)| {
            let mut entry = name.clone();
            entry.push(NAME);
            entry.push_str(text);
            entry
        };
        let entries: Vec<String> = self.0.iter().map(entry).collect();
        entries.join(&ENTRY.to_string())
    }

    /// Keeps a text under a name, in the place of an older one.
    ///
    /// # Errors
    /// Why it cannot be kept, in words.
    pub fn keep(&mut self, name: &str, text: &str) -> Result<(), &'static str> {
        let name = name.trim();
        if name.is_empty() || name.chars().count() > 40 || name.contains(char::is_control) {
            return Err("a name has 1 to 40 characters");
        }
        match self
            .0
            .binary_search_by(|(known, _)| known.as_str().cmp(name))
        {
            Ok(at) => text.clone_into(&mut self.0[at].1),
            Err(_) if self.0.len() >= MAX_SAVED => {
                return Err("50 scenarios are kept; delete one first");
            }
            Err(at) => self.0.insert(at, (name.to_owned(), text.to_owned())),
        }
        Ok(())
    }

    /// Lets one go.
    pub fn remove(&mut self, name: &str) {
        self.0.retain(|(known, _)| known != name);
    }

    /// The text of a name.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(known, _)| known == name);
        found.map(|(_, text)| text.as_str())
    }

    /// All names.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_read_again() {
        let mut saved = Saved::default();
        saved.keep(" mine ", "ping\n").unwrap();
        saved.keep("a", "text \"<b>\"\n").unwrap();
        saved.keep("mine", "pong\n").unwrap();
        let again = Saved::read(&saved.write());
        assert_eq!(again, saved);
        assert_eq!(again.names().collect::<Vec<_>>(), ["a", "mine"]);
        assert_eq!(again.text("mine"), Some("pong\n"));
        saved.remove("a");
        assert_eq!(saved.text("a"), None);
        assert_eq!(Saved::read("rubbish"), Saved::default());
    }

    #[test]
    fn names_and_their_number_are_bounded() {
        let mut saved = Saved::default();
        assert!(saved.keep("  ", "ping").is_err());
        assert!(saved.keep(&"x".repeat(41), "ping").is_err());
        for number in 0..MAX_SAVED {
            saved.keep(&number.to_string(), "ping").unwrap();
        }
        assert!(saved.keep("one more", "ping").is_err());
        saved.keep("7", "pong").unwrap();
        assert_eq!(saved.text("7"), Some("pong"));
    }
}
