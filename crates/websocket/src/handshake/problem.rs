//! What can be wrong with an upgrade whose heads are well-formed HTTP.

use thiserror::Error;

use crate::deflate::{DeflateParams, OfferProblem};

/// A rule of the opening handshake that a request or its answer broke.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum UpgradeProblem {
    /// The request is not a GET.
    #[error("the method is {method}; only GET opens a WebSocket")]
    NotGet {
        /// The method.
        method: String,
    },
    /// The request's HTTP version is below 1.1.
    #[error("the version is {version}; it must be HTTP/1.1 or higher")]
    HttpTooOld {
        /// The version.
        version: String,
    },
    /// No `Host`.
    #[error("the Host header is missing")]
    NoHost,
    /// `Upgrade` does not name `websocket`.
    #[error("the Upgrade header does not say websocket")]
    NoUpgrade,
    /// `Connection` does not name `Upgrade`.
    #[error("the Connection header does not say Upgrade")]
    NoConnectionUpgrade,
    /// No `Sec-WebSocket-Key`.
    #[error("the Sec-WebSocket-Key header is missing")]
    NoKey,
    /// More than one `Sec-WebSocket-Key`.
    #[error("Sec-WebSocket-Key came {count} times")]
    KeyRepeated {
        /// How often it came.
        count: usize,
    },
    /// The key is not the Base64 of 16 bytes.
    #[error("Sec-WebSocket-Key is not the Base64 of 16 bytes: {key}")]
    KeyInvalid {
        /// The key.
        key: String,
    },
    /// `Sec-WebSocket-Version` is missing.
    #[error("the Sec-WebSocket-Version header is missing; it must be 13")]
    NoVersion,
    /// `Sec-WebSocket-Version` is not 13.
    #[error("Sec-WebSocket-Version is {version}; it must be 13")]
    OtherVersion {
        /// The version asked for.
        version: String,
    },
    /// The answer's status is not 101.
    #[error("the server answered {status}, not 101: no WebSocket was opened")]
    NotSwitching {
        /// The status.
        status: u16,
    },
    /// No `Sec-WebSocket-Accept`.
    #[error("the Sec-WebSocket-Accept header is missing")]
    NoAccept,
    /// `Sec-WebSocket-Accept` does not follow from the key.
    #[error("Sec-WebSocket-Accept is {got}, but the key gives {expected}")]
    AcceptWrong {
        /// What the key gives.
        expected: String,
        /// What came.
        got: String,
    },
    /// The answer names a subprotocol that was not offered.
    #[error("the server chose the subprotocol {name}, which the client did not offer")]
    SubprotocolNotOffered {
        /// The subprotocol.
        name: String,
    },
    /// The answer names an extension that was not offered.
    #[error("the server chose the extension {name}, which the client did not offer")]
    ExtensionNotOffered {
        /// The extension.
        name: String,
    },
    /// The answer's permessage-deflate is one that no server may answer.
    #[error("the server's answer on permessage-deflate is wrong: {problem}")]
    DeflateAnswer {
        /// What is wrong with it.
        problem: OfferProblem,
    },
    /// The answer's permessage-deflate is no answer to any offer of it.
    #[error("the server answered {answer}, which keeps to none of the offers")]
    DeflateNotOffered {
        /// The answer.
        answer: DeflateParams,
    },
}

impl UpgradeProblem {
    /// The rule that was broken, in plain words.
    #[must_use]
    pub const fn rule(&self) -> &'static str {
        match self {
            Self::NotGet { .. } => "the method of the handshake must be GET",
            Self::HttpTooOld { .. } => "the handshake needs HTTP/1.1 or higher",
            Self::NoHost => "the handshake must name the host",
            Self::NoUpgrade => "Upgrade must contain websocket",
            Self::NoConnectionUpgrade => "Connection must contain Upgrade",
            Self::NoKey | Self::KeyRepeated { .. } => "Sec-WebSocket-Key must come exactly once",
            Self::KeyInvalid { .. } => "Sec-WebSocket-Key must be the Base64 of 16 bytes",
            Self::NoVersion | Self::OtherVersion { .. } => "Sec-WebSocket-Version must be 13",
            Self::NotSwitching { .. } => "only 101 Switching Protocols opens a WebSocket",
            Self::NoAccept | Self::AcceptWrong { .. } => {
                "Sec-WebSocket-Accept must be the Base64 of the SHA-1 of key and GUID"
            }
            Self::SubprotocolNotOffered { .. } => {
                "a server may choose only a subprotocol that was offered"
            }
            Self::ExtensionNotOffered { .. } => {
                "a server may choose only extensions that were offered"
            }
            Self::DeflateAnswer { .. } | Self::DeflateNotOffered { .. } => {
                "a server's parameters of permessage-deflate must keep to one of the offers"
            }
        }
    }

    /// Where the rule stands: §4.2.1 is what a server checks, §4.1 what a client checks.
    #[must_use]
    pub const fn section(&self) -> &'static str {
        match self {
            Self::NotGet { .. }
            | Self::HttpTooOld { .. }
            | Self::NoHost
            | Self::NoKey
            | Self::KeyInvalid { .. }
            | Self::NoVersion => "RFC 6455 §4.2.1",
            Self::KeyRepeated { .. } => "RFC 6455 §11.3.1",
            Self::OtherVersion { .. } => "RFC 6455 §4.4",
            Self::DeflateAnswer { .. } | Self::DeflateNotOffered { .. } => "RFC 7692 §7.1",
            Self::NoUpgrade
            | Self::NoConnectionUpgrade
            | Self::NotSwitching { .. }
            | Self::NoAccept
            | Self::AcceptWrong { .. }
            | Self::SubprotocolNotOffered { .. }
            | Self::ExtensionNotOffered { .. } => "RFC 6455 §4.1",
        }
    }

    /// The status with which a server refuses a request that has this problem; `None` for a problem of the
    /// server's own answer.
    #[must_use]
    pub const fn refused_with(&self) -> Option<u16> {
        match self {
            Self::NotGet { .. } => Some(405),
            Self::NoVersion | Self::OtherVersion { .. } => Some(426),
            Self::HttpTooOld { .. }
            | Self::NoHost
            | Self::NoUpgrade
            | Self::NoConnectionUpgrade
            | Self::NoKey
            | Self::KeyRepeated { .. }
            | Self::KeyInvalid { .. } => Some(400),
            Self::NotSwitching { .. }
            | Self::NoAccept
            | Self::AcceptWrong { .. }
            | Self::SubprotocolNotOffered { .. }
            | Self::ExtensionNotOffered { .. }
            | Self::DeflateAnswer { .. }
            | Self::DeflateNotOffered { .. } => None,
        }
    }
}
