//! A pipeline as it was asked for, checked before anything is opened.

use std::collections::BTreeMap;

use spillway_lessons::{Listened, Stages};
use spillway_protocol::control::{Join, Marks, StageSpec};
use spillway_streams::Profile;

use super::graph::{self, Pipe};
use super::stages::{self, Defaults, Plan, StageError};

/// Most stages a pipeline may have.
pub(crate) const MAX_STAGES: usize = 12;

/// The stages of a run; each comes after the one that feeds it.
#[derive(Debug)]
pub(crate) struct Pipeline {
    pub(super) stages: Vec<Planned>,
    /// Which are joined, in this order.
    pub(super) pipes: Vec<Pipe>,
    pub(super) join: Join,
    /// The program listens for `error` on every stage, so that none ends the run.
    pub(super) heard: bool,
    /// What else the program listens for, by the places of the stages.
    pub(super) listened: Vec<(usize, Listened)>,
}

/// One of them.
#[derive(Debug)]
pub(super) struct Planned {
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) plan: Plan,
}

impl Pipeline {
    /// Checks a pipeline: known kinds, options in range, names that differ, each stage able to be
    /// piped into the next, columns that are there.
    pub(crate) fn plan(specs: &[StageSpec]) -> Result<Self, StageError> {
        let stages = plan_some(specs)?;
        check_order(&stages)?;
        let pipes = graph::in_order(stages.len());
        Self::checked(stages, pipes)
    }

    /// The same for stages that are piped as `pipes` says, which may branch: every Writable is
    /// fed once, every Readable is read.
    pub(crate) fn plan_piped(
        specs: &[StageSpec],
        pipes: &[(String, String)],
    ) -> Result<Self, StageError> {
        let (stages, pipes) = graph::arrange(plan_some(specs)?, pipes)?;
        Self::checked(stages, pipes)
    }

    /// The same, and stages may stand alone: what a lesson leaves for the learner to pipe.
    pub(crate) fn plan_loose(
        specs: &[StageSpec],
        pipes: &[(String, String)],
    ) -> Result<Self, StageError> {
        let (stages, pipes) = graph::arrange_loose(plan_some(specs)?, pipes)?;
        Self::checked(stages, pipes)
    }

    /// The stages of a lesson as it starts.
    pub(crate) fn plan_lesson(stages: &Stages) -> Result<Self, StageError> {
        let planned = match &stages.pipes {
            None => Self::plan(&stages.specs)?,
            Some(pipes) => Self::plan_loose(&stages.specs, pipes)?,
        };
        planned.listened(&stages.listened)
    }

    fn listened(mut self, listened: &[(String, Listened)]) -> Result<Self, StageError> {
        for (name, what) in listened {
            let found = self.stages.iter().position(|stage| stage.name == *name);
            let reads = matches!(what, Listened::Data | Listened::Readable);
            let able = |at: &usize| !reads || self.stages[*at].plan.read_mark.is_some();
            let Some(at) = found.filter(able) else {
                return Err(StageError::Options(format!(
                    "listens: '{name}' is a Writable, which has no 'data' and no 'readable'"
                )));
            };
            self.listened.push((at, *what));
        }
        Ok(self)
    }

    fn checked(stages: Vec<Planned>, pipes: Vec<Pipe>) -> Result<Self, StageError> {
        check_outputs(&stages)?;
        check_columns(&stages, &pipes)?;
        Ok(Self {
            stages,
            pipes,
            join: Join::Pipe,
            heard: false,
            listened: Vec::new(),
        })
    }

    /// The same stages, joined in another way.
    pub(crate) fn joined_by(self, join: Join) -> Result<Self, StageError> {
        if join == Join::Pipeline && self.stages.len() < 2 {
            return Err(StageError::Options(
                "pipeline() needs at least two stages".to_owned(),
            ));
        }
        let who = match join {
            Join::Pipeline => Some("pipeline() takes"),
            Join::Iterate => Some("loops take"),
            Join::Pipe | Join::Write => None,
        };
        if let Some(who) = who
            && self.pipes != graph::in_order(self.stages.len())
        {
            return Err(StageError::Options(format!(
                "{who} one line of stages, without branches; join these by pipe"
            )));
        }
        Ok(Self { join, ..self })
    }

