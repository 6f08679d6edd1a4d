//! Which document of the page shows an address.

use spillway_lessons::Thing;

/// A bundle of the page: a document with its own WebAssembly. `frontend/src/bundles` says what
/// each can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bundle {
    Learn,
    Wire,
    Playground,
    Compare,
    Pressure,
    Workbench,
}

/// Where an address leads.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Place {
    In(Bundle),
    /// To a lesson, `chapter/lesson`: what runs beside its text decides.
    Lesson(String),
}

impl Bundle {
    /// The bundle of a path. One that is nobody's is shown by the first, which says so.
    pub(super) fn of(path: &str) -> Place {
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        match parts[..] {
            ["lesson", chapter, lesson] => Place::Lesson(format!("{chapter}/{lesson}")),
            ["chat" | "echo", ..] => Place::In(Self::Wire),
            ["playground", ..] => Place::In(Self::Playground),
            ["compare", ..] => Place::In(Self::Compare),
            ["transports" | "pressure", ..] => Place::In(Self::Pressure),
            ["workbench" | "closing", ..] => Place::In(Self::Workbench),
            _ => Place::In(Self::Learn),
        }
    }

    /// The bundle that shows a lesson with this beside its text; `None`: there is no such lesson.
    pub(super) fn with(thing: Option<&Thing>) -> Self {
        match thing {
            Some(Thing::Chat { .. } | Thing::Echo { .. }) => Self::Wire,
            Some(Thing::Workbench { .. } | Thing::Closing) => Self::Workbench,
            Some(Thing::Transports | Thing::Pressure) => Self::Pressure,
            Some(Thing::Pipeline { .. } | Thing::Nothing) | None => Self::Learn,
        }
    }

    /// The file of its document.
    pub(super) fn document(self) -> &'static str {
        match self {
            Self::Learn => "index.html",
            Self::Wire => "wire.html",
            Self::Playground => "playground.html",
            Self::Compare => "compare.html",
            Self::Pressure => "pressure.html",
            Self::Workbench => "workbench.html",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_leads_to_the_bundle_that_shows_it() {
        let lesson = Place::Lesson("pipe/unpipe".to_owned());
        assert_eq!(Bundle::of("/lesson/pipe/unpipe/"), lesson);
        assert_eq!(Bundle::of("/chat/den"), Place::In(Bundle::Wire));
        assert_eq!(Bundle::of("/echo"), Place::In(Bundle::Wire));
        assert_eq!(Bundle::of("/playground"), Place::In(Bundle::Playground));
        assert_eq!(Bundle::of("/compare/pipeline"), Place::In(Bundle::Compare));
        assert_eq!(Bundle::of("/transports"), Place::In(Bundle::Pressure));
        assert_eq!(Bundle::of("/pressure"), Place::In(Bundle::Pressure));
        assert_eq!(Bundle::of("/workbench"), Place::In(Bundle::Workbench));
        assert_eq!(Bundle::of("/closing"), Place::In(Bundle::Workbench));
        for path in ["/", "/lesson", "/chats"] {
            assert_eq!(Bundle::of(path), Place::In(Bundle::Learn), "{path}");
        }
    }

    #[test]
    fn a_lesson_is_shown_by_the_bundle_of_what_runs_beside_it() {
        let (room, frames) = ("den".to_owned(), String::new());
        for (thing, bundle) in [
            (Thing::Chat { room }, Bundle::Wire),
            (Thing::Echo { deflate: true }, Bundle::Wire),
            (Thing::Workbench { frames }, Bundle::Workbench),
            (Thing::Closing, Bundle::Workbench),
            (Thing::Transports, Bundle::Pressure),
            (Thing::Pressure, Bundle::Pressure),
            (Thing::Nothing, Bundle::Learn),
        ] {
            assert_eq!(Bundle::with(Some(&thing)), bundle, "{thing:?}");
        }
        assert_eq!(Bundle::with(None), Bundle::Learn);
    }
}
