//! A number of a run at a moment, written in Node's words: `sink.writableLength`.

use spillway_streams::RunView;

use crate::condition::{Property, RUN};

/// Something counted of a run: a number at each moment, such as `sink.writableLength`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Quantity {
    text: String,
    subject: String,
    property: &'static Property,
}

impl Quantity {
    /// Reads a quantity, with what is wrong with it and what there is.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let Some((subject, name)) = text.split_once('.') else {
            return Err(format!(
                "`{text}` is no quantity; write `STAGE.PROPERTY`, such as `sink.writableLength`"
            ));
        };
        let property = Property::find(subject, name)?;
        if property.is_flag() {
            return Err(format!(
                "`{name}` is true or false; ask for a number, such as `writableLength`"
            ));
        }
        Ok(Self {
            text: String::from(text),
            subject: String::from(subject),
            property,
        })
    }

    /// How much it is as the run stands; `None` where there is none.
    pub(crate) fn value(&self, view: &RunView) -> Option<u64> {
        self.property.value_of(&self.subject, view)
    }

    /// As it was written.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Whether it counts bytes, and not calls or open files.
    pub(crate) fn is_bytes(&self) -> bool {
        !matches!(self.property.name, "writableCorked" | "open")
    }

    /// The stage that it names.
    pub(crate) fn stage(&self) -> Option<&str> {
        (self.subject != RUN).then_some(self.subject.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::goal::testing;

    #[test]
    fn a_quantity_is_a_number_of_the_run() {
        let length = Quantity::parse("sink.writableLength").unwrap();
        assert_eq!(length.value(&testing::run()), Some(0));
        let none = Quantity::parse("source.writableLength").unwrap();
        assert_eq!(none.value(&testing::run()), None);
        assert!(length.is_bytes() && !Quantity::parse("run.open").unwrap().is_bytes());
        let problem = Quantity::parse("sink.closed").unwrap_err();
        assert!(problem.contains("is true or false"), "{problem}");
        let problem = Quantity::parse("sink.writabelLength").unwrap_err();
        assert!(
            problem.contains("did you mean `writableLength`?"),
            "{problem}"
        );
    }
}
