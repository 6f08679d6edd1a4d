//! What is asked about a run, and what its next start is given.

use leptos::prelude::*;
use spillway_protocol::control::{Command, Marks, Message, Side};

use super::{Runner, VERBS_ARE_OFF};
use crate::connection::Refusal;

impl Runner {
    /// Asks something of the run as it is now. `command` gets the name of the run.
    ///
    /// # Errors
    /// The server's refusal; that nothing runs; that the page shows a past moment.
    pub async fn ask(self, command: impl FnOnce(String) -> Command) -> Result<Message, Refusal> {
        let refuse = |message: &str| Refusal {
            code: None,
            message: message.to_owned(),
        };
        if self.then.with_untracked(Option::is_some) {
            return Err(refuse(VERBS_ARE_OFF));
        }
        let Some(run) = self.run_name() else {
            return Err(refuse("nothing runs: Run starts the pipeline"));
        };
        self.connection.request(command(run)).await
    }

    /// The mark that was set for a buffer of the next run.
    #[must_use]
    pub fn mark(self, stage: &str, side: Side) -> Option<u64> {
        self.start.with_value(|start| {
            let marks = start.marks.get(stage)?;
            match side {
                Side::Read => marks.read,
                Side::Write => marks.write,
            }
        })
    }

    /// Sets the mark of a buffer for the next run; `None`: as its stage has it.
    pub fn set_mark(self, stage: &str, side: Side, mark: Option<u64>) {
        self.start.update_value(|start| {
            let marks = start.marks.entry(stage.to_owned()).or_default();
            match side {
                Side::Read => marks.read = mark,
                Side::Write => marks.write = mark,
            }
            if *marks == Marks::default() {
                start.marks.remove(stage);
            }
        });
    }
}
