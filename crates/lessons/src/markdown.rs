use std::collections::BTreeSet;

use pulldown_cmark::{
    CodeBlockKind, CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html,
};
use spillway_protocol::course::Code;

use crate::nearest::did_you_mean;
use crate::numbers::Numbers;

/// What the Markdown of a lesson may point at.
pub(crate) struct Targets<'a> {
    /// `chapter/lesson` of every lesson of the course.
    pub(crate) lessons: &'a BTreeSet<String>,
    /// Names of the pictures in the lesson's `assets` folder.
    pub(crate) pictures: &'a BTreeSet<String>,
    /// `chapter/lesson` of the lesson itself.
    pub(crate) address: &'a str,
    /// What its numbers may be.
    pub(crate) numbers: &'a Numbers<'a>,
}

/// A lesson's prose, taken apart.
#[derive(Debug, Default)]
pub(crate) struct Prose {
    /// Text of the first-level headings with the first byte of each; a good lesson has one.
    pub(crate) titles: Vec<(usize, String)>,
    /// Everything else but the code of the tabs, as safe HTML.
    pub(crate) html: String,
    /// The fenced blocks marked `js` or `rust`.
    pub(crate) code: Vec<Code>,
    /// Words of the prose, code blocks and title left out.
    pub(crate) words: usize,
    /// What is wrong, with the byte it begins at.
    pub(crate) problems: Vec<(usize, String)>,
}

/// Languages whose blocks become tabs.
const TABS: [&str; 2] = ["js", "rust"];

/// Renders the prose of a lesson.
pub(crate) fn prose(text: &str, targets: &Targets<'_>) -> Prose {
    let mut renderer = Renderer::new(targets);
    for (event, range) in Parser::new_ext(text, Options::ENABLE_TABLES).into_offset_iter() {
        renderer.handle(event, range.start);
    }
    let mut prose = renderer.prose;
    html::push_html(&mut prose.html, renderer.kept.into_iter());
    prose
}

/// Renders one paragraph without its `<p>`: a goal or a hint.
///
/// # Errors
/// When it is more than a paragraph, or contains what a lesson must not.
pub(crate) fn inline(text: &str, targets: &Targets<'_>) -> Result<String, String> {
    let mut renderer = Renderer::new(targets);
    let mut paragraphs = 0;
    for (event, range) in Parser::new(text).into_offset_iter() {
        match event {
            Event::Start(Tag::Paragraph) => paragraphs += 1,
            Event::End(TagEnd::Paragraph) => {}
            Event::Start(
                Tag::Emphasis | Tag::Strong | Tag::Link { .. } | Tag::Image { .. } | Tag::HtmlBlock,
            )
            | Event::End(_)
            | Event::Text(_)
            | Event::Code(_)
            | Event::Html(_)
            | Event::InlineHtml(_)
            | Event::SoftBreak => renderer.handle(event, range.start),
            _ => return Err(String::from("only one plain paragraph is possible here")),
        }
    }
    if let Some((_, problem)) = renderer.prose.problems.into_iter().next() {
        return Err(problem);
    }
    if paragraphs != 1 {
        return Err(String::from("only one plain paragraph is possible here"));
    }
    let mut out = String::new();
    html::push_html(&mut out, renderer.kept.into_iter());
    Ok(out)
}

/// Where the text of the next events goes.
enum Sink {
    Prose,
    Title,
    /// The last of the code tabs.
    Tab,
    /// A block of code that stays where it is.
    CodeBlock,
    /// A picture at this address; its text is the description.
    Picture {
        url: String,
        alt: String,
    },
}

struct Renderer<'t, 'a> {
    targets: &'t Targets<'t>,
    prose: Prose,
    /// Events that become the HTML.
    kept: Vec<Event<'a>>,
    sink: Sink,
}

impl<'t, 'a> Renderer<'t, 'a> {
    fn new(targets: &'t Targets<'t>) -> Self {
        Self {
            targets,
            prose: Prose::default(),
            kept: Vec::new(),
            sink: Sink::Prose,
        }
    }

    fn handle(&mut self, event: Event<'a>, at: usize) {
        match event {
            Event::Html(_) | Event::InlineHtml(_) => {
                self.problem(
                    at,
                    "HTML is not allowed in a lesson; write Markdown, or put `<` in backticks",
                );
            }
            Event::Start(Tag::HtmlBlock) | Event::End(TagEnd::HtmlBlock) => {}
            Event::Start(tag) => self.handle_start(tag, at),
            Event::End(tag) => self.handle_end(tag),
            Event::Text(text) => self.handle_text(text),
            Event::Code(text) => match &mut self.sink {
                Sink::Prose => {
                    self.prose.words += text.split_whitespace().count();
                    self.kept.push(Event::Code(text));
                }
                _ => self.handle_text(text),
            },
            Event::SoftBreak | Event::HardBreak if !matches!(self.sink, Sink::Prose) => {
                self.handle_text(CowStr::Borrowed(" "));
            }
            other => self.kept.push(other),
        }
    }

