//! A solution that the page plays with its own controls: which of them a step uses, and how.

use spillway_protocol::course::ShowStep;

use super::pressure::nearest_step;
use crate::html::escape;

/// What is done to a control.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// Writes into the field with this test id.
    Fill(&'static str, String),
    /// Presses what this selects.
    Press(String),
    /// Presses it until the learner is in the room: a name that is taken brings another one.
    Enter(String),
}

/// What a step does, in order. What this page does not know does nothing: the server has checked the calls.
#[must_use]
pub fn acts(step: &ShowStep) -> Vec<Act> {
    let argument = |at: usize| step.arguments.get(at).cloned().unwrap_or_default();
    let fill = |id| Act::Fill(id, argument(0));
    match step.call.as_str() {
        "open" => vec![press("echo-open")],
        "send" => match &step.frames {
            Some(frames) => vec![Act::Fill("scenario-text", frames.clone()), press("send")],
            None if step.arguments.is_empty() => vec![press("send")],
            None => vec![fill("echo-text"), press("echo-send")],
        },
        "sendBytes" => vec![fill("echo-size"), press("echo-binary")],
        "close" => vec![
            fill("echo-code"),
            Act::Fill("echo-reason", argument(1)),
            press("echo-close"),
        ],
        "end" => vec![Act::Press(["[data-way=", &argument(0), "]"].concat())],
        "join" => vec![
            fill("chat-name"),
            Act::Enter("[data-testid=chat-join]".to_owned()),
        ],
        "say" => vec![fill("chat-input"), press("chat-send")],
        "someone.join" => vec![fill("someone-name"), press("someone-join")],
        "someone.say" => vec![fill("someone-text"), press("someone-say")],
        "lose" => vec![press("chat-lose")],
        "measure" => vec![press("run-trial")],
        "run" => vec![press(&["run-", &argument(0)].concat())],
        "stop" => vec![press(&["stop-", &argument(0)].concat())],
        "read" => {
            let step = nearest_step(argument(0).parse().ok());
            vec![Act::Fill("reading", step.to_string())]
        }
        _ => Vec::new(),
    }
}

/// Presses the button with this test id.
fn press(id: &str) -> Act {
    Act::Press(["[data-testid=", id, "]"].concat())
}

/// What was done and what comes next, as safe HTML: calls are the course's, their sentences the server's.
#[must_use]
pub fn told(steps: &[ShowStep], done: usize) -> String {
    let code = |step: &ShowStep| ["<code>", &escape(&step.text), "</code>"].concat();
    let mut told = String::new();
    if let Some(step) = done.checked_sub(1).and_then(|at| steps.get(at)) {
        told = [&code(step), " ", &step.say, " "].concat();
    }
    let next = match steps.get(done) {
        None => "Now you: the same controls are yours.".to_owned(),
        Some(step) => {
            let when = match step.goal {
                None => "Next: ".to_owned(),
                Some(goal) => ["After goal ", &goal.to_string(), ": "].concat(),
            };
            [&when, &code(step), "."].concat()
        }
    };
    [&told, "<span class=\"next\">", &next, "</span>"].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(call: &str, arguments: &[&str]) -> ShowStep {
        ShowStep {
            goal: None,
            text: [call, "(…)"].concat(),
            call: call.to_owned(),
            arguments: arguments.iter().map(|it| (*it).to_owned()).collect(),
            frames: None,
            say: String::new(),
        }
    }

    #[test]
    fn a_step_fills_the_fields_of_a_form_and_presses_its_button() {
        assert_eq!(
            acts(&step("close", &["1000", "done"])),
            [
                Act::Fill("echo-code", "1000".to_owned()),
                Act::Fill("echo-reason", "done".to_owned()),
                press("echo-close"),
            ]
        );
        let empty = &acts(&step("close", &[]))[0];
        assert_eq!(*empty, Act::Fill("echo-code", String::new()));
        let way = Act::Press("[data-way=deaf]".to_owned());
        assert_eq!(acts(&step("end", &["deaf"])), [way]);
    }

    #[test]
    fn send_is_the_workbenchs_or_the_echos() {
        assert_eq!(acts(&step("send", &[])), [press("send")]);
        assert_eq!(acts(&step("send", &["Hi"]))[1], press("echo-send"));
        let frames = ShowStep {
            frames: Some("ping".to_owned()),
            ..step("send", &[])
        };
        assert_eq!(
            acts(&frames),
            [Act::Fill("scenario-text", "ping".to_owned()), press("send")]
        );
    }

    #[test]
    fn a_reading_speed_is_the_nearest_place_of_the_slider() {
        let place = |arguments: &[&str]| match &acts(&step("read", arguments))[0] {
            Act::Fill("reading", place) => place.parse::<usize>().unwrap(),
            other => panic!("{other:?}"),
        };
        assert_eq!(place(&["0"]), 0);
        assert_eq!(place(&[]), crate::model::pressure::full_speed());
        assert_eq!(
            crate::model::pressure::reading_speed(place(&["1000000"])),
            Some(1_000_000)
        );
    }

    #[test]
    fn it_is_told_what_was_done_and_what_it_waits_for() {
        let mut steps = [step("open", &[]), step("send", &["<b>"])];
        steps[0].say = "A <i>door</i>.".to_owned();
        steps[1].text = "send('<b>')".to_owned();
        steps[1].goal = Some(1);
        assert_eq!(
            told(&steps, 1),
            "<code>open(…)</code> A <i>door</i>. <span class=\"next\">After goal 1: \
             <code>send('&lt;b&gt;')</code>.</span>"
        );
        assert!(told(&steps, 0).starts_with("<span class=\"next\">Next: <code>open"));
        assert!(told(&steps, 2).ends_with("Now you: the same controls are yours.</span>"));
    }
}
