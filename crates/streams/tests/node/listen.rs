//! Listeners that a program adds.

use spillway_streams::{Backpressure, OnReadable};

use crate::here::{Here, Op};

pub(crate) fn perform(here: &mut Here, op: &Op<'_>) -> bool {
    let id = op.stage();
    let machine = &mut here.machine;
    match op.verb {
        "on data" => machine.on_data(id).unwrap(),
        "off data" => machine.off_data(id).unwrap(),
        "forward" => {
            let backpressure = if op.args[1] == true {
                Backpressure::Respected
            } else {
                Backpressure::Ignored
            };
            machine
                .forward(id, op.other(0).unwrap(), backpressure)
                .unwrap();
        }
        "stop forwarding" => machine.stop_forwarding(id, op.other(0).unwrap()).unwrap(),
        "on readable" => {
            let does = match op.args[0].as_str() {
                Some("all") => OnReadable::ReadAll,
                Some("some") => OnReadable::Read(op.number(1).unwrap()),
                _ => OnReadable::Wait,
            };
            machine.on_readable(id, does).unwrap();
        }
        "off readable" => machine.off_readable(id).unwrap(),
        "on error" => {
            machine.on_error(id);
            here.unheard[op.at] = false;
        }
        _ => return false,
    }
    true
}
