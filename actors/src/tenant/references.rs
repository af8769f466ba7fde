//! Numbers for references, taken from the tenant's counter in leases that grow with use, so that minting one is no message and
//! no SQL. Numbers of a lease that is not used up are lost: references need not be gap-free, receipts do.

use std::sync::{Mutex, PoisonError};

const FIRST: i64 = 16;
const LARGEST: i64 = 1024;

#[derive(Debug, Default)]
struct Lease {
    next: i64,
    end: i64,
    size: i64,
}

/// The lease of one tenant in one process.
#[derive(Debug, Default)]
pub(crate) struct ReferenceNumbers {
    lease: Mutex<Lease>,
    /// Only one refill at a time.
    pub(crate) refill: tokio::sync::Mutex<()>,
}

impl ReferenceNumbers {
    /// The next number, if the lease has one.
    pub(crate) fn take(&self) -> Option<u64> {
        let mut lease = self.lease.lock().unwrap_or_else(PoisonError::into_inner);
        if lease.next >= lease.end {
            return None;
        }
        let number = lease.next;
        lease.next = lease.next.saturating_add(1);
        u64::try_from(number).ok()
    }

    /// How many to ask for next.
    pub(crate) fn wanted(&self) -> i64 {
        let lease = self.lease.lock().unwrap_or_else(PoisonError::into_inner);
        if lease.size == 0 {
            FIRST
        } else {
            lease.size.saturating_mul(2).min(LARGEST)
        }
    }

    /// A new lease of `size` numbers from `first`.
    pub(crate) fn refilled(&self, first: i64, size: i64) {
        *self.lease.lock().unwrap_or_else(PoisonError::into_inner) = Lease {
            next: first,
            end: first.saturating_add(size),
            size,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leases_grow_and_never_repeat() {
        let numbers = ReferenceNumbers::default();
        assert_eq!(numbers.take(), None);
        let mut counter = 0;
        let mut seen = std::collections::HashSet::new();
        for _ in 0..10 {
            let size = numbers.wanted();
            numbers.refilled(counter, size);
            counter += size;
            while let Some(n) = numbers.take() {
                assert!(seen.insert(n));
            }
        }
        assert_eq!(numbers.wanted(), LARGEST);
        assert_eq!(i64::try_from(seen.len()).unwrap(), counter);
    }
}
