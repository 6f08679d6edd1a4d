//! Which rules a scenario will break, before it is sent: what the dissector will say of its bytes.

use spillway_websocket::{
    Damage, Dissector, DissectorConfig, Endpoint, Fault, HandshakeDraft, ItemKind, RequestHead,
    Scenario, Start, WireStep,
};

/// A rule that a step will break.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// In words, with the values.
    pub words: String,
    /// Where the rule stands.
    pub section: &'static str,
}

/// The first rule that each step breaks. A step that cannot be made out, as half a frame, breaks what its end does.
#[must_use]
pub fn foresee(scenario: &Scenario) -> Vec<Option<Broken>> {
    let config = DissectorConfig {
        start: Start::Frames,
        ..DissectorConfig::default()
    };
    let mut dissector = Dissector::new(Endpoint::Client, config);
    let mut broken = vec![None; scenario.steps.len()];
    let mut begins = Vec::with_capacity(scenario.steps.len());
    let mut sum = 0_u64;
    for step in &scenario.steps {
        begins.push(sum);
        sum += step.len() as u64;
        dissector.handle_bytes(&step.encode(), 0);
    }
    dissector.handle_end();
    while let Some(item) = dissector.poll_item() {
        let found = match &item.kind {
            ItemKind::Frame(frame) => frame.faults.first().map(of_fault),
            ItemKind::Damaged(Damage::Header { faults, .. }) => faults.first().map(of_fault),
            ItemKind::Damaged(damage) => Some(Broken {
                words: damage.words(),
                section: damage.section(),
            }),
            ItemKind::Request(_) | ItemKind::Response(_) => None,
        };
        // The last step that begins at or before the item; waits begin where the next bytes do.
        let at = begins
            .iter()
            .zip(&scenario.steps)
            .rposition(|(begin, step)| {
                *begin <= item.offset && !matches!(step, WireStep::Wait { .. } | WireStep::Cut)
            });
        if let Some(slot) = at.and_then(|at| broken.get_mut(at))
            && slot.is_none()
        {
            *slot = found;
        }
    }
    broken
}

fn of_fault(fault: &Fault) -> Broken {
    Broken {
        words: fault.violation.to_string(),
        section: fault.violation.section(),
    }
}

/// What is wrong with a handshake, in words; `None`: a server must accept it.
#[must_use]
pub fn foresee_handshake(handshake: &HandshakeDraft) -> Option<String> {
    if handshake.cut.is_some() {
        return Some("the request is not whole".to_owned());
    }
    let head = handshake.encode("localhost", "/ws/echo", [0; 16]);
    match RequestHead::parse(&head) {
        Ok(head) => head.problems().first().map(ToString::to_string),
        Err(fault) => Some(fault.error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sections(text: &str) -> Vec<Option<&'static str>> {
        let scenario: Scenario = text.parse().unwrap();
        let broken = foresee(&scenario);
        broken
            .iter()
            .map(|it| it.as_ref().map(|it| it.section))
            .collect()
    }

    #[test]
    fn each_step_is_told_which_rule_it_breaks() {
        assert_eq!(
            sections(
                "text more \"a\"\nwait 5\nping more\ncontinuation \"b\"\ncontinuation\ntext unmasked"
            ),
            [
                None,
                None,
                Some("RFC 6455 §5.5"),
                None,
                Some("RFC 6455 §5.4"),
                Some("RFC 6455 §5.1"),
            ]
        );
        assert_eq!(
            sections("close 1005\ntext \"a\""),
            [Some("RFC 6455 §7.4.1"), Some("RFC 6455 §5.5.1")]
        );
    }

    #[test]
    fn a_handshake_is_looked_at_too() {
        let of = |text: &str| {
            let scenario: Scenario = text.parse().unwrap();
            foresee_handshake(&scenario.handshake)
        };
        assert_eq!(of("ping"), None);
        assert_eq!(of("handshake deflate"), None);
        assert!(of("handshake without \"Sec-WebSocket-Key\"").is_some());
        assert!(of("handshake first \"POST / HTTP/1.1\"").is_some());
        assert_eq!(
            of("handshake cut 40").as_deref(),
            Some("the request is not whole")
        );
    }
}
