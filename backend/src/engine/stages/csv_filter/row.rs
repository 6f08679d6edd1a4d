//! A row while its bytes come in, and what is looked up in it.

use std::borrow::Cow;

use memchr::{memchr, memmem};

/// Which cuts between fields are to be remembered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Needs {
    /// All: this is the header.
    All,
    /// These, in rising order: the comma behind field 0 is number 0.
    Commas(Vec<usize>),
}

/// The row that is being read.
#[derive(Debug, Default)]
pub(super) struct Row {
    /// Where it begins in the input.
    pub(super) start: u64,
    /// Commas so far.
    pub(super) commas: usize,
    /// Where the needed ones of them are in the input.
    cuts: Vec<u64>,
}

impl Row {
    /// Another row begins here.
    pub(super) fn begin(&mut self, start: u64) {
        self.start = start;
        self.commas = 0;
        self.cuts.clear();
    }

    /// Commas of this row, the bits of 64 bytes of which the first is byte `at` of the input.
    pub(super) fn cut(&mut self, at: u64, mut commas: u64, needs: &Needs) {
        let count = self.commas + commas.count_ones() as usize;
        loop {
            let next = match needs {
                Needs::All => self.commas,
                Needs::Commas(numbers) => match numbers.get(self.cuts.len()) {
                    Some(number) => *number,
                    None => break,
                },
            };
            if next >= count {
                break;
            }
            for _ in self.commas..next {
                commas &= commas - 1;
            }
            self.cuts.push(at + u64::from(commas.trailing_zeros()));
            commas &= commas - 1;
            self.commas = next + 1;
        }
        self.commas = count;
    }

    /// All cuts were remembered, and of those only these are needed.
    pub(super) fn keep(&mut self, needs: &[usize]) {
        self.cuts = needs.iter().map(|comma| self.cuts[*comma]).collect();
    }

    /// A field of the row whose bytes are `bytes`, without what ends the row.
    pub(super) fn field<'a>(&self, bytes: &'a [u8], place: Place) -> &'a [u8] {
        let relative = |cut: usize| (self.cuts[cut] - self.start) as usize;
        let start = place.behind.map_or(0, |cut| relative(cut) + 1);
        let end = place.before.map_or(bytes.len(), relative);
        &bytes[start..end]
    }

    /// The places of all fields, when all cuts were needed.
    pub(super) fn places(&self) -> impl Iterator<Item = Place> {
        let fields = self.cuts.len() + 1;
        (0..fields).map(move |field| Place {
            behind: field.checked_sub(1),
            before: (field + 1 < fields).then_some(field),
        })
    }
}

/// Between which of the remembered cuts a field stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    /// `None`: it is the first of its row.
    behind: Option<usize>,
    /// `None`: it is the last.
    before: Option<usize>,
}

/// The cuts to remember for these columns of a table, and their places among those cuts.
pub(super) fn lay_out(columns: &[usize], width: usize) -> (Vec<usize>, Vec<Place>) {
    let behind = |column: usize| column.checked_sub(1);
    let before = |column: usize| (column + 1 < width).then_some(column);
    let both = |column: &usize| [behind(*column), before(*column)];
    let mut needs: Vec<usize> = columns.iter().flat_map(both).flatten().collect();
    needs.sort_unstable();
    needs.dedup();
    let index = |comma: usize| needs.iter().position(|needed| *needed == comma);
    let place = |column: &usize| Place {
        behind: behind(*column).and_then(index),
        before: before(*column).and_then(index),
    };
    let places = columns.iter().map(place).collect();
    (needs, places)
}

/// What a field says: without its quotes, if it has them. Its quotes were checked.
pub(super) fn text_of(field: &[u8]) -> Cow<'_, [u8]> {
    let [b'"', inner @ .., b'"'] = field else {
        return Cow::Borrowed(field);
    };
    if memchr(b'"', inner).is_none() {
        return Cow::Borrowed(inner);
    }
    let mut text = Vec::with_capacity(inner.len());
    let mut rest = inner;
    while let Some(at) = memmem::find(rest, b"\"\"") {
        text.extend_from_slice(&rest[..=at]);
        rest = &rest[at + 2..];
    }
    text.extend_from_slice(rest);
    Cow::Owned(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_cuts_around_the_columns_are_remembered() {
        let (needs, places) = lay_out(&[5, 2, 0], 6);
        assert_eq!(needs, [0, 1, 2, 4]);
        let needs = Needs::Commas(needs);
        let mut row = Row::default();
        row.begin(1_000);
        let bytes = b"id,name,country,lat,lon,7";
        for (at, byte) in bytes.iter().enumerate() {
            if *byte == b',' {
                row.cut(1_000 + at as u64, 1, &needs);
            }
        }
        assert_eq!(row.commas, 5);
        let fields = places.iter().map(|place| row.field(bytes, *place));
        assert!(fields.eq([b"7".as_slice(), b"country", b"id"]));
    }

    #[test]
    fn quotes_of_a_field_are_taken_off() {
        assert_eq!(*text_of(b"plain"), *b"plain");
        assert_eq!(*text_of(b"\"\""), *b"");
        assert_eq!(*text_of(b"\"a,b\""), *b"a,b");
        assert_eq!(*text_of(b"\"say \"\"yes\"\"\""), *b"say \"yes\"");
    }
}
