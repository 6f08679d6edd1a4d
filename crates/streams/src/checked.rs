//! What the rules were compared with, from the file that the comparison writes.

/// The last comparison with real Node: `tests/node` writes it and holds it true.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Checked {
    /// The versions of Node, oldest first.
    pub nodes: [&'static str; 3],
    /// Hand-picked lists of operations compared with each of them.
    pub cases: u32,
    /// Random lists of operations compared with each of them.
    pub random_lists: u32,
}

/// The last comparison with real Node.
pub const CHECKED: Checked = Checked {
    nodes: [quoted(0), quoted(1), quoted(2)],
    cases: number("\"cases\": "),
    random_lists: number("\"random_lists\": "),
};

/// In the form in which the comparison writes it, so that it is read while this is compiled.
const FILE: &str = include_str!("../checked.json");

/// The number after a key.
const fn number(key: &str) -> u32 {
    let bytes = FILE.as_bytes();
    let mut at = after(key, 0);
    let mut number = 0;
    while bytes[at].is_ascii_digit() {
        number = number * 10 + (bytes[at] - b'0') as u32;
        at += 1;
    }
    number
}

/// The version of the Node at this place of the list.
const fn quoted(place: usize) -> &'static str {
    let mut from = after("\"nodes\": [\"", 0);
    let mut skipped = 0;
    while skipped < place {
        from = after("\", \"", from);
        skipped += 1;
    }
    let (_, rest) = FILE.split_at(from);
    let mut len = 0;
    while rest.as_bytes()[len] != b'"' {
        len += 1;
    }
    rest.split_at(len).0
}

/// Where the text after the next occurrence of `key` begins. Without one this does not compile.
const fn after(key: &str, mut from: usize) -> usize {
    let (file, key) = (FILE.as_bytes(), key.as_bytes());
    loop {
        let mut same = 0;
        while same < key.len() && file[from + same] == key[same] {
            same += 1;
        }
        if same == key.len() {
            return from + same;
        }
        from += 1;
    }
}
