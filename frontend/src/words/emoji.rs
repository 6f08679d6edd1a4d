//! A small set of emoji by their names.

/// Names and emoji, the most common first.
pub const EMOJI: [(&str, &str); 24] = [
    ("wave", "👋"),
    ("smile", "😊"),
    ("joy", "😂"),
    ("wink", "😉"),
    ("thinking", "🤔"),
    ("sad", "😢"),
    ("surprised", "😮"),
    ("cool", "😎"),
    ("heart", "❤️"),
    ("thumbsup", "👍"),
    ("thumbsdown", "👎"),
    ("clap", "👏"),
    ("thanks", "🙏"),
    ("eyes", "👀"),
    ("party", "🎉"),
    ("fire", "🔥"),
    ("rocket", "🚀"),
    ("idea", "💡"),
    ("question", "❓"),
    ("warning", "⚠️"),
    ("check", "✅"),
    ("coffee", "☕"),
    ("waves", "🌊"),
    ("bug", "🐛"),
];

/// A text with the emoji in the place of their names; names that are none of ours stay.
#[must_use]
pub fn spelled(text: &str) -> String {
    let mut spelled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(':') {
        let (before, from) = rest.split_at(at);
        spelled.push_str(before);
        let name = from[1..].split(':').next().unwrap_or("");
        let ends = from.len() > name.len() + 1;
        let found = EMOJI.iter().find(|(known, _)| ends && *known == name);
        rest = if let Some((_, emoji)) = found {
            spelled.push_str(emoji);
            &from[name.len() + 2..]
        } else {
            spelled.push(':');
            &from[1..]
        };
    }
    spelled.push_str(rest);
    spelled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_emoji_become_emoji_and_nothing_else_changes() {
        for (text, expect) in [
            ("hi :wave:", "hi 👋"),
            (":wave::fire:", "👋🔥"),
            ("at 10:30:00", "at 10:30:00"),
            ("https://a.example:80/", "https://a.example:80/"),
            (":nobody: :wave", ":nobody: :wave"),
            ("::wave:", ":👋"),
            (":", ":"),
            ("", ""),
        ] {
            assert_eq!(spelled(text), expect);
        }
    }
}
