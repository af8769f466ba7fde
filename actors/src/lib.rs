//! Who acts: tenant supervisors, repositories, inboxes.
