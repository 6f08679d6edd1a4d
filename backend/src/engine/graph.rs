//! Which stage is piped into which, when a start says so: trees of stages, each from a Readable
//! down to its Writables.

use super::pipeline::Planned;
use super::stages::StageError;

/// A pipe by the places of its two stages.
pub(super) type Pipe = (usize, usize);

/// The pipes of stages that are joined in their order.
pub(super) fn in_order(stages: usize) -> Vec<Pipe> {
    (1..stages).map(|to| (to - 1, to)).collect()
}

/// Checks the pipes that were asked for by name, and puts the stages so that each comes after
/// the one that feeds it, a whole branch before the next one.
pub(super) fn arrange(
    stages: Vec<Planned>,
    pipes: &[(String, String)],
) -> Result<(Vec<Planned>, Vec<Pipe>), StageError> {
    let graph = Graph::of(&stages, pipes).map_err(StageError::Options)?;
    graph
        .check_twins(&stages)
        .and_then(|()| graph.check_loose_ends(&stages))
        .map_err(StageError::Options)?;
    graph.put(stages)
}

/// The same for stages some of which nothing feeds, or nothing reads, or one pipes into another twice.
pub(super) fn arrange_loose(
    stages: Vec<Planned>,
    pipes: &[(String, String)],
) -> Result<(Vec<Planned>, Vec<Pipe>), StageError> {
    Graph::of(&stages, pipes)
        .map_err(StageError::Options)?
        .put(stages)
}

struct Graph {
    pipes: Vec<Pipe>,
    /// Of each stage, the one that feeds it.
    feeds: Vec<Option<usize>>,
}

impl Graph {
    fn of(stages: &[Planned], pipes: &[(String, String)]) -> Result<Self, String> {
        let mut graph = Self {
            pipes: Vec::new(),
            feeds: vec![None; stages.len()],
        };
        for (from, to) in pipes {
            let pipe = (find(stages, from)?, find(stages, to)?);
            check_sides(&stages[pipe.0], &stages[pipe.1])?;
            graph.take(stages, pipe)?;
        }
        Ok(graph)
    }

    fn take(&mut self, stages: &[Planned], (from, to): Pipe) -> Result<(), String> {
        let (from_name, to_name) = (&stages[from].name, &stages[to].name);
        match self.feeds[to] {
            _ if from == to => Err(format!(
                "'{from_name}' is piped into itself: Node would send the same data round for ever"
            )),
            Some(feed) if feed != from => Err(format!(
                "'{to_name}' is fed by '{}' and by '{from_name}': the first to end would end it, \
                 and Node would fail the other with 'write after end'; pipe one of them in",
                stages[feed].name
            )),
            _ => {
                self.feeds[to] = Some(from);
                self.pipes.push((from, to));
                Ok(())
            }
        }
    }

    fn check_twins(&self, stages: &[Planned]) -> Result<(), String> {
        for (at, pipe) in self.pipes.iter().enumerate() {
            if self.pipes[..at].contains(pipe) {
                return Err(format!(
                    "'{}' is piped to '{}' twice: Node would deliver every chunk twice; say it once",
                    stages[pipe.0].name, stages[pipe.1].name
                ));
            }
        }
        Ok(())
    }

    fn check_loose_ends(&self, stages: &[Planned]) -> Result<(), String> {
        for (at, stage) in stages.iter().enumerate() {
            let name = &stage.name;
            if stage.plan.write_mark.is_some() && self.feeds[at].is_none() {
                return Err(format!(
                    "nothing feeds '{name}': pipe a Readable or a Transform into it"
                ));
            }
            let read = self.pipes.iter().any(|(from, _)| *from == at);
            if stage.plan.read_mark.is_some() && !read {
                return Err(format!(
                    "nothing reads '{name}': it would fill up and stand still; pipe it into a \
                     stage, such as null, which throws everything away"
                ));
            }
        }
        Ok(())
    }

    /// Puts the stages in order, and the pipes by their places.
    fn put(&self, stages: Vec<Planned>) -> Result<(Vec<Planned>, Vec<Pipe>), StageError> {
        let order = self.order();
        if order.len() < stages.len() {
            return Err(StageError::Options(self.circle(&stages, &order)));
        }
        let place = |stage: usize| order.iter().position(|at| *at == stage).unwrap_or(stage);
        let mut pipes: Vec<Pipe> = self
            .pipes
            .iter()
            .map(|(from, to)| (place(*from), place(*to)))
            .collect();
        // A branch is piped when its fork has been; forks keep the order of their pipes.
        pipes.sort_by_key(|(from, _)| *from);
        let mut stages: Vec<_> = stages.into_iter().map(Some).collect();
        let stages = order.iter().filter_map(|at| stages[*at].take()).collect();
        Ok((stages, pipes))
    }