    fn handle_start(&mut self, tag: Tag<'a>, at: usize) {
        match tag {
            Tag::Heading {
                level: HeadingLevel::H1,
                ..
            } => {
                self.prose.titles.push((at, String::new()));
                self.sink = Sink::Title;
            }
            Tag::CodeBlock(CodeBlockKind::Fenced(info)) if TABS.contains(&&*info) => {
                if self.prose.code.iter().any(|code| code.language == *info) {
                    self.problem(
                        at,
                        format!("a second `{info}` block; the tabs hold one of each language"),
                    );
                }
                self.sink = Sink::Tab;
                self.prose.code.push(Code {
                    language: info.into_string(),
                    text: String::new(),
                });
            }
            Tag::CodeBlock(_) => {
                self.sink = Sink::CodeBlock;
                self.kept.push(Event::Start(tag));
            }
            Tag::Link { dest_url, .. } if matches!(self.sink, Sink::Prose) => {
                let open = self.link(&dest_url, at);
                self.kept.push(Event::InlineHtml(open.into()));
            }
            Tag::Image { dest_url, .. } if matches!(self.sink, Sink::Prose) => {
                let url = self.picture(&dest_url, at);
                self.sink = Sink::Picture {
                    url,
                    alt: String::new(),
                };
            }
            other => {
                if matches!(self.sink, Sink::Prose) {
                    self.kept.push(Event::Start(other));
                }
            }
        }
    }

