//! What wasm-bindgen makes, with less to load.
//!
//! A WebAssembly names each function of the browser that it calls, and its JavaScript gives them under these names. They
//! are long and end in a hash, which no compression shortens: here both sides get names of one or two letters. They are keys
//! of one object and nothing else, so they can clash with nothing. Comments and indents of the JavaScript go as well.
//! What has another form than this expects is left as it is.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use super::stamp::files_below;

/// Shortens the names between each `F_bg.wasm` of a folder and its `F.js`.
///
/// # Errors
/// If a file cannot be read or written.
pub(super) fn names_between(folder: &Path) -> Result<()> {
    for wasm in files_below(folder)? {
        let name = wasm.to_string_lossy();
        let Some(stem) = name.strip_suffix("_bg.wasm") else {
            continue;
        };
        let glue = PathBuf::from(format!("{stem}.js"));
        let bytes = fs::read(&wasm).with_context(|| wasm.display().to_string())?;
        let script = fs::read_to_string(&glue).with_context(|| glue.display().to_string())?;
        if let Some((bytes, script)) = shortened(&bytes, &script) {
            fs::write(&wasm, bytes)?;
            fs::write(&glue, bare(&script))?;
        }
    }
    Ok(())
}

/// Both with short names; `None` when the WebAssembly is not read.
fn shortened(wasm: &[u8], script: &str) -> Option<(Vec<u8>, String)> {
    let Section { head, content } = import_section(wasm)?;
    let imports = imports(&wasm[content.clone()])?;
    let names = short_names(&imports, script);
    let short = |name: &str| names.get(name).cloned().unwrap_or_else(|| name.to_owned());

    let mut section = Vec::new();
    write_number(imports.len(), &mut section);
    for import in &imports {
        for name in [&import.module, &import.name] {
            let name = short(name);
            write_number(name.len(), &mut section);
            section.extend_from_slice(name.as_bytes());
        }
        section.push(FUNCTION);
        write_number(import.signature, &mut section);
    }
    let mut bytes = wasm[..=head].to_vec();
    write_number(section.len(), &mut bytes);
    bytes.extend(section);
    bytes.extend_from_slice(&wasm[content.end..]);

    let mut text = String::with_capacity(script.len());
    for line in script.lines() {
        let rest = line.trim_start();
        text.push_str(&line[..line.len() - rest.len()]);
        match key(rest).and_then(|key| Some((names.get(key)?, key))) {
            Some((short, key)) if rest.starts_with('"') => {
                text.push_str(&format!("\"{short}\"{}", &rest[key.len() + 2..]));
            }
            Some((short, key)) => text.push_str(&format!("{short}{}", &rest[key.len()..])),
            None => text.push_str(rest),
        }
        text.push('\n');
    }
    Some((bytes, text))
}

/// A function of the browser that a WebAssembly calls.
struct Import {
    module: String,
    name: String,
    signature: usize,
}

/// Where a section is.
struct Section {
    /// Its kind, before its size.
    head: usize,
    /// What is in it.
    content: Range<usize>,
}

fn import_section(wasm: &[u8]) -> Option<Section> {
    let mut at = HEAD.len();
    if !wasm.starts_with(&HEAD) {
        return None;
    }
    while at < wasm.len() {
        let kind = wasm[at];
        let (size, begin) = number(wasm, at + 1)?;
        let end = begin.checked_add(size).filter(|end| *end <= wasm.len())?;
        if kind == IMPORTS {
            let content = begin..end;
            return Some(Section { head: at, content });
        }
        at = end;
    }
    None
}

/// What an import section has; `None` when there is anything but functions.
fn imports(section: &[u8]) -> Option<Vec<Import>> {
    let (count, mut at) = number(section, 0)?;
    let mut imports = Vec::new();
    for _ in 0..count {
        let mut names = [String::new(), String::new()];
        for name in &mut names {
            let (length, begin) = number(section, at)?;
            at = begin + length;
            *name = String::from_utf8(section.get(begin..at)?.to_vec()).ok()?;
        }
        if section.get(at) != Some(&FUNCTION) {
            return None;
        }
        let (signature, next) = number(section, at + 1)?;
        at = next;
        let [module, name] = names;
        imports.push(Import {
            module,
            name,
            signature,
        });
    }
    (at == section.len()).then_some(imports)
}

/// A short name for each that the script has as a key, and nowhere else.
fn short_names(imports: &[Import], script: &str) -> HashMap<String, String> {
    let mut keys = HashMap::<&str, usize>::new();
    for key in script.lines().filter_map(|line| key(line.trim_start())) {
        *keys.entry(key).or_default() += 1;
    }
    let both = imports.iter().flat_map(|it| [&it.module, &it.name]);
    let mut taken: HashSet<String> = both.clone().cloned().collect();
    let mut names = HashMap::new();
    let mut next = 0;
    for name in both {
        let is_key =
            keys.get(name.as_str()) == Some(&1) && script.matches(name.as_str()).count() == 1;
        if !is_key || names.contains_key(name) {
            continue;
        }
        let short = loop {
            let short = letters(next);
            next += 1;
            if taken.insert(short.clone()) {
                break short;
            }
        };
        names.insert(name.clone(), short);
    }
    names
}

/// The key at the beginning of a line of an object: `key: …` or `"key": …`.
fn key(line: &str) -> Option<&str> {
    let (key, _) = line.split_once(": ")?;
    let quoted = key.strip_prefix('"').and_then(|key| key.strip_suffix('"'));
    Some(quoted.unwrap_or(key))
}

