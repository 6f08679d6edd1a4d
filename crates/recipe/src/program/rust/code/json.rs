use serde_json::value::RawValue;

/// Where in the text the next byte stands.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    Top,
    Element { in_array: bool },
    BehindBracket,
    BehindElement,
    BehindComma,
}

/// Takes JSON apart, byte by byte.
struct JsonElements {
    place: Place,
    element: Vec<u8>,
    depth: usize,
    in_string: bool,
    escaped: bool,
    lines: Chunk,
}

impl JsonElements {
    fn step(&mut self, byte: u8) -> Result {
        self.place = match (self.place, byte) {
            (Place::Element { in_array }, _) => return self.inside(byte, in_array),
            (place, b' ' | b'\t' | b'\r' | b'\n') => place,
            (Place::Top, b'[') => Place::BehindBracket,
            (Place::BehindBracket | Place::BehindElement, b']') => Place::Top,
            (Place::BehindElement, b',') => Place::BehindComma,
            (Place::BehindElement, _) => {
                return Err("expected , or ] behind an element of an array".into());
            }
            (place, _) => {
                let in_array = place != Place::Top;
                self.place = Place::Element { in_array };
                return self.inside(byte, in_array);
            }
        };
        Ok(())
    }

    /// Takes a byte of an element; in quotes, brackets mean nothing.
    fn inside(&mut self, byte: u8, in_array: bool) -> Result {
        let first = self.element.first().copied().unwrap_or(byte);
        let is_word = !b"\"[{".contains(&first);
        if is_word && b" \t\r\n,[]{}\"".contains(&byte) {
            // A number or a word ends before what follows it.
            self.end(in_array)?;
            return self.step(byte);
        }
        self.element.push(byte);
        match byte {
            _ if self.escaped => self.escaped = false,
            b'\\' if self.in_string => self.escaped = true,
            b'"' => self.in_string = !self.in_string,
            b'[' | b'{' if !self.in_string => self.depth += 1,
            b']' | b'}' if !self.in_string => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
        if !is_word && self.depth == 0 && !self.in_string {
            self.end(in_array)?;
        }
        Ok(())
    }

    /// The element is whole: serde_json has the last word on whether it is one.
    fn end(&mut self, in_array: bool) -> Result {
        let element = std::mem::take(&mut self.element);
        serde_json::from_slice::<&RawValue>(&element)?;
        let mut parts = element.split(|byte| b"\r\n".contains(byte));
        self.lines.extend(parts.next().unwrap_or_default());
        self.lines
            .extend(parts.flat_map(|part| part.trim_ascii_start()));
        self.lines.push(b'\n');
        self.place = if in_array {
            Place::BehindElement
        } else {
            Place::Top
        };
        Ok(())
    }
}

/// Gives the elements of JSON lines, or of one large array, a line for each.
fn json(input: Input, output: &Output) -> Result {
    let mut elements = JsonElements {
        place: Place::Top,
        element: Vec::new(),
        depth: 0,
        in_string: false,
        escaped: false,
        lines: Vec::new(),
    };
    for chunk in input {
        chunk.into_iter().try_for_each(|byte| elements.step(byte))?;
        output.give(std::mem::take(&mut elements.lines));
    }
    // The end of the input ends a number or a word.
    elements.step(b'\n')?;
    if elements.place != Place::Top {
        return Err("the input ends inside a value or an array".into());
    }
    output.give(elements.lines);
    Ok(())
}
