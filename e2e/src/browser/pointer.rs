//! A mouse and its right button, and a finger.

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::Browser;

impl Browser {
    /// Presses and lets go the right button over the middle of an element.
    ///
    /// # Errors
    /// When it is not there, or the browser does not do it.
    pub async fn right_click(&self, selector: &str) -> Result<()> {
        let (x, y) = self.middle(selector).await?;
        for kind in ["mousePressed", "mouseReleased"] {
            let event = json!({"type": kind, "x": x, "y": y, "button": "right", "clickCount": 1});
            self.devtools("Input.dispatchMouseEvent", event).await?;
        }
        Ok(())
    }

    /// Moves the mouse over the middle of an element.
    ///
    /// # Errors
    /// When it is not there, or the browser does not do it.
    pub async fn hover(&self, selector: &str) -> Result<()> {
        let (x, y) = self.middle(selector).await?;
        let event = json!({"type": "mouseMoved", "x": x, "y": y});
        self.devtools("Input.dispatchMouseEvent", event).await?;
        Ok(())
    }

    /// Puts a finger on the middle of an element, does something, and lifts it.
    ///
    /// # Errors
    /// When it is not there, or what is done meanwhile fails.
    pub async fn hold(
        &self,
        selector: &str,
        meanwhile: impl Future<Output = Result<()>>,
    ) -> Result<()> {
        let (x, y) = self.middle(selector).await?;
        let points = json!([{"x": x, "y": y}]);
        self.touch("touchStart", &points).await?;
        let done = meanwhile.await;
        self.touch("touchEnd", &json!([])).await?;
        done
    }

    async fn touch(&self, kind: &str, points: &Value) -> Result<()> {
        let event = json!({"type": kind, "touchPoints": points});
        self.devtools("Input.dispatchTouchEvent", event).await?;
        Ok(())
    }

    /// The middle of what is seen of an element, in CSS pixels.
    async fn middle(&self, selector: &str) -> Result<(f64, f64)> {
        self.one(selector).await?;
        let script = format!(
            "const e = document.querySelector({selector:?}); e.scrollIntoView({{block: 'nearest'}}); \
             const r = e.getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]"
        );
        let place = self.script(&script).await?;
        let side = |at: usize| place.get(at).and_then(Value::as_f64);
        side(0).zip(side(1)).context("it has a place")
    }
}
