//! [`Place`]: a tenant with something in it for every id that a path may name, so that tests can go through all routes.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::client::{PHONE, gift, key, transfer};
use crate::testapp::TestApp;

/// A tenant, and what its ids are.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    /// Of its host.
    pub(crate) label: &'static str,
    /// The value of every `{id}` that a path may have.
    values: Vec<(&'static str, String)>,
}

/// An item whose life is over, so that nothing that is asked of it changes it, and a picture of it that was never sent.
async fn archived(app: &TestApp, label: &str) -> (String, String) {
    let item = json!({ "kind": "fund", "slug": "over", "title": { "ar": "انتهى", "en": "Over" } });
    let admin = app.admin(label).await;
    let made = admin.post("/api/v1/admin/items", &key(), &item).await;
    let id = made.expect(201)["id"].as_str().unwrap().to_owned();
    let picture = json!({ "item": id, "type": "image/png", "bytes": 9, "sha256": "07".repeat(32) });
    let made = admin
        .post("/api/v1/admin/media", &key(), &picture)
        .await
        .expect(201);
    let media = made["id"].as_str().unwrap().to_owned();
    sqlx::query("update app.catalog_items set status = 'archived' where id = $1")
        .bind(id.parse::<Uuid>().unwrap())
        .execute(&mut app.behind().await)
        .await
        .unwrap();
    (id, media)
}

impl Place {
    /// The tenant at `label`, with an order that waits for its transfer.
    pub(crate) async fn furnish(app: &TestApp, label: &'static str) -> Self {
        let visitor = app.visitor(label);
        let order = visitor.order(&key(), &gift("school", 7_000)).await;
        let order = order.expect(201);
        let id = order["id"].as_str().unwrap().to_owned();
        let email = format!("{}@example.com", key());
        let somebody = json!({ "email": email, "name": "Somebody", "role": "staff" });
        let admin = app.admin(label).await;
        let user = admin
            .post("/api/v1/admin/users", &key(), &somebody)
            .await
            .expect(201);
        let (item, media) = archived(app, label).await;
        Self {
            label,
            values: vec![
                ("items/{id}", item),
                ("media/{id}", media),
                ("subject", format!("order:{id}")),
                ("orders/{id}", id.clone()),
                ("users/{id}", user["id"].as_str().unwrap().to_owned()),
                ("order", id),
                // No tenant at all: what the platform may do to one is tested by itself.
                ("tenants/{id}", Uuid::nil().to_string()),
                ("jobs/{id}", "0".to_owned()),
                ("reference", order["reference"].as_str().unwrap().to_owned()),
            ],
        }
    }

    /// One where everything is of the right shape and nothing exists.
    pub(crate) fn nowhere(&self) -> Self {
        let id = Uuid::now_v7().to_string();
        let reference = &self.value("", "reference");
        Self {
            label: self.label,
            values: vec![
                ("items/{id}", id.clone()),
                ("media/{id}", id.clone()),
                ("subject", format!("order:{id}")),
                ("orders/{id}", id.clone()),
                ("users/{id}", id.clone()),
                ("order", id),
                ("tenants/{id}", Uuid::nil().to_string()),
                ("jobs/{id}", "0".to_owned()),
                ("reference", unused(reference)),
            ],
        }
    }

    /// What `{name}` of `pattern` stands for; `{id}` is told from others by the word before it.
    fn value(&self, before: &str, name: &str) -> String {
        let qualified = format!(
            "{}/{{{name}}}",
            before.trim_end_matches('/').rsplit('/').next().unwrap()
        );
        let plain = match name {
            "lang" => Some("en"),
            "slug" => Some("well"),
            "host" => Some("give.nakhla.org"),
            "topic" => Some("faq"),
            "page" => Some("faq"),
            "step" => Some("pause"),
            "plan" => Some("growth"),
            "variant" => Some("480.jpg"),
            "version" => Some("0"),
            "name" => Some("band"),
            "hash" => Some("any"),
            "path" => Some("css/docs.css"),
            _ => None,
        };
        let known = self
            .values
            .iter()
            .find(|(known, _)| *known == name || *known == qualified);
        plain
            .map(str::to_owned)
            .or_else(|| known.map(|(_, value)| value.clone()))
            .unwrap_or_else(|| panic!("say in tests/it/places.rs what {qualified} is"))
    }

