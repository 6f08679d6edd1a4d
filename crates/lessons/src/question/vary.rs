//! What differs from learner to learner: a value for each name, picked by the learner's seed.

use serde_json::Value;

use super::number::exact;

/// A name and the values that it can have.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Varied {
    /// `STAGE.OPTION`, or a name of the question's own.
    pub(crate) name: String,
    /// At least one; numbers or texts.
    pub(crate) values: Vec<Value>,
}

/// The values that one learner gets.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Picked(Vec<(String, Value)>);

impl Picked {
    /// Picks by a seed; `number` is the question's, so that questions do not vary alike.
    pub(crate) fn by(seed: u64, number: usize, vary: &[Varied]) -> Self {
        let mut chance = seed ^ (number as u64).wrapping_mul(0xd6e8_feb8_6659_fd93);
        let picked = vary.iter().map(|varied| {
            let at = next(&mut chance) % varied.values.len().max(1) as u64;
            let value = varied.values.get(at as usize).cloned().unwrap_or_default();
            (varied.name.clone(), value)
        });
        Self(picked.collect())
    }

    /// The first value of each name, but this one of that name.
    pub(crate) fn with(vary: &[Varied], name: &str, value: &Value) -> Self {
        let picked = vary.iter().map(|varied| {
            let first = varied.values.first().cloned().unwrap_or_default();
            let value = if varied.name == name {
                value.clone()
            } else {
                first
            };
            (varied.name.clone(), value)
        });
        Self(picked.collect())
    }

    /// What was picked, by name.
    pub(crate) fn values(&self) -> &[(String, Value)] {
        &self.0
    }

    /// The text with the values in the place of their names, as code has them.
    pub(crate) fn fill(&self, text: &str) -> String {
        self.fill_with(text, |value| match value {
            Value::String(text) => text.clone(),
            value => value.to_string(),
        })
    }

    /// The HTML with the values in the place of their names, as people read them.
    pub(crate) fn fill_html(&self, html: &str) -> String {
        self.fill_with(html, |value| match value {
            Value::String(text) => escape(text),
            value => value.as_u64().map_or_else(|| value.to_string(), exact),
        })
    }

    fn fill_with(&self, text: &str, written: impl Fn(&Value) -> String) -> String {
        let mut filled = String::from(text);
        for (name, value) in &self.0 {
            filled = filled.replace(&format!("{{{name}}}"), &written(value));
        }
        filled
    }
}

/// The names in braces in a text, in their order. Two braces are somebody else's.
pub(crate) fn names_in(text: &str) -> Vec<&str> {
    let mut names = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('{') {
        let (inside, skip) = match rest[at..].strip_prefix("{{") {
            Some(inside) => (inside, true),
            None => (&rest[at + 1..], false),
        };
        let end = inside.find('}').unwrap_or(inside.len());
        if !skip && end < inside.len() {
            names.push(&inside[..end]);
        }
        rest = &inside[end..];
    }
    names
}

/// Text as it stands in HTML.
pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

/// SplitMix64.
const fn next(chance: &mut u64) -> u64 {
    *chance = chance.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *chance;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::json;

    use super::*;

    fn vary() -> Vec<Varied> {
        let varied = |name: &str, values: &[u64]| Varied {
            name: String::from(name),
            values: values.iter().map(|value| json!(value)).collect(),
        };
        vec![
            varied("sink.high_water_mark", &[16_384, 32_768, 65_536]),
            varied("size", &[1_000, 2_000]),
        ]
    }

    #[test]
    fn a_seed_always_picks_the_same_and_other_seeds_pick_the_rest() {
        let all: BTreeSet<String> = (0..50)
            .map(|seed| {
                let picked = Picked::by(seed, 0, &vary());
                assert_eq!(picked, Picked::by(seed, 0, &vary()));
                picked.fill("{sink.high_water_mark} {size}")
            })
            .collect();
        assert_eq!(all.len(), 6, "{all:?}");
    }

    #[test]
    fn two_questions_do_not_vary_alike() {
        let differs = |seed| Picked::by(seed, 0, &vary()) != Picked::by(seed, 1, &vary());
        assert!((0..10).any(differs));
    }

    #[test]
    fn a_name_is_filled_in_for_code_and_for_people() {
        let picked = Picked::with(&vary(), "size", &json!(2_000));
        assert_eq!(picked.fill("sink.write({size})"), "sink.write(2000)");
        assert_eq!(
            picked.fill_html("<b>{sink.high_water_mark}</b>"),
            "<b>16\u{a0}384</b>"
        );
        let text = Picked(vec![(String::from("expr"), json!("a<b"))]);
        assert_eq!(text.fill_html("{expr}"), "a&lt;b");
    }

    #[test]
    fn names_stand_in_single_braces() {
        assert_eq!(names_in("a {b.c} and {d}"), ["b.c", "d"]);
        assert_eq!(names_in("{{mark}} {x"), Vec::<&str>::new());
        assert_eq!(names_in("{{mark}} {x}"), ["x"]);
    }
}
