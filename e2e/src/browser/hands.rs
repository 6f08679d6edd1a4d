//! Clicking and typing as a person does.

use std::time::Duration;

use anyhow::{Context, Result};
use fantoccini::actions::{
    InputSource, KeyAction, KeyActions, MOUSE_BUTTON_LEFT, MouseActions, PointerAction,
};
use fantoccini::error::{CmdError, ErrorStatus};
use fantoccini::key::Key;
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

    /// Drags from the middle of one element to the middle of another, as with a mouse.
    ///
    /// # Errors
    /// When one of them is not there in time, or the browser does not do it.
    pub async fn drag(&self, from: &str, to: &str) -> Result<()> {
        self.one(from).await?;
        self.one(to).await?;
        let what = format!("to drag from {from} to {to} in {}", self.name);
        wait_until(&what, async || look(self.try_drag(from, to).await)).await
    }

    async fn try_drag(&self, from: &str, to: &str) -> Result<(), CmdError> {
        let over = |element: Element| PointerAction::MoveToElement {
            element,
            duration: Some(Duration::from_millis(80)),
            x: 0.0,
            y: 0.0,
        };
        let start = self.client.find(Locator::Css(from)).await?;
        let end = self.client.find(Locator::Css(to)).await?;
        let button = MOUSE_BUTTON_LEFT;
        let drag = MouseActions::new("mouse".to_owned())
            .then(over(start))
            .then(PointerAction::Down { button })
            .then(over(end))
            .then(PointerAction::Up { button });
        self.client.perform_actions(drag).await
    }

    /// Presses a key while Control is held down.
    ///
    /// # Errors
    /// When the browser does not do it.
    pub async fn press_with_control(&self, key: impl Into<char>) -> Result<()> {
        let (control, value) = (char::from(Key::Control), key.into());
        let stroke = KeyActions::new("keyboard".to_owned())
            .then(KeyAction::Down { value: control })
            .then(KeyAction::Down { value })
            .then(KeyAction::Up { value })
            .then(KeyAction::Up { value: control });
        let pressed = self.client.perform_actions(stroke).await;
        pressed.context("pressing a key with Control")
    }

    async fn enabled(&self, selector: &str) -> Result<Element, CmdError> {
        let element = self.client.find(Locator::Css(selector)).await?;
        let off = element.attr("aria-disabled").await?;
        if element.is_enabled().await? && off.as_deref() != Some("true") {
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