    fn handle_end(&mut self, tag: TagEnd) {
        match (&self.sink, tag) {
            (Sink::Title, TagEnd::Heading(_)) | (Sink::Tab, TagEnd::CodeBlock) => {
                self.sink = Sink::Prose;
            }
            (Sink::CodeBlock, TagEnd::CodeBlock) => {
                self.kept.push(Event::End(tag));
                self.sink = Sink::Prose;
            }
            (Sink::Picture { url, alt }, TagEnd::Image) => {
                let image = format!(r#"<img src="{}" alt="{}">"#, escape(url), escape(alt));
                self.kept.push(Event::InlineHtml(image.into()));
                self.sink = Sink::Prose;
            }
            (Sink::Prose, TagEnd::Link) => {
                self.kept.push(Event::InlineHtml(CowStr::Borrowed("</a>")));
            }
            (Sink::Prose, other) => self.kept.push(Event::End(other)),
            _ => {}
        }
    }

    fn handle_text(&mut self, text: CowStr<'a>) {
        match &mut self.sink {
            Sink::Prose => {
                self.prose.words += text.split_whitespace().count();
                self.kept.push(Event::Text(text));
            }
            Sink::CodeBlock => self.kept.push(Event::Text(text)),
            Sink::Title => {
                if let Some((_, title)) = self.prose.titles.last_mut() {
                    title.push_str(&text);
                }
            }
            Sink::Tab => {
                if let Some(code) = self.prose.code.last_mut() {
                    code.text.push_str(&text);
                }
            }
            Sink::Picture { alt, .. } => alt.push_str(&text),
        }
    }

    /// The opening tag of a link.
    fn link(&mut self, url: &str, at: usize) -> String {
        if url.starts_with("https://") || url.starts_with("http://") {
            let url = escape(url);
            return format!(r#"<a href="{url}" target="_blank" rel="noopener noreferrer">"#);
        }
        if is_playground(url) {
            return format!(r#"<a href="{url}">"#);
        }
        match url.strip_prefix("/lesson/") {
            Some(address) if self.targets.lessons.contains(address) => {}
            Some(address) => {
                let known = self.targets.lessons.iter().map(String::as_str);
                let hint = did_you_mean(address, known);
                self.problem(
                    at,
                    format!("there is no lesson `{address}` to link to{hint}"),
                );
            }
            None => self.problem(
                at,
                format!(
                    "a link to `{url}` is not possible; link to /lesson/CHAPTER/LESSON (without \
                     the numbers), to /playground, with or without a pipeline (`#1.…`), or to an \
                     https:// address"
                ),
            ),
        }
        format!(r#"<a href="{}">"#, escape(url))
    }

    /// The address at which the server gives a picture.
    fn picture(&mut self, url: &str, at: usize) -> String {
        let name = url.strip_prefix("assets/").unwrap_or_default();
        if !self.targets.pictures.contains(name) {
            let known = self.targets.pictures.iter().map(String::as_str);
            let hint = did_you_mean(name, known);
            self.problem(
                at,
                format!(
                    "there is no picture `{url}`{hint} Put it into the lesson's `assets` folder \
                     and write ![what it shows](assets/NAME.png)"
                ),
            );
        }
        format!("{PICTURE_ROUTE}/{}/{name}", self.targets.address)
    }

    fn problem(&mut self, at: usize, message: impl Into<String>) {
        self.prose.problems.push((at, message.into()));
    }
}

/// Whether a link leads to the playground, perhaps with a pipeline: what stands there needs no escape.
fn is_playground(url: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    match url.strip_prefix("/playground") {
        Some("") => true,
        Some(rest) => rest
            .strip_prefix("#1.")
            .is_some_and(|link| link.bytes().all(plain)),
        None => false,
    }
}

/// Path of the pictures on the server: `PICTURE_ROUTE/chapter/lesson/name`.
pub const PICTURE_ROUTE: &str = "/api/course/pictures";

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn render(text: &str) -> Prose {
        let lessons = BTreeSet::from([String::from("streams/pipe")]);
        let pictures = BTreeSet::from([String::from("tank.png")]);
        let targets = Targets {
            lessons: &lessons,
            pictures: &pictures,
            address: "streams/pipe",
            numbers: &Numbers::new(&|_| Ok(String::new()), None),
        };
        prose(text, &targets)
    }

    fn check_problem(text: &str, at: usize, part: &str) {
        let problems = render(text).problems;
        let [(found_at, message)] = problems.as_slice() else {
            panic!("one problem expected, not {problems:?}");
        };
        assert_eq!(*found_at, at);
        assert!(message.contains(part), "{message}");
    }

    #[test]
    fn the_title_and_the_tabs_are_taken_out() {
        let prose = render("# A `title`\n\nTwo words.\n\n```js\nlet a;\n```\n\n```text\nx\n```\n");
        assert_eq!(prose.titles, [(0, String::from("A title"))]);
        assert_eq!(prose.code[0].language, "js");
        assert_eq!(prose.code[0].text, "let a;\n");
        assert_eq!(prose.words, 2);
        assert_eq!(
            prose.html,
            "<p>Two words.</p>\n<pre><code class=\"language-text\">x\n</code></pre>\n"
        );
    }

    #[test]
    fn text_is_escaped() {
        let html = render("`<script>` & \\<b>").html;
        assert_eq!(html, "<p><code>&lt;script&gt;</code> &amp; &lt;b&gt;</p>\n");
    }

    #[test]
    fn raw_html_is_refused() {
        check_problem("a <b>bold", 2, "HTML is not allowed");
        check_problem("a\n\n<script>alert(1)</script>\n", 3, "HTML is not allowed");
    }

    #[test]
    fn only_web_and_lesson_links_are_taken() {
        let html = render("[a](/lesson/streams/pipe) [b](https://x.org/?a&b)").html;
        assert!(html.contains(r#"<a href="/lesson/streams/pipe">a</a>"#));
        assert!(html.contains(r#"href="https://x.org/?a&amp;b" target="_blank" rel="noopener"#));
        let html = render("[a](/playground) [b](/playground#1.bnVsbA.AAAA-_)").html;
        assert!(html.contains(r#"<a href="/playground#1.bnVsbA.AAAA-_">b</a>"#));
        check_problem("[a](/playground#1.\"x)", 0, "is not possible");
        check_problem("[a](/playgrounds)", 0, "is not possible");
        check_problem("[a](javascript:alert(1))", 0, "is not possible");
        check_problem("[a](//evil.example)", 0, "is not possible");
        check_problem(
            "[a](/lesson/streams/pype)",
            0,
            "did you mean `streams/pipe`",
        );
    }

    #[test]
    fn a_picture_must_be_there() {
        let html = render("![a \"tank\"](assets/tank.png)").html;
        let src = r#"src="/api/course/pictures/streams/pipe/tank.png""#;
        assert!(html.contains(src), "{html}");
        assert!(html.contains(r#"alt="a &quot;tank&quot;""#), "{html}");
        check_problem("![a](assets/tonk.png)", 0, "did you mean `tank.png`");
        check_problem("![a](https://x.org/a.png)", 0, "there is no picture");
    }

    #[test]
    fn a_second_block_of_a_language_is_refused() {
        check_problem(
            "```js\na\n```\n\n```js\nb\n```\n",
            13,
            "a second `js` block",
        );
    }

    #[test]
    fn a_goal_is_one_paragraph_without_its_tags() {
        let lessons = BTreeSet::new();
        let targets = Targets {
            lessons: &lessons,
            pictures: &lessons,
            address: "a/b",
            numbers: &Numbers::new(&|_| Ok(String::new()), None),
        };
        assert_eq!(
            inline("Call `pause()` **now**", &targets),
            Ok(String::from(
                "Call <code>pause()</code> <strong>now</strong>"
            ))
        );
        for text in ["a\n\nb", "# a", "- a", "<b>a</b>", "<script>"] {
            assert!(inline(text, &targets).is_err(), "{text}");
        }
    }
}
