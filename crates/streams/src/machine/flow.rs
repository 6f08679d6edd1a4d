//! The three states of a Readable: nobody asked yet, flowing, paused.
//! Source: Node, "Stream", sections "Two reading modes" and "Three states".

use super::readable::Taker;
use super::side::{Flow, Hand};
use super::{Machine, Tick};
use crate::event::{EventKind, FlowCause, PauseCause, StageId};

impl Machine {
    /// `pause()`, with the reason for the log.
    pub(super) fn pause_by(&mut self, id: StageId, by: PauseCause) {
        let Some(read) = self.read_side(id) else {
            return;
        };
        read.hand = Hand::Paused;
        if read.flow != Flow::Paused {
            read.flow = Flow::Paused;
            read.paused_by = Some(by);
            self.emit(id, EventKind::Paused { by });
        }
    }

    /// `resume()`, with the reason for the log.
    pub(super) fn resume_by(&mut self, id: StageId, by: FlowCause) {
        let Some(read) = self.read_side(id) else {
            return;
        };
        let was = read.flow;
        let undid_pause = read.paused_by_hand && by != FlowCause::Resume;
        match self.start_flow(id) {
            Flow::Flowing if was != Flow::Flowing => {
                self.emit(id, EventKind::Flowing { by, undid_pause });
            }
            is if is != was => self.tell_listeners(id),
            _ => {}
        }
    }

    /// What `resume()` changes. While somebody listens to `readable` nothing flows.
    pub(super) fn start_flow(&mut self, id: StageId) -> Flow {
        let Some(read) = self.read_side(id) else {
            return Flow::Initial;
        };
        read.hand = Hand::Resumed;
        if read.flow != Flow::Flowing {
            if read.readable_listening {
                read.flow = Flow::Paused;
            } else {
                read.set_flowing();
            }
            if !read.resume_scheduled {
                read.resume_scheduled = true;
                self.ticks.push_back(Tick::Resume(id));
            }
        }
        self.read_side(id).map_or(Flow::Initial, |read| read.flow)
    }

    pub(super) fn resume_now(&mut self, id: StageId) {
        if self.read_side(id).is_some_and(|read| !read.reading) {
            self.read_for(id, Some(0), Taker::Flow);
        }
        if let Some(read) = self.read_side(id) {
            read.resume_scheduled = false;
        }
        self.flow(id);
        let goes_on = |read: &mut super::ReadSide| read.flow == Flow::Flowing && !read.reading;
        if self.read_side(id).is_some_and(goes_on) {
            self.read_for(id, Some(0), Taker::Flow);
        }
    }

    /// Gives out what is buffered, for as long as it flows.
    pub(super) fn flow(&mut self, id: StageId) {
        while self
            .read_side(id)
            .is_some_and(|read| read.flow == Flow::Flowing)
            && self.read_for(id, None, Taker::Flow).is_some()
        {}
    }
}
