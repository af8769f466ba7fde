//! Fault points: in debug builds a test can make one message in a thousand panic. A release build has no trace of them.

#[cfg(debug_assertions)]
use std::sync::atomic::{AtomicU32, Ordering};
#[cfg(debug_assertions)]
use std::sync::{Arc, OnceLock};

/// How often a handler panics, in per mille. Cloned into every actor.
#[derive(Debug, Clone, Default)]
pub struct Faults {
    #[cfg(debug_assertions)]
    panic_per_mille: Arc<AtomicU32>,
    #[cfg(debug_assertions)]
    only: Arc<OnceLock<&'static str>>,
}

impl Faults {
    /// Sets the share of messages that panic, in per mille; nothing in a release build.
    pub fn set_panics(&self, per_mille: u32) {
        #[cfg(debug_assertions)]
        self.panic_per_mille.store(per_mille, Ordering::Relaxed);
        #[cfg(not(debug_assertions))]
        let _ = per_mille;
    }

    /// Limits panics to one point, for good: `supervisor.applied` kills supervisors alone.
    pub fn only(&self, point: &'static str) {
        #[cfg(debug_assertions)]
        let _ = self.only.set(point);
        #[cfg(not(debug_assertions))]
        let _ = point;
    }

    /// A point that may panic.
    #[inline]
    pub(crate) fn point(&self, _name: &'static str) {
        #[cfg(debug_assertions)]
        {
            let rate = self.panic_per_mille.load(Ordering::Relaxed);
            let spared = || self.only.get().is_some_and(|only| *only != _name);
            assert!(
                rate == 0 || spared() || rand::random_range(0..1000) >= rate,
                "fault point {_name}"
            );
        }
    }
}