/// `a` to `Z`, then `aa` and so on. No word of JavaScript is harmed: as a key, each may stand.
fn letters(mut number: usize) -> String {
    let mut name = String::new();
    loop {
        name.push(char::from(LETTERS[number % LETTERS.len()]));
        number /= LETTERS.len();
        if number == 0 {
            return name;
        }
        number -= 1;
    }
}

/// A script without comments that have lines of their own, indents and empty lines. One whose texts may go over lines is
/// left as it is.
fn bare(script: &str) -> String {
    if script
        .lines()
        .any(|line| line.matches('`').count() % 2 == 1)
    {
        return script.to_owned();
    }
    let mut bare = String::new();
    let mut in_comment = false;
    for line in script.lines().map(str::trim) {
        if in_comment || line.starts_with("/*") {
            in_comment = !line.ends_with("*/");
        } else if !line.is_empty() && !line.starts_with("//") {
            bare.push_str(line);
            bare.push('\n');
        }
    }
    bare
}

/// An unsigned LEB128 number at a place, and where what follows it begins.
fn number(bytes: &[u8], mut at: usize) -> Option<(usize, usize)> {
    let mut number = 0_usize;
    for shift in (0..35).step_by(7) {
        let byte = *bytes.get(at)?;
        at += 1;
        number |= usize::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some((number, at));
        }
    }
    None
}

fn write_number(mut number: usize, to: &mut Vec<u8>) {
    while number >= 0x80 {
        to.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    to.push(number as u8);
}

/// What every WebAssembly begins with: its magic word and version 1.
const HEAD: [u8; 8] = *b"\0asm\x01\0\0\0";

/// The kind of the section of imports.
const IMPORTS: u8 = 2;

/// The kind of an import that is a function.
const FUNCTION: u8 = 0;

const LETTERS: &[u8; 52] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

#[cfg(test)]
mod tests {
    use super::*;

    /// A WebAssembly that imports these functions, and has a section after them.
    fn wasm(names: &[&str]) -> Vec<u8> {
        let mut section = Vec::new();
        write_number(names.len(), &mut section);
        for name in names {
            for name in ["./page_bg.js", name] {
                write_number(name.len(), &mut section);
                section.extend_from_slice(name.as_bytes());
            }
            section.extend_from_slice(&[FUNCTION, 0x81, 0x02]);
        }
        let mut wasm = HEAD.to_vec();
        wasm.extend_from_slice(&[1, 4, 1, 0x60, 0, 0]);
        wasm.push(IMPORTS);
        write_number(section.len(), &mut wasm);
        wasm.extend(section);
        wasm.extend_from_slice(&[10, 1, 0]);
        wasm
    }

    const SCRIPT: &str = "\
        function imports() {\n    \
            const import0 = {\n        \
                __wbg_log_0123456789abcdef: function(arg0) { console.log(`${arg0}: said`); },\n        \
                __wbg_now_fedcba9876543210: function() { return kept(); },\n    \
            };\n    \
            return {\n        \
                \"./page_bg.js\": import0,\n    \
            };\n\
        }\n\
        function other() { return '__wbg_kept_1111111111111111: '; }\n";

    #[test]
    fn both_sides_get_the_same_short_names_and_nothing_else_changes() {
        let names = ["__wbg_log_0123456789abcdef", "__wbg_now_fedcba9876543210"];
        let (wasm, script) = shortened(&wasm(&names), SCRIPT).unwrap();
        let section = import_section(&wasm).unwrap();
        let imports = imports(&wasm[section.content]).unwrap();
        let read: Vec<_> = imports
            .iter()
            .map(|it| (it.module.as_str(), it.name.as_str(), it.signature))
            .collect();
        assert_eq!(read, [("a", "b", 257), ("a", "c", 257)]);
        assert!(wasm.ends_with(&[10, 1, 0]));
        assert!(wasm.starts_with(b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0\x02"));
        let expected = SCRIPT
            .replace(names[0], "b")
            .replace(names[1], "c")
            .replace("./page_bg.js", "a");
        assert_eq!(script, expected);
    }

    #[test]
    fn a_name_that_is_not_a_key_alone_stays() {
        let name = "__wbg_kept_1111111111111111";
        let wasm = wasm(&[name]);
        let (after, script) = shortened(&wasm, SCRIPT).unwrap();
        let section = import_section(&after).unwrap();
        assert_eq!(imports(&after[section.content]).unwrap()[0].name, name);
        assert!(script.contains(name));
    }

    #[test]
    fn what_is_no_webassembly_or_imports_memory_is_left_as_it_is() {
        assert!(shortened(b"<html>", SCRIPT).is_none());
        let memory = [&HEAD[..], &[2, 8, 1, 1, b'a', 1, b'm', 2, 0, 1]].concat();
        assert!(shortened(&memory, SCRIPT).is_none());
        assert!(shortened(&wasm(&["log"])[..30], SCRIPT).is_none());
    }

    #[test]
    fn comments_indents_and_empty_lines_go_and_nothing_else() {
        let script =
            "/**\n * Says it.\n */\nfunction say() {\n\n    // Aloud.\n    return `a // b`;\n}\n";
        assert_eq!(bare(script), "function say() {\nreturn `a // b`;\n}\n");
        let over_lines = "const a = `\n    // text\n`;\n";
        assert_eq!(bare(over_lines), over_lines);
    }

    #[test]
    fn no_two_names_are_the_same() {
        let names: HashSet<_> = (0..3_000).map(letters).collect();
        assert_eq!(names.len(), 3_000);
        assert!(names.iter().all(|name| name.len() <= 3));
    }
}
