//! Which view an address shows.

/// A view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// `/`: the course map.
    Course,
    /// `/lesson/{chapter}/{lesson}`.
    Lesson {
        /// Slug of the chapter.
        chapter: String,
        /// Slug of the lesson.
        lesson: String,
    },
    /// `/chat/{room}`.
    Chat {
        /// Name of the room, still as it stands in the address.
        room: String,
    },
    /// `/echo`: a connection to the echo, and its bytes.
    Echo,
    /// `/playground`: pipelines of one's own.
    Playground,
    /// `/compare/{which}`: two runs side by side.
    Compare {
        /// Which comparison, as it stands in the address.
        which: String,
    },
    /// `/pressure`: pressure across a socket.
    Pressure,
    /// `/transports`: the same messages four ways.
    Transports,
    /// `/workbench`: any frames, sent to this server.
    Workbench,
    /// `/closing`: all ways a connection ends.
    Closing,
    /// Nothing that there is.
    Unknown,
}

impl Address {
    /// The view that a path shows.
    #[must_use]
    pub fn of(path: &str) -> Self {
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        match parts[..] {
            [] => Self::Course,
            ["lesson", chapter, lesson] => Self::Lesson {
                chapter: chapter.to_owned(),
                lesson: lesson.to_owned(),
            },
            ["chat", room] => Self::Chat {
                room: room.to_owned(),
            },
            ["echo"] => Self::Echo,
            ["playground"] => Self::Playground,
            ["pressure"] => Self::Pressure,
            ["transports"] => Self::Transports,
            ["workbench"] => Self::Workbench,
            ["closing"] => Self::Closing,
            ["compare", which] => Self::Compare {
                which: which.to_owned(),
            },
            _ => Self::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_has_its_address() {
        let lesson = Address::Lesson {
            chapter: "streams".to_owned(),
            lesson: "pipe".to_owned(),
        };
        assert_eq!(Address::of("/"), Address::Course);
        assert_eq!(Address::of("/lesson/streams/pipe"), lesson);
        assert_eq!(Address::of("/lesson/streams/pipe/"), lesson);
        let room = "den".to_owned();
        assert_eq!(Address::of("/chat/den"), Address::Chat { room });
        assert_eq!(Address::of("/echo"), Address::Echo);
        assert_eq!(Address::of("/playground"), Address::Playground);
        assert_eq!(Address::of("/pressure"), Address::Pressure);
        assert_eq!(Address::of("/transports"), Address::Transports);
        assert_eq!(Address::of("/workbench"), Address::Workbench);
        assert_eq!(Address::of("/closing"), Address::Closing);
        let which = "pipeline".to_owned();
        assert_eq!(Address::of("/compare/pipeline"), Address::Compare { which });
    }

    #[test]
    fn anything_else_is_unknown() {
        for path in [
            "/lesson",
            "/lesson/a",
            "/lesson/a/b/c",
            "/chat",
            "/chats/den",
            "/compare",
            "/playground/x",
        ] {
            assert_eq!(Address::of(path), Address::Unknown, "{path}");
        }
    }
}
