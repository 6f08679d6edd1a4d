//! A question that is answered before a run.
//!
//! Test ids, with the number of the question: `prediction-{n}` (of choices, `choice-{n}-{m}`),
//! `predict-run-{n}`, `predict-said-{n}` (with `data-right`, `true` or `false`, once it is answered).

use spillway_protocol::control::Answered;
use spillway_protocol::course::Question;

/// The question, what is predicted, and the button. What is asked is the server's, as safe HTML.
#[must_use]
pub fn question(number: usize, question: &Question) -> String {
    let mut field = String::new();
    for (at, choice) in (1..).zip(&question.choices) {
        field.push_str(&format!(
            "<label><input type=\"radio\" name=\"prediction-{number}\" value=\"{at}\" \
             data-testid=\"choice-{number}-{at}\"> <span>{choice}</span></label>"
        ));
    }
    if field.is_empty() {
        let unit = &question.unit;
        field = format!(
            "<label>Your prediction <input data-testid=\"prediction-{number}\" autocomplete=\"off\" \
             aria-describedby=\"said-{number}\" size=\"9\"> {unit}</label>"
        );
    }
    format!(
        "<fieldset><legend>{}</legend>{field}\
         <button class=\"btn primary\" data-testid=\"predict-run-{number}\">Run and compare</button>\
         </fieldset>",
        question.ask
    )
}

/// What came of a prediction. The sentences are the server's, as safe HTML.
#[must_use]
pub fn answered(answered: &Answered) -> String {
    let then = match (answered.parts_at, answered.parts_on_wire) {
        _ if answered.right => "",
        (_, Some(_)) => "The list of what crossed shows that place. ",
        (Some(_), None) => "The picture shows that moment. ",
        (None, None) => "",
    };
    let (happened, why) = answered.html.split_at(why_at(&answered.html));
    let (number, right) = (answered.question, answered.right);
    let class = if right { "right" } else { "wrong" };
    let sign = if right { "✓" } else { "≠" };
    format!(
        "<p class=\"{class}\" data-testid=\"predict-said-{number}\" data-right=\"{right}\">\
         <span aria-hidden=\"true\">{sign}</span> {happened}{then}{why}</p>"
    )
}

/// Where the reason begins; the end when none is given.
fn why_at(html: &str) -> usize {
    html.find("<span class=\"because\">").unwrap_or(html.len())
}

/// What else is said below the field: a refusal, or that the run is on its way.
#[must_use]
pub fn predict_said(number: usize, refused: bool, text: &str) -> String {
    let class = if refused { "notice refused" } else { "muted" };
    let text = super::escape(text);
    format!("<p class=\"{class}\" data-testid=\"predict-said-{number}\">{text}</p>")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(unit: &str, choices: &[&str]) -> Question {
        Question {
            ask: "How <code>much</code>?".to_owned(),
            unit: unit.to_owned(),
            choices: choices.iter().map(|choice| (*choice).to_owned()).collect(),
        }
    }

    #[test]
    fn a_number_has_a_field_with_its_unit_and_choices_have_none() {
        let number = question(2, &asked("bytes", &[]));
        assert!(number.contains("<legend>How <code>much</code>?</legend>"));
        assert!(number.contains("data-testid=\"prediction-2\""), "{number}");
        assert!(number.contains("> bytes</label>"), "{number}");
        let choices = question(1, &asked("", &["a", "b"]));
        assert!(!choices.contains("Your prediction"), "{choices}");
        assert!(
            choices.contains("name=\"prediction-1\" value=\"2\""),
            "{choices}"
        );
    }

    #[test]
    fn a_wrong_prediction_says_that_the_picture_shows_where_it_parts() {
        let wrong = Answered {
            run: String::new(),
            question: 1,
            predicted: "2".to_owned(),
            was: Some("3".to_owned()),
            right: false,
            at: 9,
            parts_at: Some(4),
            parts_on_wire: None,
            html: "<b>It is 3.</b> <span class=\"because\">So.</span>".to_owned(),
        };
        let said = answered(&wrong);
        assert!(
            said.contains("<b>It is 3.</b> The picture shows that moment. <span"),
            "{said}"
        );
        assert!(said.contains("data-right=\"false\""), "{said}");
        let right = Answered {
            right: true,
            ..wrong
        };
        assert!(!answered(&right).contains("that moment"));
    }
}
