/// Some programs put it before the first field.
const MARK: &[u8] = "\u{feff}".as_bytes();

/// A row of a table with a header.
struct Row<'a> {
    columns: &'a [String],
    fields: Vec<&'a [u8]>,
}

impl<'a> Row<'a> {
    fn new(columns: &'a [String], text: &'a [u8]) -> Result<Self> {
        let mut fields = Vec::new();
        let mut rest = text;
        loop {
            let end = end_of_field(rest).ok_or("broken quotes in a row")?;
            fields.push(&rest[..end]);
            match rest[end..].split_first() {
                Some((_comma, next)) => rest = next,
                None => return Ok(Self { columns, fields }),
            }
        }
    }

    /// A field as it stands there.
    fn field(&self, column: &str) -> Result<&'a [u8]> {
        let at = self.columns.iter().position(|known| known == column);
        let at = at.ok_or_else(|| format!("there is no column '{column}'"))?;
        Ok(self.fields[at])
    }
}

/// Where the field ends that the text begins with; nowhere, when its quotes are broken.
fn end_of_field(text: &[u8]) -> Option<usize> {
    let comma = |byte: &u8| *byte == b',';
    let plain = text.strip_prefix(MARK).unwrap_or(text);
    let Some(quoted) = plain.strip_prefix(b"\"") else {
        let end = text.iter().position(comma).unwrap_or(text.len());
        return (!text[..end].contains(&b'"')).then_some(end);
    };
    // Two quotes in a row are one that is meant.
    let mut at = 0;
    loop {
        at += quoted[at..].iter().position(|byte| *byte == b'"')? + 1;
        match quoted.get(at) {
            Some(b'"') => at += 1,
            Some(b',') | None => return Some(text.len() - quoted.len() + at),
            Some(_) => return None,
        }
    }
}

/// What a field says, without its quotes.
fn text_of(field: &[u8]) -> Result<String> {
    let text = std::str::from_utf8(field.strip_prefix(MARK).unwrap_or(field))?;
    let inner = text
        .strip_prefix('"')
        .and_then(|text| text.strip_suffix('"'));
    Ok(inner.map_or_else(|| text.to_owned(), |inner| inner.replace("\"\"", "\"")))
}

/// Which rows and columns to keep.
struct CsvFilter {
    keeps: fn(&Row<'_>) -> Result<bool>,
    select: Option<&'static [&'static str]>,
    skip_ragged: bool,
    /// `None` until the header was seen.
    columns: Option<Vec<String>>,
}

impl CsvFilter {
    /// What is given for this line: nothing, all of it, or some of its columns.
    fn line(&mut self, line: &[u8]) -> Result<Chunk> {
        let text = line.strip_suffix(b"\n").unwrap_or(line);
        let text = text.strip_suffix(b"\r").unwrap_or(text);
        if text.is_empty() {
            return Ok(Vec::new());
        }
        if self.columns.is_none() {
            let header = Row::new(&[], text)?;
            let names = header.fields.iter().map(|field| text_of(field));
            self.columns = Some(names.collect::<Result<_>>()?);
            return self.selected(line, text);
        }
        let row = Row::new(self.columns.as_deref().unwrap_or_default(), text)?;
        if row.fields.len() != row.columns.len() {
            if self.skip_ragged {
                return Ok(Vec::new());
            }
            return Err(format!("a ragged row: {}", String::from_utf8_lossy(text)).into());
        }
        if (self.keeps)(&row)? {
            self.selected(line, text)
        } else {
            Ok(Vec::new())
        }
    }

    fn selected(&self, line: &[u8], text: &[u8]) -> Result<Chunk> {
        let Some(select) = self.select else {
            return Ok(line.to_vec());
        };
        let row = Row::new(self.columns.as_deref().unwrap_or_default(), text)?;
        let fields = select.iter().map(|column| row.field(column));
        let mut chunk = fields.collect::<Result<Vec<_>>>()?.join(&b',');
        chunk.extend(&line[text.len()..]);
        Ok(chunk)
    }
}

/// Keeps the header and, byte for byte, the rows that match.
fn csv_filter(input: Input, output: &Output, mut filter: CsvFilter) -> Result {
    let mut begun = Vec::new();
    for chunk in input {
        begun.extend(chunk);
        let (mut kept, mut from, mut quoted) = (Vec::new(), 0, false);
        for at in 0..begun.len() {
            quoted ^= begun[at] == b'"';
            if begun[at] == b'\n' && !quoted {
                kept.extend(filter.line(&begun[from..=at])?);
                from = at + 1;
            }
        }
        begun.drain(..from);
        if begun.len() > 1024 * 1024 {
            return Err("a row is longer than 1 MiB".into());
        }
        output.give(kept);
    }
    output.give(filter.line(&begun)?);
    Ok(())
}