    /// The stages from the Readables on, each branch down to its end.
    fn order(&self) -> Vec<usize> {
        let mut order = Vec::with_capacity(self.feeds.len());
        for (at, feed) in self.feeds.iter().enumerate() {
            if feed.is_none() {
                self.visit(at, &mut order);
            }
        }
        order
    }

    fn visit(&self, at: usize, order: &mut Vec<usize>) {
        order.push(at);
        for (_, to) in self.pipes.iter().filter(|(from, _)| *from == at) {
            // Two pipes of the same pair lead there once.
            if !order.contains(to) {
                self.visit(*to, order);
            }
        }
    }

    /// The words for stages that no Readable leads to: they feed each other.
    fn circle(&self, stages: &[Planned], reached: &[usize]) -> String {
        let lost = (0..stages.len()).filter(|at| !reached.contains(at));
        let way = lost.filter_map(|at| self.way_round(at)).next();
        let name = |at: &usize| format!("'{}'", stages[*at].name);
        let names: Vec<_> = way.iter().flatten().map(name).collect();
        format!(
            "{} lead back to the beginning: Node would send the same data round for ever",
            names.join(" → ")
        )
    }

    /// The way from a stage back to itself, if there is one.
    fn way_round(&self, stage: usize) -> Option<Vec<usize>> {
        let mut way = vec![stage];
        let mut at = self.feeds[stage]?;
        while at != stage {
            if way.len() > self.feeds.len() {
                return None;
            }
            way.push(at);
            at = self.feeds[at]?;
        }
        way.push(stage);
        way.reverse();
        Some(way)
    }
}

fn find(stages: &[Planned], name: &str) -> Result<usize, String> {
    let found = stages.iter().position(|stage| stage.name == name);
    found.ok_or_else(|| {
        let known: Vec<&str> = stages.iter().map(|stage| &*stage.name).collect();
        format!(
            "a pipe names '{}', and there is no such stage; the stages are {}",
            name.chars().take(40).collect::<String>(),
            known.join(", ")
        )
    })
}

