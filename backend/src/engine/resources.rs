//! What a run has open: files, sockets and timers, counted by guards where they are opened and
//! closed.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use spillway_streams::Resources;

/// What is counted.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Resource {
    File,
    Socket,
    Timer,
}

/// Open things by kind.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    pub(crate) files: AtomicU64,
    pub(crate) sockets: AtomicU64,
    pub(crate) timers: AtomicU64,
}

/// Counts what one stage opens, and adds it to what all runs have open.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ledger {
    own: Arc<Counts>,
    all: Arc<Counts>,
}

/// Something counts as open until this is dropped.
#[derive(Debug)]
#[must_use]
pub(crate) struct Guard {
    ledger: Ledger,
    what: Resource,
}

/// A thing that counts as open until it is dropped.
#[derive(Debug)]
pub(crate) struct Counted<T> {
    // Dropped first: what was counted is closed before the count falls.
    thing: T,
    _guard: Guard,
}

impl Counts {
    fn of(&self, what: Resource) -> &AtomicU64 {
        match what {
            Resource::File => &self.files,
            Resource::Socket => &self.sockets,
            Resource::Timer => &self.timers,
        }
    }
}

impl Ledger {
    /// A ledger with nothing in it yet that adds to these totals.
    pub(crate) fn within(all: Arc<Counts>) -> Self {
        Self {
            own: Arc::default(),
            all,
        }
    }

    /// A ledger of another stage, with the same totals.
    pub(crate) fn another(&self) -> Self {
        Self::within(Arc::clone(&self.all))
    }

    /// Counts one as open.
    pub(crate) fn open(&self, what: Resource) -> Guard {
        for counts in [&self.own, &self.all] {
            counts.of(what).fetch_add(1, Relaxed);
        }
        Guard {
            ledger: self.clone(),
            what,
        }
    }

    /// Counts a thing as open as long as it is there.
    pub(crate) fn count<T>(&self, what: Resource, thing: T) -> Counted<T> {
        Counted {
            thing,
            _guard: self.open(what),
        }
    }

    /// What is open now.
    pub(crate) fn now(&self) -> Resources {
        let Counts {
            files,
            sockets,
            timers,
        } = &*self.own;
        Resources {
            files: files.load(Relaxed),
            sockets: sockets.load(Relaxed),
            timers: timers.load(Relaxed),
        }
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        for counts in [&self.ledger.own, &self.ledger.all] {
            counts.of(self.what).fetch_sub(1, Relaxed);
        }
    }
}

impl<T> Deref for Counted<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.thing
    }
}

impl<T> DerefMut for Counted<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.thing
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_open_is_counted_until_it_is_dropped() {
        let all = Arc::<Counts>::default();
        let one = Ledger::within(Arc::clone(&all));
        let other = one.another();
        let file = one.count(Resource::File, "a file");
        let timer = other.open(Resource::Timer);
        assert_eq!((*file, one.now().files, one.now().timers), ("a file", 1, 0));
        assert_eq!(other.now().timers, 1);
        let totals = || (all.files.load(Relaxed), all.timers.load(Relaxed));
        assert_eq!(totals(), (1, 1));
        drop((file, timer));
        assert_eq!((one.now(), totals()), (Resources::default(), (0, 0)));
    }
}
