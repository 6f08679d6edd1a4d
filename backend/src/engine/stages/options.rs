//! The options of one stage and the defaults they fall back to.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use spillway_protocol::control::StageSpec;
use spillway_streams::Profile;

use super::{Places, Plan, StageError, Transform, Worker};

/// Sizes a stage has when its options name none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Defaults {
    /// High water mark of each side, bytes.
    pub(crate) mark: usize,
    /// High water mark of a Readable over a file, which is also how much it reads at once, bytes.
    pub(crate) file_read_mark: usize,
    /// Largest chunk that a compressor gives, bytes.
    pub(crate) chunk: usize,
    /// A stage that can use all cores does so. A lesson's run is one among many, and shows the
    /// serial form.
    pub(crate) parallel: bool,
}

impl Defaults {
    /// What Node of this profile has. A compressor gives 16 KiB in every version (`chunkSize`).
    pub(crate) const fn of(profile: Profile) -> Self {
        Self {
            mark: profile.default_mark(),
            file_read_mark: profile.file_read_mark(),
            chunk: 16 * 1024,
            parallel: false,
        }
    }
}

/// The options of one stage and the defaults they fall back to.
pub(super) struct Options<'a> {
    pub(super) spec: &'a StageSpec,
    pub(super) defaults: Defaults,
    pub(super) about: &'static str,
}

/// The options that every Transform has.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Common {
    label: Option<String>,
    high_water_mark: Option<u64>,
    readable_high_water_mark: Option<u64>,
}

/// Their names.
const COMMON: [&str; 3] = ["label", "high_water_mark", "readable_high_water_mark"];

impl Options<'_> {
    /// The options as the kind's own type; an unknown or wrong one is named.
    pub(super) fn parse<T: DeserializeOwned>(&self) -> Result<T, StageError> {
        self.read(|_| true)
    }

    /// Those options whose names are taken.
    pub(super) fn read<T: DeserializeOwned>(
        &self,
        takes: impl Fn(&str) -> bool,
    ) -> Result<T, StageError> {
        let options = self.spec.options.iter().filter(|(name, _)| takes(name));
        let options = options.map(|(name, value)| (name.clone(), value.clone()));
        let options = Value::Object(options.collect());
        #[cfg(test)]
        let options = super::documented::Noted(options);
        T::deserialize(options)
            .map_err(|error| self.wrong(format!("{error}; {} is a {}", self.spec.kind, self.about)))
    }

    /// A refusal that names the stage.
    pub(super) fn wrong(&self, reason: impl std::fmt::Display) -> StageError {
        StageError::Options(format!("stage '{}': {reason}", self.spec.id))
    }

    /// The kind's own options, besides those that every Transform has.
    pub(super) fn own<T: DeserializeOwned>(&self) -> Result<T, StageError> {
        self.read(|name| !COMMON.contains(&name))
    }

    /// The plan of a Transform called `label`, if its options do not name it. Its kind has read
    /// its own options.
    pub(super) fn transform<T: Transform + 'static>(
        &self,
        label: impl Into<String>,
        make: impl FnOnce(&Places<'_>) -> Result<T, StageError> + Send + 'static,
    ) -> Result<Plan, StageError> {
        let common: Common = self.read(|name| COMMON.contains(&name))?;
        let mark = self.defaults.mark;
        Ok(Plan::both(
            common.label.unwrap_or_else(|| label.into()),
            self.mark(common.readable_high_water_mark, mark)?,
            self.mark(common.high_water_mark, mark)?,
            Box::new(|places| Ok(Worker::Transform(Box::new(make(places)?)))),
        ))
    }

    /// The same for a kind without options of its own.
    pub(super) fn plain_transform<T: Transform + 'static>(
        &self,
        label: impl Into<String>,
        make: impl FnOnce(&Places<'_>) -> Result<T, StageError> + Send + 'static,
    ) -> Result<Plan, StageError> {
        let _only: Common = self.parse()?;
        self.transform(label, make)
    }

    /// A mark that was asked for, or this default.
    pub(super) fn mark(&self, wanted: Option<u64>, default: usize) -> Result<usize, StageError> {
        match wanted {
            None => Ok(default),
            Some(mark) if mark <= MAX_MARK => Ok(mark as usize),
            Some(mark) => Err(self.wrong(format!(
                "high_water_mark {mark} is too large; allowed are 0 to {MAX_MARK}"
            ))),
        }
    }

    /// A speed that was asked for.
    pub(super) fn speed(&self, wanted: Option<u64>) -> Result<Option<u64>, StageError> {
        match wanted {
            Some(0) => {
                Err(self.wrong("bytes_per_s must be at least 1; leave it out for full speed"))
            }
            speed => Ok(speed),
        }
    }
}

/// No lesson needs a larger mark, and a run may not hold more.
pub(crate) const MAX_MARK: u64 = 16 * 1024 * 1024;
