//! Plays the questions of lessons on the real engine, as the checker does: each has to be answered,
//! and the same numbers always by the same answer.

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream;
use spillway_lessons::{Course, Lesson, LessonError, Question};
use spillway_protocol::control::{Answered, Command, Message, Prediction, Request, Start};
use tokio::time::{Instant, timeout_at};

use super::rehearse::{about, without_tags};
use crate::app::App;
use crate::command::carry_out;

/// A run has so long to answer; who has predicted something waits for it.
const WITHIN: Duration = Duration::from_mins(1);

/// Questions asked at the same time, each twice.
const AT_ONCE: usize = 8;

/// Asks every question of a course until each of its numbers was in play, and says what is wrong.
pub(super) async fn ask_all(app: &Arc<App>, course: &Course) -> Vec<LessonError> {
    let mut asked = Vec::new();
    for chapter in &course.chapters {
        for lesson in &chapter.lessons {
            for (number, question) in (1..).zip(&lesson.questions) {
                for seed in question.telling_seeds(number) {
                    let address = format!("{}/{}", chapter.slug, lesson.slug);
                    asked.push((address, lesson, number as u64, question, seed));
                }
            }
        }
    }
    let mut problems: Vec<LessonError> = stream::iter(asked)
        .map(|(address, lesson, number, question, seed)| {
            ask(app, address, (lesson, question), number, seed)
        })
        .buffered(AT_ONCE)
        .filter_map(std::future::ready)
        .collect()
        .await;
    // Other numbers of the same question seldom say anything new.
    problems.dedup_by(|later, first| (&later.file, later.line) == (&first.file, first.line));
    problems
}

/// Asks a question twice with the numbers of one seed.
async fn ask(
    app: &Arc<App>,
    address: String,
    (lesson, question): (&Lesson, &Question),
    number: u64,
    seed: u64,
) -> Option<LessonError> {
    let on_wire = lesson.thing.is_watched();
    let (one, other) = tokio::join!(
        play(app, &address, on_wire, (number, seed)),
        play(app, &address, on_wire, (number, seed))
    );
    let message = problem(one, other)?;
    let asked = lesson.posed(number, seed).map(|posed| posed.ask);
    let asked = without_tags(&asked.unwrap_or_default());
    let message = format!("question {number} (“{asked}”): {message}");
    Some(about(lesson, Some(question.line), message))
}

/// What is wrong with these two answers to the same question.
fn problem(one: Result<String, String>, other: Result<String, String>) -> Option<String> {
    match (one, other) {
        (Ok(one), Ok(other)) if one == other => None,
        (Ok(one), Ok(other)) => Some(format!(
            "the answer depends on luck: it was {one}, and then {other}. Ask for something that \
             does not hang on how fast the machine is, or slow down what races"
        )),
        (Err(problem), _) | (_, Err(problem)) => Some(problem),
    }
}

/// Starts the run of a question, or sends its scenario, as a page does, and waits for what it answers.
async fn play(
    app: &Arc<App>,
    address: &str,
    on_wire: bool,
    (number, seed): (u64, u64),
) -> Result<String, String> {
    let Some(session) = app.sessions.open(None) else {
        return Err("the server has no session for it".to_owned());
    };
    let (_, mut messages) = session.attach();
    let lesson = Some(address.to_owned());
    let question = Some(Prediction {
        number,
        seed,
        // Right for a number and for a choice; it changes nothing in the run.
        prediction: "1".to_owned(),
    });
    let command = if on_wire {
        Command::SendScenario {
            scenario: String::new(),
            lesson,
            question,
        }
    } else {
        Command::Start(Start {
            lesson,
            question,
            ..Start::default()
        })
    };
    let request = Request { id: 1, command };
    let until = Instant::now() + WITHIN;
    let answer = match carry_out(app, &session, request).await {
        Err(refusal) => Err(format!("it does not start: {}", refusal.message)),
        Ok(_) => loop {
            match timeout_at(until, messages.recv()).await {
                Ok(Some(Message::Answered(answered))) => break read(answered),
                Ok(Some(_)) => {}
                Ok(None) | Err(_) => {
                    break Err(format!(
                        "nothing answers it within {} s; let what it waits for come sooner",
                        WITHIN.as_secs()
                    ));
                }
            }
        },
    };
    app.sessions.end(&session.id);
    answer
}

fn read(answered: Answered) -> Result<String, String> {
    match answered.was {
        Some(was) => Ok(without_tags(&was)),
        None => Err(without_tags(&answered.html)),
    }
}

#[cfg(test)]
mod tests {
    use super::problem;

    #[test]
    fn only_two_answers_that_are_alike_are_an_answer() {
        let answer = |text: &str| Ok(text.to_owned());
        assert_eq!(problem(answer("3"), answer("3")), None);
        let luck = problem(answer("3"), answer("4")).unwrap();
        assert!(luck.contains("luck: it was 3, and then 4"), "{luck}");
        let late = problem(answer("3"), Err("too late".to_owned()));
        assert_eq!(late.as_deref(), Some("too late"));
    }
}
