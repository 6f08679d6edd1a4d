//! The options of a stage, as a program needs them.

use serde_json::Value;
use spillway_protocol::control::StageSpec;

/// The options of a stage.
#[derive(Clone, Copy)]
pub(super) struct Options<'a>(pub(super) &'a StageSpec);

impl<'a> Options<'a> {
    /// A whole number, if it is given.
    pub(super) fn number(self, name: &str) -> Result<Option<u64>, String> {
        let is_number = |value: &Value| value.as_u64();
        self.read(name, is_number, "a whole number")
    }

    /// A text, if it is given.
    pub(super) fn text(self, name: &str) -> Result<Option<&'a str>, String> {
        self.read(name, Value::as_str, "a text")
    }

    /// A text that has to be given.
    pub(super) fn needed(self, name: &str) -> Result<&'a str, String> {
        let missing = || [&self.0.kind, " needs `", name, "`"].concat();
        self.text(name)?.ok_or_else(missing)
    }

    /// So many hexadecimal digits.
    pub(super) fn hex(self, name: &str, digits: usize) -> Result<&'a str, String> {
        let text = self.needed(name)?;
        if text.len() == digits && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Ok(text);
        }
        Err([
            "`",
            name,
            "` is ",
            &digits.to_string(),
            " hexadecimal digits",
        ]
        .concat())
    }

    /// That nothing is to go wrong with the connection: it is the server that cuts it.
    pub(super) fn whole_connection(self) -> Result<(), String> {
        match self.number("cut_at_byte")? {
            Some(_) => Err("its connection is cut by the server, for this one stage".to_owned()),
            None => Ok(()),
        }
    }

    /// The name of an output file.
    pub(super) fn file(self) -> Result<&'a str, String> {
        let name = self.needed("file")?;
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-_".contains(&byte);
        if (1..=64).contains(&name.len()) && !name.starts_with('.') && name.bytes().all(plain) {
            return Ok(name);
        }
        Err("`file` is 1 to 64 letters, digits, `.`, `-` or `_`, not starting with `.`".to_owned())
    }

    /// The name of the sample file.
    pub(super) fn sample_file(self) -> Result<&'a str, String> {
        match self.needed("file")? {
            file @ "cities.csv" => Ok(file),
            _ => Err("`file` is cities.csv".to_owned()),
        }
    }

    /// Where the program finds a file that was uploaded: under the name that the page shows.
    pub(super) fn upload(self) -> Result<&'a str, String> {
        let label = self.text("label")?.unwrap_or_default();
        let strange = |letter: char| "/\\:\"'`".contains(letter) || letter.is_control();
        let plain = !label.is_empty() && !label.starts_with('.') && !label.contains(strange);
        Ok(if plain { label } else { "upload" })
    }

    /// The address of a sample in this form on a server.
    pub(super) fn sample(self) -> Result<String, String> {
        let name = match self.0.kind.as_str() {
            "json_sample" => match self.text("form")? {
                None | Some("lines") => "cities.ndjson",
                Some("array") => "cities.json",
                Some(_) => return Err("`form` is one of lines, array".to_owned()),
            },
            "http_source" => match self.text("sample")?.unwrap_or("cities.csv") {
                name @ ("cities.csv" | "cities.ndjson" | "cities.json") => name,
                _ => {
                    let names = "`sample` is one of cities.csv, cities.ndjson, cities.json";
                    return Err(names.to_owned());
                }
            },
            _ => "cities.csv",
        };
        let mut path = ["/api/samples/", name].concat();
        for (name, mark) in [("rows", "rows="), ("bytes", "bytes="), ("seed", "seed=")] {
            if let Some(number) = self.number(name)? {
                path.push(if path.contains('?') { '&' } else { '?' });
                path.push_str(mark);
                path.push_str(&number.to_string());
            }
        }
        Ok(path)
    }

    /// The columns that are to be kept, if not all.
    pub(super) fn select(self) -> Result<Option<Vec<&'a str>>, String> {
        let select = self.text("select")?;
        Ok(select.map(|select| select.split(',').map(str::trim).collect()))
    }

    /// Whether ragged rows are left out.
    pub(super) fn skips_ragged(self) -> Result<bool, String> {
        match self.text("ragged")? {
            None | Some("fail") => Ok(false),
            Some("skip") => Ok(true),
            Some(_) => Err("`ragged` is one of fail, skip".to_owned()),
        }
    }

    fn read<T>(
        self,
        name: &str,
        read: impl Fn(&'a Value) -> Option<T>,
        what: &str,
    ) -> Result<Option<T>, String> {
        match self.0.options.get(name) {
            None => Ok(None),
            Some(value) => match read(value) {
                Some(value) => Ok(Some(value)),
                None => Err(["`", name, "` is ", what].concat()),
            },
        }
    }
}

/// Why a kind has no place in a program of any language.
pub(super) fn no_program(kind: &str) -> String {
    let why = match kind {
        "live_samples" => {
            "it makes sound in real time and lets go what nobody takes: no two runs give the same"
        }
        "database_rows" | "database_insert" => {
            "the database is the server's, and this program would have none"
        }
        "http_response" | "websocket" => {
            "it hands its data to a client of the server, and this program is none; \
             put a file_sink in its place"
        }
        _ => return ["nobody has written down what `", kind, "` does"].concat(),
    };
    why.to_owned()
}

/// Why a flip cannot be made that is not told of which byte.
pub(super) const NO_BYTE: &str = "flip needs `at_byte`";
