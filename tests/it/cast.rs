//! [`Cast`]: everybody who may come by, and how they show who they are.

use reqwest::RequestBuilder;

use crate::browser::Browser;
use crate::testapp::TestApp;

/// The five identities of the matrix (security.md 2.3), all of the tenant `nakhla` but the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Person {
    Guest,
    Staff,
    /// Staff who have not shown a second factor.
    NoMfa,
    Admin,
    /// The platform's administrator.
    Root,
}

impl Person {
    pub(crate) const ALL: [Self; 5] = [
        Self::Guest,
        Self::Staff,
        Self::NoMfa,
        Self::Admin,
        Self::Root,
    ];

    /// The account of the development provider.
    pub(crate) fn account(self) -> Option<&'static str> {
        match self {
            Self::Guest => None,
            Self::Staff => Some("staff@nakhla"),
            Self::NoMfa => Some("nomfa@nakhla"),
            Self::Admin => Some("admin@nakhla"),
            Self::Root => Some("root@platform"),
        }
    }
}

/// What a person shows.
#[derive(Debug, Clone)]
pub(crate) enum Pass {
    Nothing,
    /// An access token.
    Bearer(String),
    /// A session's cookie, with the session's CSRF token.
    Cookie {
        session: String,
        csrf: String,
    },
}

impl Pass {
    /// A request that shows it, at `{label}.localhost`, as that site's own page would send it.
    pub(crate) fn request(
        &self,
        app: &TestApp,
        method: &str,
        label: &str,
        path: &str,
    ) -> RequestBuilder {
        let mut request = app.visitor(label).request(method, path);
        if path.starts_with("/ws/") {
            request = request
                .header("connection", "upgrade")
                .header("upgrade", "websocket")
                .header("sec-websocket-version", "13")
                .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==")
                .header("origin", app.origin(label));
        }
        match self {
            Self::Nothing => request,
            Self::Bearer(token) => request.bearer_auth(token),
            Self::Cookie { session, csrf } => {
                let request = request.header("cookie", format!("__Host-sid={session}"));
                match method {
                    "GET" => request,
                    _ => request
                        .header("origin", app.origin(label))
                        .header("x-csrf-token", csrf),
                }
            }
        }
    }
}

/// Everybody, with every pass that they have.
pub(crate) struct Cast {
    passes: Vec<(Person, Pass)>,
}

impl Cast {
    /// Signs everybody in: with a token, and those of the tenant also with a browser.
    pub(crate) async fn assemble(app: &TestApp) -> Self {
        app.appoint("root@platform").await;
        let mut passes = vec![(Person::Guest, Pass::Nothing)];
        for person in Person::ALL {
            let Some(account) = person.account() else {
                continue;
            };
            passes.push((person, Pass::Bearer(app.token(account).await)));
            if person == Person::Root {
                continue;
            }
            let mut browser = app.browser();
            browser.sign_in("nakhla", account).await;
            let session = browser.session("nakhla").unwrap().clone();
            let csrf = match person {
                Person::NoMfa => on_the_page(&mut browser, app).await,
                _ => browser.csrf("nakhla").await,
            };
            passes.push((person, Pass::Cookie { session, csrf }));
        }
        Self { passes }
    }

    /// Every person with every pass.
    pub(crate) fn everybody(&self) -> impl Iterator<Item = (Person, &Pass)> {
        self.passes.iter().map(|(person, pass)| (*person, pass))
    }
}

/// The CSRF token in the form of the one page that there is without a second factor.
async fn on_the_page(browser: &mut Browser<'_>, app: &TestApp) -> String {
    let page = browser
        .get(&format!("{}/admin", app.origin("nakhla")))
        .await;
    let page = page.text().await.unwrap();
    let (_, rest) = page.split_once("name=\"csrf\" value=\"").unwrap();
    rest.split('"').next().unwrap().to_owned()
}
