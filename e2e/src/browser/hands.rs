//! Clicking and typing as a person does.

use anyhow::{Context, Result};
use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::error::{CmdError, ErrorStatus};
use fantoccini::{Locator, elements::Element};

use super::Browser;
use crate::wait::{Look, wait_until};

impl Browser {
    /// Clicks the first element that a selector finds, once it is there and switched on.
    ///
    /// # Errors
    /// When it cannot be clicked in time.
    pub async fn click(&self, selector: &str) -> Result<()> {
        let what = format!("{selector} in {} to be clicked", self.name);
        wait_until(&what, async || {
            let clicked = async {
                let element = self.enabled(selector).await?;
                element.click().await
            };
            look(clicked.await)
        })
        .await
    }

    /// Types into the first element that a selector finds, once it is there.
    ///
    /// # Errors
    /// When it cannot be typed into in time.
    pub async fn type_into(&self, selector: &str, text: &str) -> Result<()> {
        let what = format!("{selector} in {} to be typed into", self.name);
        wait_until(&what, async || {
            let typed = async {
                let element = self.enabled(selector).await?;
                element.send_keys(text).await
            };
            look(typed.await)
        })
        .await
    }

    /// Replaces what is in a field.
    ///
    /// # Errors
    /// When it cannot be typed into in time.
    pub async fn fill(&self, selector: &str, text: &str) -> Result<()> {
        self.one(selector).await?;
        let field = self.client.find(Locator::Css(selector)).await?;
        field.clear().await?;
        self.type_into(selector, text).await
    }

    /// Presses a key and lets it go, wherever the focus is.
    ///
    /// # Errors
    /// When the browser does not do it.
    pub async fn press(&self, key: impl Into<char>) -> Result<()> {
        let value = key.into();
        let stroke = KeyActions::new("keyboard".to_owned())
            .then(KeyAction::Down { value })
            .then(KeyAction::Up { value });
        let pressed = self.client.perform_actions(stroke).await;
        pressed.context("pressing a key")
    }

    async fn enabled(&self, selector: &str) -> Result<Element, CmdError> {
        let element = self.client.find(Locator::Css(selector)).await?;
        if element.is_enabled().await? {
            Ok(element)
        } else {
            let off = format!("{selector} is switched off");
            Err(CmdError::Standard(fantoccini::error::WebDriver::new(
                ErrorStatus::ElementNotInteractable,
                off,
            )))
        }
    }
}

/// A page draws itself anew all the time: an element that was there a moment ago may be another
/// one now, or be covered.
fn look(done: Result<(), CmdError>) -> Result<Look<()>> {
    let error = match done {
        Ok(()) => return Ok(Look::Break(())),
        Err(CmdError::Standard(error)) => error,
        Err(other) => return Err(other.into()),
    };
    match error.error {
        ErrorStatus::NoSuchElement
        | ErrorStatus::StaleElementReference
        | ErrorStatus::ElementNotInteractable
        | ErrorStatus::ElementClickIntercepted => Ok(Look::Continue(error.to_string())),
        _ => Err(CmdError::Standard(error).into()),
    }
}
