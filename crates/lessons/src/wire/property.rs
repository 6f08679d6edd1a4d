//! What things that cross have: lengths, bits, codes.

use super::WireThing;

/// One of the properties.
#[derive(Debug)]
pub(super) struct Property {
    pub(super) name: &'static str,
    /// For the author's guide.
    pub(super) about: &'static str,
    /// Names of the things that have it.
    pub(super) of: &'static [&'static str],
    pub(super) value: Value,
}

/// How the value of a property is found; `None` where a thing has none.
#[derive(Debug, Clone, Copy)]
pub(super) enum Value {
    Flag(fn(&WireThing) -> Option<bool>),
    Bytes(fn(&WireThing) -> Option<u64>),
    Number(fn(&WireThing) -> Option<u64>),
}

impl PartialEq for Property {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && self.of == other.of
    }
}

impl Eq for Property {}

impl Property {
    pub(super) const fn is_flag(&self) -> bool {
        matches!(self.value, Value::Flag(_))
    }

    pub(super) const fn is_bytes(&self) -> bool {
        matches!(self.value, Value::Bytes(_))
    }

    /// Its value, 1 for what is true.
    pub(super) fn value_of(&self, thing: &WireThing) -> Option<u64> {
        match self.value {
            Value::Flag(read) => read(thing).map(u64::from),
            Value::Bytes(read) | Value::Number(read) => read(thing),
        }
    }
}

const FRAMES: &[&str] = &[
    "frame",
    "text",
    "binary",
    "continuation",
    "ping",
    "pong",
    "close",
];

const ALL_WITH_BYTES: &[&str] = &[
    "request",
    "answer",
    "frame",
    "text",
    "binary",
    "continuation",
    "ping",
    "pong",
    "close",
];

pub(super) static PROPERTIES: [Property; 13] = [
    flag("fin", "it is the last frame of its message", |thing| {
        Some(thing.frame()?.header.fin)
    }),
    flag("masked", "it is masked", |thing| {
        Some(thing.frame()?.header.mask.is_some())
    }),
    flag("rsv1", "RSV1 is set: its message is compressed", |thing| {
        Some(thing.frame()?.header.rsv1)
    }),
    flag("rsv2", "RSV2 is set", |thing| {
        Some(thing.frame()?.header.rsv2)
    }),
    flag("rsv3", "RSV3 is set", |thing| {
        Some(thing.frame()?.header.rsv3)
    }),
    flag("lawful", "it breaks no rule", |thing| {
        Some(thing.frame()?.lawful)
    }),
    Property {
        name: "deflate",
        about: "permessage-deflate is offered, or agreed to",
        of: &["request", "answer"],
        value: Value::Flag(|thing| match thing {
            WireThing::Request { deflate, .. } | WireThing::Answer { deflate, .. } => {
                Some(*deflate)
            }
            WireThing::Frame(_) | WireThing::End => None,
        }),
    },
    Property {
        name: "length",
        about: "bytes of its payload, as they cross",
        of: FRAMES,
        value: Value::Bytes(|thing| Some(thing.frame()?.header.payload_len)),
    },
    Property {
        name: "bytes",
        about: "bytes of all of it, the head of a frame included",
        of: ALL_WITH_BYTES,
        value: Value::Bytes(|thing| match thing {
            WireThing::Request { bytes, .. } | WireThing::Answer { bytes, .. } => Some(*bytes),
            WireThing::Frame(frame) => {
                let head = frame.header.header_len() as u64;
                Some(head.saturating_add(frame.header.payload_len))
            }
            WireThing::End => None,
        }),
    },
    Property {
        name: "inflated",
        about: "bytes that its payload inflates to; of a larger message the first MiB is counted",
        of: FRAMES,
        value: Value::Bytes(|thing| thing.frame()?.inflated),
    },
    Property {
        name: "opcode",
        about: "the number of its opcode",
        of: FRAMES,
        value: Value::Number(|thing| Some(u64::from(thing.frame()?.header.opcode.bits()))),
    },
    Property {
        name: "code",
        about: "the code that it closes with; a Close frame without one has none",
        of: &["close"],
        value: Value::Number(|thing| thing.frame()?.code.map(u64::from)),
    },
    Property {
        name: "status",
        about: "the status of the answer",
        of: &["answer"],
        value: Value::Number(|thing| match thing {
            WireThing::Answer { status, .. } => Some(u64::from(*status)),
            WireThing::Request { .. } | WireThing::Frame(_) | WireThing::End => None,
        }),
    },
];

const fn flag(
    name: &'static str,
    about: &'static str,
    read: fn(&WireThing) -> Option<bool>,
) -> Property {
    Property {
        name,
        about,
        of: FRAMES,
        value: Value::Flag(read),
    }
}
