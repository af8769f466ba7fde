//! Every route that writes, done once as it should be, for `audit_writes`.

use serde_json::{Value, json};

use crate::client::{key, transfer};

/// What is sent.
pub(crate) enum Sent {
    /// No body, by a program.
    Nothing,
    /// JSON, by a program.
    Json(fn() -> Value),
    /// A form, by a browser; its CSRF token and a key come with it.
    Form(&'static [(&'static str, &'static str)]),
}

/// What an `{id}` in the path stands for; each row has one of its own.
pub(crate) enum On {
    /// Nothing that is there before.
    Nothing,
    /// A waiting order's id.
    Order,
    /// The same as a subject: `order:…`.
    Subject,
    /// Somebody who was invited and has not come.
    Invited,
    /// Somebody who was switched off.
    Disabled,
    /// A page of the tenant's own.
    Page(&'static str),
}

/// One route that writes, done once as it should be.
pub(crate) struct Write {
    pub(crate) route: &'static str,
    pub(crate) account: &'static str,
    pub(crate) on: On,
    pub(crate) sent: Sent,
    /// The entry's action.
    pub(crate) action: &'static str,
}

fn seen_at_the_bank() -> Value {
    transfer(5_000, &key())
}

fn why() -> Value {
    json!({ "reason": "The bank asks who sent this" })
}

pub(crate) fn somebody() -> Value {
    json!({ "email": format!("{}@nakhla.example", key()), "name": "Noura", "role": "staff" })
}

fn administrator() -> Value {
    json!({ "role": "tenant_admin" })
}

/// The settings as they are first, but for a phone number.
fn settings() -> Value {
    let text = |ar: &str, en: &str| json!({ "ar": ar, "en": en });
    json!({
        "revision": 1, "name": text("جمعية العون", "Aid Society"), "tagline": text("معًا", "Together"), "hero": text("", ""),
        "footer": text("", ""), "primary": "#0F6B4F", "accent": "#8A4B1F", "languages": ["ar", "en"], "default_language": "ar",
        "digits": "latin", "hijri": false, "hijri_offset": 0, "phone": "22440000", "email": null, "address": text("", ""),
        "hours": text("", ""), "notify_emails": [], "licence": null,
    })
}

/// Another account.
fn bank() -> Value {
    json!({
        "revision": 1, "bank": { "ar": "بنك", "en": "Bank" }, "beneficiary": { "ar": "جمعية العون", "en": "Aid Society" },
        "iban": "KW45DEMO0000000000001000010101",
    })
}

fn terms() -> Value {
    let text = |ar: &str, en: &str| json!({ "ar": ar, "en": en });
    json!({ "revision": 1, "faq": [{ "q": text("كيف؟", "How?"), "a": text("هكذا", "So") }], "policy": text("", ""), "delivery": text("", ""), "gold_price": null })
}

fn policies() -> Value {
    json!({ "revision": 0, "title": { "ar": "", "en": "" }, "body": { "ar": "نص", "en": "Text" } })
}

/// Every route that writes. **A new one gets its row here**, and nothing else.
pub(crate) const WRITES: &[Write] = &[
    Write {
        route: "POST /api/v1/admin/inbox/{subject}/claim",
        account: "staff@nakhla",
        on: On::Subject,
        sent: Sent::Nothing,
        action: "subject.claim",
    },
    Write {
        route: "POST /api/v1/admin/inbox/{subject}/resolve",
        account: "admin@nakhla",
        on: On::Subject,
        sent: Sent::Nothing,
        action: "subject.resolve",
    },
    Write {
        route: "POST /api/v1/admin/orders/{id}/confirm-transfer",
        account: "staff@nakhla",
        on: On::Order,
        sent: Sent::Json(seen_at_the_bank),
        action: "order.confirm_transfer",
    },
    Write {
        route: "POST /api/v1/admin/orders/{id}/reveal",
        account: "staff@nakhla",
        on: On::Order,
        sent: Sent::Json(why),
        action: "donor.reveal",
    },
    Write {
        route: "POST /admin/inbox/{order}/claim",
        account: "staff@nakhla",
        on: On::Order,
        sent: Sent::Form(&[]),
        action: "subject.claim",
    },
    Write {
        route: "POST /admin/inbox/{order}/resolve",
        account: "admin@nakhla",
        on: On::Order,
        sent: Sent::Form(&[]),
        action: "subject.resolve",
    },
    Write {
        route: "POST /admin/inbox/{order}/confirm-transfer",
        account: "admin@nakhla",
        on: On::Order,
        sent: Sent::Form(&[
            ("amount", "5.000"),
            ("received_on", "today"),
            ("bank_reference", "by the form"),
        ]),
        action: "order.confirm_transfer",
    },
    Write {
        route: "POST /admin/inbox/{order}/reveal",
        account: "staff@nakhla",
        on: On::Order,
        sent: Sent::Form(&[("reason", "The bank asks who sent this")]),
        action: "donor.reveal",
    },
    Write {
        route: "PUT /api/v1/admin/settings",
        account: "admin@nakhla",
        on: On::Nothing,
        sent: Sent::Json(settings),
        action: "settings.edit",
    },
    Write {
        route: "PUT /api/v1/admin/settings/bank",
        account: "admin@nakhla",
        on: On::Nothing,
        sent: Sent::Json(bank),
        action: "bank.edit",
    },
    // After the one before it.
    Write {
        route: "POST /admin/settings/bank",
        account: "admin@nakhla",
        on: On::Nothing,
        sent: Sent::Form(&[
            ("revision", "2"),
            ("bank.ar", "بنك"),
            ("bank.en", "By the form"),
            ("beneficiary.ar", "جمعية العون"),
            ("beneficiary.en", "Aid Society"),
            ("iban", "KW45 DEMO 0000 0000 0000 1000 0101 01"),
        ]),
        action: "bank.edit",
    },
    Write {
        route: "PUT /api/v1/admin/settings/terms",
        account: "admin@nakhla",
        on: On::Nothing,
        sent: Sent::Json(terms),
        action: "terms.edit",
    },
    // After the one before it.
    Write {
        route: "POST /admin/settings/terms",
        account: "admin@nakhla",
        on: On::Nothing,
        sent: Sent::Form(&[
            ("revision", "2"),
            ("policy.ar", "بالنموذج"),
            ("policy.en", "By the form"),
        ]),
        action: "terms.edit",
    },
    Write {
        route: "PUT /api/v1/admin/pages/{page}",
        account: "admin@nakhla",
        on: On::Page("policies"),
        sent: Sent::Json(policies),
        action: "page.edit",
    },
    Write {
        route: "POST /admin/pages/{page}",
        account: "admin@nakhla",
        on: On::Page("contact"),
        sent: Sent::Form(&[("revision", "0"), ("body.en", "By the form")]),
        action: "page.edit",
    },
    // After the one before it.
    Write {
        route: "POST /admin/settings",
        account: "admin@nakhla",
        on: On::Nothing,
        sent: Sent::Form(&[
            ("revision", "2"),
            ("name.ar", "جمعية العون"),
            ("name.en", "Aid Society"),
            ("primary", "#0F6B4F"),
            ("accent", "#8A4B1F"),
            ("languages", "ar"),
            ("languages", "en"),
            ("default_language", "ar"),
            ("digits", "latin"),
            ("tagline.en", "By the form"),
        ]),
        action: "settings.edit",
    },
    on_users(
        "POST /api/v1/admin/users",
        On::Nothing,
        Sent::Json(somebody),
        "user.invite",
    ),
    on_users(
        "POST /api/v1/admin/users/{id}/invite",
        On::Invited,
        Sent::Nothing,
        "user.invite_again",
    ),
    on_users(
        "POST /api/v1/admin/users/{id}/withdraw",
        On::Invited,
        Sent::Nothing,
        "user.withdraw_invitation",
    ),
    on_users(
        "POST /api/v1/admin/users/{id}/role",
        On::Invited,
        Sent::Json(administrator),
        "user.change_role",
    ),
    on_users(
        "POST /api/v1/admin/users/{id}/disable",
        On::Invited,
        Sent::Nothing,
        "user.disable",
    ),
    on_users(
        "POST /api/v1/admin/users/{id}/enable",
        On::Disabled,
        Sent::Nothing,
        "user.enable",
    ),
    on_users(
        "POST /admin/users",
        On::Nothing,
        Sent::Form(&[
            ("email", "by-the-form@nakhla.example"),
            ("name", "Noura"),
            ("role", "staff"),
        ]),
        "user.invite",
    ),
    on_users(
        "POST /admin/users/{id}/invite",
        On::Invited,
        Sent::Form(&[]),
        "user.invite_again",
    ),
    on_users(
        "POST /admin/users/{id}/withdraw",
        On::Invited,
        Sent::Form(&[]),
        "user.withdraw_invitation",
    ),
    on_users(
        "POST /admin/users/{id}/role",
        On::Invited,
        Sent::Form(&[("role", "tenant_admin")]),
        "user.change_role",
    ),
    on_users(
        "POST /admin/users/{id}/disable",
        On::Invited,
        Sent::Form(&[]),
        "user.disable",
    ),
    on_users(
        "POST /admin/users/{id}/enable",
        On::Disabled,
        Sent::Form(&[]),
        "user.enable",
    ),
];

/// What an administrator does to the people who work here.
const fn on_users(route: &'static str, on: On, sent: Sent, action: &'static str) -> Write {
    Write {
        route,
        account: "admin@nakhla",
        on,
        sent,
        action,
    }
}

/// Writes that leave their entries elsewhere, and where that is tested.
pub(crate) const ELSEWHERE: &[&str] = &[
    // The life of an item is a chain of steps: `tests/it/catalog.rs` walks it and counts the entries of each.
    "POST /api/v1/admin/items",
    "PUT /api/v1/admin/items/{id}",
    "DELETE /api/v1/admin/items/{id}",
    "POST /api/v1/admin/items/{id}/submit",
    "POST /api/v1/admin/items/{id}/return",
    "POST /api/v1/admin/items/{id}/publish",
    "POST /api/v1/admin/items/{id}/pause",
    "POST /api/v1/admin/items/{id}/activate",
    "POST /api/v1/admin/items/{id}/execute",
    "POST /api/v1/admin/items/{id}/complete",
    "POST /api/v1/admin/items/{id}/archive",
    "POST /admin/items/new",
    "POST /admin/items/{id}",
    "POST /admin/items/{id}/delete",
    "POST /admin/items/{id}/submit",
    "POST /admin/items/{id}/return",
    "POST /admin/items/{id}/{step}",
    // A picture is announced, sent, described and taken off: `tests/it/media.rs` and `media_form.rs` count the entries of each.
    "POST /api/v1/admin/media",
    "POST /api/v1/admin/media/{id}/complete",
    "PUT /api/v1/admin/media/{id}",
    "DELETE /api/v1/admin/media/{id}",
    "POST /admin/media/{id}",
    "POST /admin/items/{id}/pictures",
    // So is a logo: `tests/it/logo.rs`.
    "POST /admin/settings/logo",
    "POST /admin/settings/logo/remove",
    // A name of the tenant's own is proven step by step, each with its entry: `tests/it/domains.rs`.
    "DELETE /api/v1/admin/domains/{host}",
    "POST /admin/domains",
    "POST /admin/domains/{host}/release",
    "POST /admin/domains/{host}/verify",
    "POST /api/v1/admin/domains",
    "POST /api/v1/admin/domains/{host}/verify",
];

/// Ask, and change nothing: a form is posted so that no phone stands in an address.
pub(crate) const READS: &[&str] = &["POST /admin/inbox/find"];
