//! What the three tenants offer, in their order of display.

mod masar;
mod nakhla;
mod nakhla_open;
mod sidra;

use super::spec::Spec;

/// Everything a tenant offers.
pub(super) fn of(slug: &str) -> Vec<Spec> {
    match slug {
        "nakhla" => [nakhla::ITEMS.as_slice(), nakhla_open::ITEMS.as_slice()].concat(),
        "sidra" => sidra::ITEMS.to_vec(),
        "masar" => masar::ITEMS.to_vec(),
        _ => Vec::new(),
    }
}
