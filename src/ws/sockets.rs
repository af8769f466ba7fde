//! The open sockets of a process: how many a tenant has, and whose are whose (security.md, INP-12). A person's oldest socket
//! closes for the next one; a tenant that has all of its own is told to wait.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use actix::prelude::*;
use sadu_domain::ids::{TenantId, UserId};

/// Another socket of the same person took this one's place.
#[derive(Debug, Clone, Copy, Message)]
#[rtype(result = "()")]
pub struct Replaced;

/// All of them. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Sockets(Arc<Mutex<Open>>);

/// A person's sockets, oldest first.
type Own = VecDeque<(u64, Recipient<Replaced>)>;

#[derive(Debug, Default)]
struct Open {
    next: u64,
    tenants: HashMap<TenantId, HashMap<UserId, Own>>,
}

/// One socket's place among the others; given up when it is dropped.
#[derive(Debug)]
pub struct Seat {
    sockets: Sockets,
    tenant: TenantId,
    user: UserId,
    number: u64,
}

impl Sockets {
    /// Whether this person may open another socket: the tenant has fewer than `most`, or one of the person's own will close.
    #[must_use]
    pub fn has_room(&self, tenant: TenantId, user: UserId, most: u32, of_user: u32) -> bool {
        let open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(users) = open.tenants.get(&tenant) else {
            return true;
        };
        let full = |count: usize, most: u32| u32::try_from(count).unwrap_or(u32::MAX) >= most;
        full(users.get(&user).map_or(0, VecDeque::len), of_user)
            || !full(users.values().map(VecDeque::len).sum(), most)
    }

    /// Takes a place for `socket`; the person's oldest socket is told when it is one too many.
    #[must_use]
    pub fn sit(
        &self,
        tenant: TenantId,
        user: UserId,
        socket: Recipient<Replaced>,
        of_user: u32,
    ) -> Seat {
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let number = open.next;
        open.next = open.next.saturating_add(1);
        let own = (open.tenants.entry(tenant).or_default())
            .entry(user)
            .or_default();
        own.push_back((number, socket));
        while u32::try_from(own.len()).unwrap_or(u32::MAX) > of_user.max(1) {
            // One that does not read cannot be told; the kernel ends it before long.
            if let Some((_, oldest)) = own.pop_front() {
                let _ = oldest.try_send(Replaced);
            }
        }
        Seat {
            sockets: self.clone(),
            tenant,
            user,
            number,
        }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut open = (self.sockets.0.lock()).unwrap_or_else(PoisonError::into_inner);
        let Some(users) = open.tenants.get_mut(&self.tenant) else {
            return;
        };
        if let Some(own) = users.get_mut(&self.user) {
            own.retain(|(number, _)| *number != self.number);
            if own.is_empty() {
                users.remove(&self.user);
            }
        }
        if users.is_empty() {
            open.tenants.remove(&self.tenant);
        }
    }
}
