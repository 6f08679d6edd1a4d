//! The menu of a thing in the picture.

use super::escape;
use crate::words::verbs::Offer;

/// The items, each with what it will do. Which one was chosen is told by `data-at`; one that is
/// switched off can be reached all the same, so that its reason can be read.
///
/// Test ids: `menu-{name of the offer}`.
#[must_use]
pub fn menu(offers: &[Offer]) -> String {
    let items = offers.iter().enumerate();
    items.map(|(at, offer)| item(at, offer)).collect()
}

fn item(at: usize, offer: &Offer) -> String {
    let grave = if offer.call.is_grave() { " grave" } else { "" };
    format!(
        "<button class=\"item{grave}\" role=\"menuitem\" tabindex=\"-1\" data-at=\"{at}\" \
         data-testid=\"menu-{}\" aria-disabled=\"{}\"><b>{}</b> <span>{}</span></button>",
        escape(&offer.id),
        !offer.enabled,
        escape(&offer.code),
        escape(&offer.tip)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::verbs::Call;

    #[test]
    fn what_cannot_be_done_stands_there_with_its_reason() {
        let offer = Offer {
            id: "pipe-b".to_owned(),
            code: "pipe(b)".to_owned(),
            tip: "the run is <over>".to_owned(),
            enabled: false,
            call: Call::Destroy,
        };
        let html = menu(&[offer]);
        assert!(html.contains("aria-disabled=\"true\""), "{html}");
        assert!(html.contains("the run is &lt;over&gt;"), "{html}");
        assert!(html.contains("item grave"), "{html}");
    }
}
