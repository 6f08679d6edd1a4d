//! Looking at a page through its `data-testid` attributes.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use serde::Deserialize;
use serde_json::json;

use super::Browser;
use crate::wait::{Look, wait_until};

/// The selector of the elements with a test id.
#[must_use]
pub fn id(name: &str) -> String {
    format!("[data-testid=\"{name}\"]")
}

/// What is to be seen of an element.
#[derive(Debug, Clone, Deserialize)]
pub struct Seen {
    /// Its text, that of what is in it included.
    pub text: String,
    /// Its `data-` attributes, without `data-` and in camel case.
    pub data: BTreeMap<String, String>,
    /// It is switched off.
    pub disabled: bool,
}

impl Seen {
    /// A `data-` attribute; empty if there is none.
    #[must_use]
    pub fn data(&self, name: &str) -> &str {
        self.data.get(name).map_or("", String::as_str)
    }

    /// A `data-` attribute that is a number.
    ///
    /// # Errors
    /// When it is none.
    pub fn number(&self, name: &str) -> Result<u64> {
        let value = self.data(name);
        value
            .parse()
            .with_context(|| format!("data-{name} is `{value}`"))
    }
}

impl Browser {
    /// All elements that a selector finds.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn all(&self, selector: &str) -> Result<Vec<Seen>> {
        let script = "return [...document.querySelectorAll(arguments[0])].map(e => \
                      ({text: e.textContent.replace(/[\\u00a0\\u202f\\u2009]/g, ' '), data: {...e.dataset}, disabled: !!e.disabled || e.ariaDisabled === 'true'}))";
        let found = self.client.execute(script, vec![json!(selector)]).await?;
        Ok(serde_json::from_value(found)?)
    }

    /// Waits until a selector finds something, and gives the first.
    ///
    /// # Errors
    /// When it does not in time.
    pub async fn one(&self, selector: &str) -> Result<Seen> {
        self.until(selector, "to be there", |_| true).await
    }

    /// Waits until one of the elements that a selector finds is as wanted, and gives it.
    ///
    /// # Errors
    /// When there is none in time.
    pub async fn until(
        &self,
        selector: &str,
        wanted: &str,
        is_wanted: impl Fn(&Seen) -> bool,
    ) -> Result<Seen> {
        let what = format!("{selector} in {} {wanted}", self.name);
        wait_until(&what, async || {
            let mut found = self.all(selector).await?;
            Ok(match found.iter().position(&is_wanted) {
                Some(at) => Look::Break(found.swap_remove(at)),
                None => Look::Continue(described(&found)),
            })
        })
        .await
    }

    /// Waits until one of the elements has this text in it, and gives it.
    ///
    /// # Errors
    /// When there is none in time.
    pub async fn until_says(&self, selector: &str, words: &str) -> Result<Seen> {
        let wanted = format!("to say `{words}`");
        self.until(selector, &wanted, |seen| seen.text.contains(words))
            .await
    }

    /// Waits until one of the elements has a `data-` attribute with this value, and gives it.
    ///
    /// # Errors
    /// When there is none in time.
    pub async fn until_data(&self, selector: &str, name: &str, value: &str) -> Result<Seen> {
        let wanted = format!("to have data-{name}={value}");
        self.until(selector, &wanted, |seen| seen.data(name) == value)
            .await
    }

    /// Waits until a selector finds nothing.
    ///
    /// # Errors
    /// When it still does at the end of the time.
    pub async fn until_none(&self, selector: &str) -> Result<()> {
        let what = format!("{selector} in {} to be gone", self.name);
        wait_until(&what, async || {
            let found = self.all(selector).await?;
            Ok(match found.is_empty() {
                true => Look::Break(()),
                false => Look::Continue(described(&found)),
            })
        })
        .await
    }

    /// A number in a `data-` attribute of the first element.
    ///
    /// # Errors
    /// When there is no such element, or no such number.
    pub async fn number(&self, selector: &str, name: &str) -> Result<u64> {
        self.one(selector).await?.number(name)
    }

    /// The address, the text of the page and its console, for whoever reads why a test failed.
    pub(crate) async fn told(&self) -> Result<String> {
        let page = self
            .script("return location.href + '\\n' + document.body.innerText")
            .await?;
        let mut told = page.as_str().unwrap_or_default().to_owned();
        told.push_str("\n--- its console\n");
        for entry in self.console().await? {
            told.push_str(&format!(
                "{} {}: {}\n",
                entry.level, entry.source, entry.message
            ));
        }
        Ok(told)
    }
}

fn described(found: &[Seen]) -> String {
    const FEW: usize = 12;
    if found.is_empty() {
        return "nothing".to_owned();
    }
    let last = &found[found.len().saturating_sub(FEW)..];
    let each: Vec<String> = last
        .iter()
        .map(|seen| format!("`{}` {:?}", seen.text, seen.data))
        .collect();
    each.join(", ")
}
