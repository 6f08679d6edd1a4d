//! How the learner wants the page to look; kept between visits.

use leptos::prelude::*;

use super::storage;

const THEME_KEY: &str = "spillway.theme";
const SIZE_KEY: &str = "spillway.size";
const VIEW_KEY: &str = "spillway.view";

/// The colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    /// As the machine is set.
    System,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

/// How large everything is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// For one person at a screen.
    Desk,
    /// For the last row of a classroom.
    Projector,
}

/// How a stream is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    /// Drawn.
    Picture,
    /// As a table of its stages.
    Table,
    /// As sentences.
    Text,
}

/// The settings and where they are changed.
#[derive(Clone, Copy)]
pub struct Settings {
    /// The colours.
    pub theme: RwSignal<Theme>,
    /// The size.
    pub size: RwSignal<Size>,
    /// How a stream is shown.
    pub view: RwSignal<View>,
    /// Whether a run is heard. Not kept: a page that is opened is silent.
    pub sound: RwSignal<bool>,
}

impl Settings {
    /// Reads what was kept, and from now on keeps and shows every change.
    #[must_use]
    pub fn load() -> Self {
        let theme = match storage::read(THEME_KEY).as_deref() {
            Some("light") => Theme::Light,
            Some("dark") => Theme::Dark,
            _ => Theme::System,
        };
        let size = match storage::read(SIZE_KEY).as_deref() {
            Some("projector") => Size::Projector,
            _ => Size::Desk,
        };
        let view = match storage::read(VIEW_KEY).as_deref() {
            Some("table") => View::Table,
            Some("text") => View::Text,
            _ => View::Picture,
        };
        let settings = Self {
            theme: RwSignal::new(theme),
            size: RwSignal::new(size),
            view: RwSignal::new(view),
            sound: RwSignal::new(false),
        };
        Effect::new(move |_| keep(THEME_KEY, "data-theme", settings.theme.get().name()));
        Effect::new(move |_| keep(SIZE_KEY, "data-size", settings.size.get().name()));
        Effect::new(move |_| keep(VIEW_KEY, "data-view", settings.view.get().name()));
        settings
    }
}

impl Theme {
    /// The next one, for a button that goes round.
    #[must_use]
    pub const fn next(self) -> Self {
        match self {
            Self::System => Self::Light,
            Self::Light => Self::Dark,
            Self::Dark => Self::System,
        }
    }

    /// What the button says.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::System => "System",
            Self::Light => "Light",
            Self::Dark => "Dark",
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

impl Size {
    /// The other one.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Desk => Self::Projector,
            Self::Projector => Self::Desk,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Desk => "desk",
            Self::Projector => "projector",
        }
    }
}

impl View {
    /// What the button says.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Picture => "Picture",
            Self::Table => "Table",
            Self::Text => "Text",
        }
    }

    /// Its name in the storage, the style and the tests.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Picture => "picture",
            Self::Table => "table",
            Self::Text => "text",
        }
    }
}

fn keep(key: &str, attribute: &str, value: &str) {
    storage::write(key, value);
    if let Some(root) = document().document_element() {
        // The attribute's name is a constant and valid, so this cannot fail.
        let _ = root.set_attribute(attribute, value);
    }
}
