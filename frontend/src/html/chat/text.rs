//! What somebody said, as HTML.

use crate::html::escape;
use crate::model::chat::{Part, parts};

/// A text with its addresses and names; and whether it mentions the reader.
#[must_use]
pub fn text(text: &str, names: &[String], you: &str) -> (String, bool) {
    let mut html = String::with_capacity(text.len() + 16);
    let mut me = false;
    for part in parts(text, names) {
        match part {
            Part::Text(text) => html.push_str(&escape(text)),
            Part::Link(address) => {
                let address = escape(address);
                html.push_str(
                    &[
                        "<a dir=\"ltr\" target=\"_blank\" rel=\"noopener noreferrer nofollow\" href=\"",
                        &address,
                        "\">",
                        &address,
                        "</a>",
                    ]
                    .concat(),
                );
            }
            Part::Mention(name) => {
                let is_me = name[1..].eq_ignore_ascii_case(you);
                me |= is_me;
                let class = if is_me {
                    "<b class=\"at me\">"
                } else {
                    "<b class=\"at\">"
                };
                html.push_str(&[class, &escape(name), "</b>"].concat());
            }
        }
    }
    (html, me)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn html(words: &str) -> String {
        let names = ["Ada", "<b>"].map(str::to_owned);
        text(words, &names, "Ada").0
    }

    #[test]
    fn script_is_text_wherever_it_stands() {
        assert_eq!(
            html("<script>alert(1)</script>"),
            "&lt;script&gt;alert(1)&lt;/script&gt;"
        );
        assert_eq!(html("@<b> &"), "<b class=\"at\">@&lt;b&gt;</b> &amp;");
        assert_eq!(html("javascript:alert(1)"), "javascript:alert(1)");
        let link = html("https://a.example/?a&b=\"onclick=alert(1)");
        assert!(
            link.contains("href=\"https://a.example/?a&amp;b=\""),
            "{link}"
        );
        assert!(link.ends_with("</a>&quot;onclick=alert(1)"), "{link}");
    }

    #[test]
    fn a_link_opens_apart_and_shows_its_whole_address() {
        let link = html("http://a.example/x.");
        assert_eq!(
            link,
            "<a dir=\"ltr\" target=\"_blank\" rel=\"noopener noreferrer nofollow\" \
             href=\"http://a.example/x\">http://a.example/x</a>."
        );
    }

    #[test]
    fn who_is_mentioned_is_told_in_words() {
        assert!(text("hi @ADA", &["Ada".to_owned()], "Ada").1);
        assert!(!text("hi @Bob", &["Bob".to_owned()], "Ada").1);
        assert!(html("@ada").contains("class=\"at me\""));
    }
}
