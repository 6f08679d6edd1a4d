//! `GET /api/stages`: the kinds of stages there are, with their options.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// All kinds, in the order in which they are to be offered.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Catalogue {
    /// The kinds.
    pub kinds: Vec<StageKind>,
}

/// A kind of stage.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StageKind {
    /// Its name, such as `gzip`.
    pub kind: String,
    /// What it does, in a sentence.
    pub about: String,
    /// Which sides it has.
    pub side: Side,
    /// Its options.
    pub options: Vec<StageOption>,
}

/// Which sides a stage has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// Others read from it: a pipeline begins with one.
    Readable,
    /// Others write to it: a pipeline ends with one.
    Writable,
    /// Both, and what is read is made of what was written.
    Transform,
    /// Both, each on its own.
    Duplex,
}

/// An option of a kind of stage.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StageOption {
    /// Its name.
    pub name: String,
    /// What it may be.
    #[serde(flatten)]
    pub takes: Takes,
    /// The stage cannot be made without it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub required: bool,
    /// What it is when left out, when that can be said by a value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<Value>,
    /// What to begin with, where nothing is the default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub example: Option<Value>,
    /// What it does, in a few words.
    pub about: String,
}

/// What an option may be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Takes {
    /// A whole number.
    Number {
        /// The least that is allowed.
        min: u64,
        /// The most; when left out, there is no bound that anybody would meet.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max: Option<u64>,
    },
    /// A number of bytes.
    Size {
        /// The least that is allowed.
        min: u64,
        /// The most; when left out, there is no bound that anybody would meet.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max: Option<u64>,
    },
    /// A text.
    Text,
    /// One of these texts.
    Choice {
        /// What is allowed.
        choices: Vec<String>,
    },
    /// `true` or `false`.
    Bool,
    /// A list of texts.
    List,
    /// Texts by name.
    Map,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
fn is_false(flag: &bool) -> bool {
    !flag
}
