//! The course.

use spillway_protocol::control::StageSpec;
use spillway_protocol::course::{
    Chapter, Code, Course, Lesson, LessonText, Problem, Question, ShowStep, Thing,
};

use super::fields::Fields;
use super::parse::{Json, parse};

/// Reads the course; `None` when the text is not one.
#[must_use]
pub fn course(text: &str) -> Option<Course> {
    let value = parse(text.as_bytes())?;
    let fields = Fields::of(&value)?;
    Some(Course {
        title: fields.string("title")?,
        welcome: fields.string("welcome")?,
        chapters: fields.objects("chapters", chapter)?,
        problems: fields.objects("problems", problem)?,
    })
}

fn chapter(fields: Fields<'_>) -> Option<Chapter> {
    Some(Chapter {
        slug: fields.string("slug")?,
        title: fields.string("title")?,
        summary: fields.string("summary"),
        lessons: fields.objects("lessons", lesson)?,
    })
}

fn lesson(fields: Fields<'_>) -> Option<Lesson> {
    Some(Lesson {
        slug: fields.string("slug")?,
        title: fields.string("title")?,
        summary: fields.string("summary"),
        goal_count: fields.u64("goal_count")?.try_into().ok()?,
        text: text(fields),
    })
}

fn text(fields: Fields<'_>) -> Option<LessonText> {
    Some(LessonText {
        html: fields.string("html")?,
        code: fields.objects("code", code)?,
        thing: thing(fields.object("thing")?)?,
        goals: fields.strings("goals")?,
        hints: fields.strings("hints")?,
        questions: maybe_list(fields, "questions", |fields| {
            fields.objects("questions", question)
        })?,
        show: maybe_list(fields, "show", |fields| fields.objects("show", show_step))?,
    })
}

/// A list that is left out when it is empty.
fn maybe_list<T>(
    fields: Fields<'_>,
    key: &str,
    read: impl FnOnce(Fields<'_>) -> Option<Vec<T>>,
) -> Option<Vec<T>> {
    match fields.value(key) {
        Some(_) => read(fields),
        None => Some(Vec::new()),
    }
}

fn question(fields: Fields<'_>) -> Option<Question> {
    Some(Question {
        ask: fields.string("ask")?,
        unit: fields.maybe_string("unit")?.unwrap_or_default(),
        choices: maybe_list(fields, "choices", |fields| fields.strings("choices"))?,
    })
}

fn show_step(fields: Fields<'_>) -> Option<ShowStep> {
    Some(ShowStep {
        goal: fields.maybe("goal", Json::as_u64)?,
        text: fields.string("text")?,
        call: fields.string("call")?,
        arguments: maybe_list(fields, "arguments", |fields| fields.strings("arguments"))?,
        frames: fields.maybe_string("frames")?,
        say: fields.maybe_string("say")?.unwrap_or_default(),
    })
}

fn code(fields: Fields<'_>) -> Option<Code> {
    Some(Code {
        language: fields.string("language")?,
        text: fields.string("text")?,
    })
}

fn thing(fields: Fields<'_>) -> Option<Thing> {
    Some(match fields.str("kind")? {
        "pipeline" => Thing::Pipeline {
            stages: fields.objects("stages", stage_spec)?,
            // A run says itself which pipes it has.
            pipes: None,
        },
        "chat" => Thing::Chat {
            room: fields.string("room")?,
        },
        "echo" => Thing::Echo {
            deflate: fields.bool("deflate")?,
        },
        "workbench" => Thing::Workbench {
            frames: fields.string("frames")?,
        },
        "closing" => Thing::Closing,
        "transports" => Thing::Transports,
        "pressure" => Thing::Pressure,
        "nothing" => Thing::Nothing,
        _ => return None,
    })
}

/// The name and kind of a stage. Its options are the server's business: the page never looks at
/// them, so they are left out.
fn stage_spec(fields: Fields<'_>) -> Option<StageSpec> {
    Some(StageSpec {
        id: fields.string("id")?,
        kind: fields.string("kind")?,
        options: Default::default(),
    })
}

fn problem(fields: Fields<'_>) -> Option<Problem> {
    Some(Problem {
        file: fields.string("file")?,
        line: fields.maybe("line", |value| value.as_u64()?.try_into().ok())?,
        message: fields.string("message")?,
    })
}