    /// The same stages; `heard`: the program listens for `error` on every one of them.
    pub(crate) fn hearing(self, heard: bool) -> Self {
        Self { heard, ..self }
    }

    /// The same stages with other marks; by the names of the stages.
    pub(crate) fn marked(mut self, marks: &BTreeMap<String, Marks>) -> Result<Self, StageError> {
        for (name, marks) in marks {
            let names = self.stages.iter().map(|stage| stage.name.as_str());
            let known = names.collect::<Vec<_>>().join(", ");
            let stage = self.stages.iter_mut().find(|stage| stage.name == *name);
            let stage = stage.ok_or_else(|| {
                let name: String = name.chars().take(40).collect();
                StageError::Options(format!(
                    "marks: there is no stage '{name}'; there are {known}"
                ))
            })?;
            let plan = &mut stage.plan;
            set_mark(name, "read", &mut plan.read_mark, marks.read)?;
            set_mark(name, "write", &mut plan.write_mark, marks.write)?;
        }
        Ok(self)
    }

    /// Checks what stands between a Readable and a Writable that are no kinds of a lesson.
    pub(crate) fn between(
        source: Plan,
        specs: &[StageSpec],
        sink: Plan,
        defaults: Defaults,
    ) -> Result<Self, StageError> {
        let end = |name: &str, plan| Planned {
            name: name.to_owned(),
            kind: name.to_owned(),
            plan,
        };
        if specs.len() > MAX_STAGES {
            return Err(StageError::Options(format!(
                "at most {MAX_STAGES} stages can stand between the two ends, not {}",
                specs.len()
            )));
        }
        let mut stages = plan_all(specs, defaults)?;
        stages.insert(0, end("in", source));
        stages.push(end("out", sink));
        check_order(&stages)?;
        Ok(Self {
            pipes: graph::in_order(stages.len()),
            stages,
            join: Join::Pipe,
            heard: false,
            listened: Vec::new(),
        })
    }
}

fn set_mark(
    name: &str,
    side: &str,
    mark: &mut Option<usize>,
    wanted: Option<u64>,
) -> Result<(), StageError> {
    let Some(wanted) = wanted else {
        return Ok(());
    };
    let Some(mark) = mark else {
        return Err(StageError::Options(format!(
            "marks: {name} has no {side} side"
        )));
    };
    if wanted > stages::MAX_MARK {
        return Err(StageError::Options(format!(
            "marks: {wanted} is too large for {name}; allowed are 0 to {} bytes",
            stages::MAX_MARK
        )));
    }
    // Checked to be small.
    *mark = wanted as usize;
    Ok(())
}

fn plan_some(specs: &[StageSpec]) -> Result<Vec<Planned>, StageError> {
    if specs.is_empty() || specs.len() > MAX_STAGES {
        return Err(StageError::Options(format!(
            "a pipeline has 1 to {MAX_STAGES} stages, not {}",
            specs.len()
        )));
    }
    plan_all(specs, Defaults::of(Profile::Node20))
}

fn plan_all(specs: &[StageSpec], defaults: Defaults) -> Result<Vec<Planned>, StageError> {
    let mut stages: Vec<Planned> = Vec::with_capacity(specs.len() + 2);
    for spec in specs {
        check_name(&spec.id)?;
        if stages.iter().any(|other| other.name == spec.id) {
            return Err(StageError::Options(format!(
                "two stages are called '{}'; each needs a name of its own",
                spec.id
            )));
        }
        stages.push(Planned {
            name: spec.id.clone(),
            kind: spec.kind.clone(),
            plan: stages::plan(spec, defaults)?,
        });
    }
    Ok(stages)
}

fn check_name(name: &str) -> Result<(), StageError> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    if name.is_empty() || name.len() > 32 || !name.bytes().all(plain) {
        return Err(StageError::Options(format!(
            "'{}' cannot be the name of a stage: use 1 to 32 letters, digits, '-' or '_'",
            name.chars().take(40).collect::<String>()
        )));
    }
    Ok(())
}

