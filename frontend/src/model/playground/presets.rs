//! Pipelines to begin with.

/// A pipeline to begin with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Preset {
    /// Names it in the page, for tests.
    pub id: &'static str,
    /// What it is called.
    pub title: &'static str,
    /// What to look at.
    pub about: &'static str,
    /// It, as text.
    pub text: &'static str,
}

/// All, the plainest first.
pub const PRESETS: [Preset; 4] = [
    Preset {
        id: "compress",
        title: "Filter and compress",
        about: "Four stages in a line. The big cities of a CSV file, compressed into a file of \
                your own.",
        text: "cities: file_source file=\"cities.csv\" bytes_per_s=400000 \
               | big: csv_filter expr=\"population>500000\" | gzip | file_sink file=\"big.csv.gz\"\n",
    },
    Preset {
        id: "slow",
        title: "A destination that is slow",
        about: "Backpressure: watch write() answer false, and who has to wait for whom.",
        text: "cities: file_source file=\"cities.csv\" | gzip | slow bytes_per_s=20000\n",
    },
    Preset {
        id: "fork",
        title: "One source, two readers",
        about: "Both get every byte, and both go as fast as the slower one. Unpipe it and see.",
        text: "cities: csv_sample rows=20000 | gzip | file_sink file=\"cities.csv.gz\"\n\
               cities | slow bytes_per_s=200000\n",
    },
    Preset {
        id: "fault",
        title: "A stage that fails",
        about: "pipeline() destroys all when one fails. Change the join to pipe and compare.",
        text: "join pipeline\n\
               ticks: ticker every_ms=100 | upper | fault at_byte=200 | file_sink file=\"half.txt\"\n",
    },
];

#[cfg(test)]
mod tests {
    use spillway_recipe::{from_link, link, parse};

    use super::*;

    #[test]
    fn every_preset_is_a_pipeline_and_has_a_link() {
        for preset in PRESETS {
            let recipe = parse(preset.text).expect(preset.id);
            assert!(recipe.pipes.len() + 1 >= recipe.stages.len());
            let link = link(&recipe).expect(preset.id);
            assert_eq!(from_link(&link).as_ref(), Ok(&recipe));
        }
    }
}
