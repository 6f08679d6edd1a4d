//! Text can be read on every ground it stands on, in both themes: axe-core sees HTML alone, and
//! most of what moves is drawn in SVG.

use std::collections::BTreeMap;
use std::fs;

use crate::metadata::root;

/// What text stands on what, as tokens.
const PAIRS: [(&[&str], &[&str]); 5] = [
    (
        &[
            "ink", "muted", "faint", "water", "brim", "fault", "done", "control",
        ],
        &["bg", "surface", "raised"],
    ),
    (&["ink", "water"], &["water-soft"]),
    (&["ink", "muted", "brim"], &["brim-soft"]),
    (&["on-water"], &["water"]),
    // Signs that stand out: the colour is the ground.
    (&["surface"], &["brim", "done", "ink"]),
];

/// Every meaning on its own soft ground.
const OWN: [&str; 4] = ["fault", "done", "control", "water"];

/// WCAG 2.2, 1.4.3.
const LEAST: f64 = 4.5;

#[test]
fn text_has_enough_contrast_in_both_themes() {
    let file = root().join("frontend/styles/tokens.css");
    let css = fs::read_to_string(file).unwrap();
    let tokens = tokens(&css);
    let mut pairs: Vec<(&str, String)> = OWN.map(|name| (name, format!("{name}-soft"))).into();
    for (texts, grounds) in PAIRS {
        for text in texts {
            pairs.extend(grounds.iter().map(|ground| (*text, (*ground).to_owned())));
        }
    }
    let mut poor = Vec::new();
    for (text, ground) in &pairs {
        for (theme, at) in [("light", 0), ("dark", 1)] {
            let found = contrast(tokens[*text][at], tokens[ground.as_str()][at]);
            if found < LEAST {
                poor.push(format!("{text} on {ground}, {theme}: {found:.2}"));
            }
        }
    }
    assert!(poor.is_empty(), "below {LEAST}: {poor:#?}");
}

/// The colours of both themes, from lines such as `--ink: light-dark(#13202c, #e7eef4);`.
fn tokens(css: &str) -> BTreeMap<&str, [[f64; 3]; 2]> {
    css.lines().filter_map(token).collect()
}

fn token(line: &str) -> Option<(&str, [[f64; 3]; 2])> {
    let (name, value) = line
        .trim()
        .strip_prefix("--")?
        .split_once(": light-dark(")?;
    let (light, dark) = value.strip_suffix(");")?.split_once(", ")?;
    Some((name, [colour(light)?, colour(dark)?]))
}

fn colour(hex: &str) -> Option<[f64; 3]> {
    let part = |at: usize| u8::from_str_radix(hex.get(at..at + 2)?, 16).ok();
    Some([part(1)?, part(3)?, part(5)?].map(|part| f64::from(part) / 255.0))
}

fn contrast(a: [f64; 3], b: [f64; 3]) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

fn luminance(colour: [f64; 3]) -> f64 {
    let linear = |part: f64| match part {
        part if part <= 0.040_45 => part / 12.92,
        part => ((part + 0.055) / 1.055).powf(2.4),
    };
    let [red, green, blue] = colour.map(linear);
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

#[test]
fn contrast_is_that_of_the_standard() {
    let (black, white) = (colour("#000000").unwrap(), colour("#ffffff").unwrap());
    assert!((contrast(black, white) - 21.0).abs() < 1e-9);
    assert!((contrast(colour("#767676").unwrap(), white) - 4.54).abs() < 0.01);
}