fn check_order(stages: &[Planned]) -> Result<(), StageError> {
    if let Some(first) = stages.first()
        && first.plan.write_mark.is_some()
    {
        return Err(StageError::Options(format!(
            "'{}' comes first, but nothing writes to it: a pipeline begins with a Readable",
            first.name
        )));
    }
    for pair in stages.windows(2) {
        let [from, to] = pair else { continue };
        if from.plan.read_mark.is_none() {
            return Err(StageError::Options(format!(
                "'{}' is a Writable: nothing can be piped out of it, so it must come last",
                from.name
            )));
        }
        if to.plan.write_mark.is_none() {
            return Err(StageError::Options(format!(
                "'{}' is a Readable: nothing can be piped into it, so it must come first",
                to.name
            )));
        }
    }
    Ok(())
}

fn check_outputs(stages: &[Planned]) -> Result<(), StageError> {
    let mut names: Vec<(&str, &str)> = Vec::new();
    for stage in stages {
        let Some(file) = &stage.plan.output else {
            continue;
        };
        // Some of the disks that a file is saved to take both for one.
        let same = |(_, other): &&(&str, &str)| other.eq_ignore_ascii_case(file);
        if let Some((other, _)) = names.iter().find(same) {
            return Err(StageError::Options(format!(
                "'{other}' and '{}' would both write the file '{file}'; give one of them another \
                 name",
                stage.name
            )));
        }
        names.push((&stage.name, file));
    }
    Ok(())
}

fn check_columns(stages: &[Planned], pipes: &[Pipe]) -> Result<(), StageError> {
    let mut known: Vec<Option<&[&str]>> = vec![None; stages.len()];
    for (at, stage) in stages.iter().enumerate() {
        // What feeds a stage comes before it.
        let feed = pipes.iter().find(|(_, to)| *to == at);
        let given = feed.and_then(|(from, _)| known[*from]);
        for column in given.iter().flat_map(|_| &stage.plan.wants_columns) {
            let given = given.unwrap_or_default();
            if !given.contains(&column.as_str()) {
                let error = stages::unknown_column(column, given);
                return Err(StageError::Options(format!(
                    "stage '{}': {error}",
                    stage.name
                )));
            }
        }
        known[at] = match stage.plan.gives_columns {
            Some(columns) => Some(columns),
            // What a compressor gives has no columns to check.
            None if stage.plan.wants_columns.is_empty() => None,
            None => given,
        };
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = r#"{"id":"source","kind":"file_source","file":"cities.csv"}"#;
    const SINK: &str = r#"{"id":"sink","kind":"file_sink","file":"out"}"#;

    fn error_of(stages: &[&str]) -> String {
        let specs: Vec<StageSpec> =
            serde_json::from_str(&format!("[{}]", stages.join(","))).unwrap();
        Pipeline::plan(&specs).err().unwrap().to_string()
    }

    #[test]
    fn a_pipe_between_two_readables_is_refused() {
        let other = SOURCE.replace("source\",\"kind", "other\",\"kind");
        let error = error_of(&[SOURCE, &other]);
        assert!(error.contains("'other' is a Readable"), "{error}");
    }

    #[test]
    fn a_pipeline_begins_with_a_readable() {
        assert!(error_of(&[SINK]).contains("begins with a Readable"));
    }

    #[test]
    fn nothing_comes_after_a_writable() {
        let error = error_of(&[SOURCE, SINK, r#"{"id":"z","kind":"gzip"}"#]);
        assert!(error.contains("'sink' is a Writable"), "{error}");
    }

    #[test]
    fn a_column_the_file_lacks_is_refused_with_those_it_has() {
        let error = error_of(&[
            SOURCE,
            r#"{"id":"f","kind":"csv_filter","expr":"size>1"}"#,
            SINK,
        ]);
        assert!(error.contains("no column 'size'") && error.contains("population"));
    }

    #[test]
    fn two_stages_of_one_name_are_refused() {
        assert!(error_of(&[SOURCE, SOURCE]).contains("two stages are called 'source'"));
    }

    #[test]
    fn an_empty_or_endless_pipeline_is_refused() {
        assert!(error_of(&[]).contains("1 to 12"));
        assert!(error_of(&[SOURCE; 13]).contains("1 to 12"));
    }

    #[test]
    fn an_output_that_leaves_its_folder_is_refused() {
        let sink = SINK.replace("\"out\"", "\"../out\"");
        assert!(error_of(&[SOURCE, &sink]).contains("'../out' cannot be an output file"));
    }
}