fn check_sides(from: &Planned, to: &Planned) -> Result<(), String> {
    if from.plan.read_mark.is_none() {
        return Err(format!(
            "'{}' is a Writable: nothing can be piped out of it, so it cannot feed '{}'",
            from.name, to.name
        ));
    }
    if to.plan.write_mark.is_none() {
        return Err(format!(
            "'{}' is a Readable: nothing can be piped into it, so '{}' cannot feed it",
            to.name, from.name
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use spillway_lessons::{Listened, Stages};
    use spillway_protocol::control::{Join, StageSpec};

    use crate::engine::Pipeline;

    const STAGES: &str = r#"[
        {"id":"copy","kind":"null"},
        {"id":"cities","kind":"file_source","file":"cities.csv"},
        {"id":"gzip","kind":"gzip"},
        {"id":"out","kind":"file_sink","file":"out"}]"#;

    fn planned(stages: &str, pipes: &[(&str, &str)]) -> Result<Pipeline, String> {
        let specs: Vec<StageSpec> = serde_json::from_str(stages).unwrap();
        let own = |(from, to): &(&str, &str)| ((*from).to_owned(), (*to).to_owned());
        let pipes: Vec<_> = pipes.iter().map(own).collect();
        Pipeline::plan_piped(&specs, &pipes).map_err(|error| error.to_string())
    }

    #[track_caller]
    fn refused(pipes: &[(&str, &str)], words: &str) {
        let error = planned(STAGES, pipes).unwrap_err();
        assert!(error.contains(words), "{error}");
    }

    #[test]
    fn a_branch_stands_behind_the_one_before_it_and_each_stage_behind_its_feed() {
        let pipes = [("gzip", "out"), ("cities", "gzip"), ("cities", "copy")];
        let pipeline = planned(STAGES, &pipes).unwrap();
        let names: Vec<_> = pipeline.stages.iter().map(|it| &*it.name).collect();
        assert_eq!(names, ["cities", "gzip", "out", "copy"]);
        assert_eq!(pipeline.pipes, [(0, 1), (0, 3), (1, 2)]);
        let error = pipeline.joined_by(Join::Pipeline).unwrap_err().to_string();
        assert!(error.contains("one line of stages"), "{error}");
    }

    #[test]
    fn pipes_that_are_a_line_may_be_joined_by_pipeline() {
        let stages = STAGES.replace(r#"{"id":"copy","kind":"null"},"#, "");
        let line = planned(&stages, &[("gzip", "out"), ("cities", "gzip")]).unwrap();
        line.joined_by(Join::Pipeline).unwrap();
    }

    #[test]
    fn a_pipe_to_the_wrong_side_or_to_nothing_names_both_ends() {
        refused(&[("out", "gzip")], "'out' is a Writable");
        refused(&[("gzip", "cities")], "'cities' is a Readable");
        refused(
            &[("cities", "gizp")],
            "'gizp', and there is no such stage; the stages are copy, cities",
        );
    }

    #[test]
    fn a_pipe_that_is_there_already_is_refused_with_what_node_would_do() {
        refused(
            &[("cities", "gzip"), ("cities", "gzip")],
            "every chunk twice",
        );
        refused(&[("gzip", "gzip")], "'gzip' is piped into itself");
        refused(
            &[("gzip", "out"), ("cities", "out")],
            "'out' is fed by 'gzip' and by 'cities'",
        );
    }

    #[test]
    fn a_loose_end_is_named() {
        let whole = [("cities", "gzip"), ("gzip", "out"), ("cities", "copy")];
        refused(&whole[..2], "nothing feeds 'copy'");
        refused(&[whole[0], whole[2]], "nothing reads 'gzip'");
        refused(&[], "nothing feeds 'copy'");
    }

    #[test]
    fn a_lesson_may_leave_stages_for_the_learner_to_pipe() {
        let stages = Stages {
            specs: serde_json::from_str(STAGES).unwrap(),
            pipes: Some(vec![(String::from("gzip"), String::from("out"))]),
            listened: vec![(String::from("cities"), Listened::Readable)],
        };
        let pipeline = Pipeline::plan_lesson(&stages).unwrap();
        let names: Vec<_> = pipeline.stages.iter().map(|it| &*it.name).collect();
        assert_eq!(names, ["copy", "cities", "gzip", "out"]);
        assert_eq!(pipeline.pipes, [(2, 3)]);
        assert_eq!(pipeline.listened, [(1, Listened::Readable)]);
        let twice = Stages {
            pipes: stages
                .pipes
                .clone()
                .map(|pipes| [pipes.clone(), pipes].concat()),
            ..stages.clone()
        };
        let pipeline = Pipeline::plan_lesson(&twice).unwrap();
        assert_eq!(pipeline.pipes, [(2, 3), (2, 3)]);
        let wrong = Stages {
            listened: vec![(String::from("out"), Listened::Data)],
            ..stages
        };
        let error = Pipeline::plan_lesson(&wrong).unwrap_err().to_string();
        assert!(
            error.contains("'out' is a Writable, which has no 'data'"),
            "{error}"
        );
    }

    #[test]
    fn a_circle_is_shown_as_it_goes_round() {
        let stages = r#"[{"id":"a","kind":"gzip"},{"id":"b","kind":"gunzip"},
            {"id":"c","kind":"upper"},{"id":"z","kind":"null"}]"#;
        let pipes = [("a", "b"), ("b", "c"), ("c", "a"), ("b", "z")];
        let error = planned(stages, &pipes).unwrap_err();
        assert!(error.contains("'a' → 'b' → 'c' → 'a' lead back"), "{error}");
    }

    #[test]
    fn columns_are_those_of_the_branch() {
        let stages = r#"[{"id":"cities","kind":"file_source","file":"cities.csv"},
            {"id":"zip","kind":"gzip"},{"id":"z","kind":"null"},
            {"id":"big","kind":"csv_filter","expr":"size>1"},{"id":"y","kind":"null"}]"#;
        let mut pipes = [
            ("cities", "zip"),
            ("zip", "z"),
            ("cities", "big"),
            ("big", "y"),
        ];
        let error = planned(stages, &pipes).unwrap_err();
        assert!(
            error.contains("stage 'big'") && error.contains("no column 'size'"),
            "{error}"
        );
        pipes[1] = ("zip", "big");
        pipes[2] = ("cities", "z");
        planned(stages, &pipes).unwrap();
    }
}