    /// The path of a pattern.
    pub(crate) fn path(&self, pattern: &str) -> String {
        let mut path = String::new();
        let mut rest = pattern;
        while let Some((before, after)) = rest.split_once('{') {
            path.push_str(before);
            let (inner, after) = after.split_once('}').unwrap();
            let name = inner.split(':').next().unwrap();
            path.push_str(&self.value(&path, name));
            rest = after;
        }
        path.push_str(rest);
        match pattern {
            "/api/v1/admin/inbox/events" => path + "?after_seq=0",
            _ => path,
        }
    }

    /// Every id of it, to be looked for where it must not be.
    pub(crate) fn ids(&self) -> impl Iterator<Item = &str> {
        self.values.iter().map(|(_, value)| value.as_str())
    }
}

/// Whether `{name}` names something of one tenant alone. Slugs, languages and files are the same everywhere.
pub(crate) fn is_owned(name: &str) -> bool {
    !matches!(
        name,
        "lang"
            | "slug"
            | "host"
            | "topic"
            | "page"
            | "step"
            | "variant"
            | "plan"
            | "version"
            | "name"
            | "hash"
            | "path"
    )
}

/// A reference of the same tenant, with good check digits, that no order has.
fn unused(like: &str) -> String {
    use sadu_domain::reference::Reference;
    let start = &like[..like.len() - 8];
    (0..10_000)
        .map(|n| format!("{start}{:04}-{:03}", 9_999 - n / 10, n % 1_000))
        .find(|candidate| candidate != like && Reference::parse(candidate).is_ok())
        .expect("some digits check")
}

/// A body that a write accepts, so that the id alone decides. `None` where a write needs none.
pub(crate) enum Body {
    None,
    Json(Value),
    Form(Vec<(&'static str, String)>),
}

/// The body of a write with ids in its path.
pub(crate) fn body(method: &str, pattern: &str) -> Body {
    let today = chrono::Utc::now().date_naive().to_string();
    match (method, pattern) {
        ("GET", _) => Body::None,
        (_, p) if p.ends_with("/claim") || p.ends_with("/resolve") => Body::None,
        (_, p) if p.contains("/admin/users/{id}/") && !p.ends_with("/role") => Body::None,
        ("POST", "/api/v1/admin/users/{id}/role") => Body::Json(json!({ "role": "tenant_admin" })),
        ("POST", "/admin/users/{id}/role") => Body::Form(vec![("role", "tenant_admin".into())]),
        ("PUT", "/api/v1/admin/items/{id}") => Body::Json(json!({
            "kind": "fund", "title": { "ar": "آخر", "en": "Another" }, "revision": 1,
        })),
        ("POST", "/admin/items/{id}") => Body::Form(vec![
            ("kind", "fund".into()),
            ("title.ar", "آخر".into()),
            ("revision", "1".into()),
        ]),
        (_, p) if p.contains("/items/{id}") => Body::None,
        ("PUT", "/api/v1/admin/media/{id}") => {
            Body::Json(json!({ "alt": { "ar": "بئر", "en": "A well" } }))
        }
        ("POST", "/admin/media/{id}") => Body::Form(vec![
            ("do", "remove".into()),
            ("item", Uuid::nil().to_string()),
        ]),
        (_, p) if p.contains("/media/{id}") => Body::None,
        ("POST", "/api/v1/admin/orders/{id}/reveal") => {
            Body::Json(json!({ "reason": "The bank asks who sent this" }))
        }
        ("POST", "/admin/inbox/{order}/reveal") => {
            Body::Form(vec![("reason", "The bank asks who sent this".into())])
        }
        ("POST", "/api/v1/admin/orders/{id}/confirm-transfer") => {
            Body::Json(transfer(7_000, "BANK-77"))
        }
        ("POST", "/admin/inbox/{order}/confirm-transfer") => Body::Form(vec![
            ("key", key()),
            ("amount", "7".into()),
            ("received_on", today),
            ("bank_reference", "BANK-78".into()),
        ]),
        _ => panic!("say in tests/it/places.rs what a good body of {method} {pattern} is"),
    }
}

/// The query that opens an order to its donor.
pub(crate) fn proof() -> Value {
    json!({ "phone_last4": &PHONE[PHONE.len() - 4..] })
}
