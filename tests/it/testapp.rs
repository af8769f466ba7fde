//! [`TestApp`]: everything the product is, on port 0 with a fresh database, and clients that speak to it as browsers and
//! programs do.
//!
//! Two tenants that look alike, `nakhla` and `sidra` (see `seed`); in each, `admin`, `staff` and `nomfa` are invited, as the
//! development provider knows them. Ending it looks at the books: totals are what the ledger says, streams have no gap.

use reqwest::RequestBuilder;
use sadu_db::testing::{PgBouncer, TestCluster, TestDatabase};
use sadu_db::{Db, DbConfig, TenantCtx, tenants};
use sadu_domain::ids::TenantId;
use secrecy::ExposeSecret;
use sqlx::{Connection, PgConnection};

pub(crate) use crate::browser::{Browser, location};
use crate::client::Client;
use crate::ledger;
use crate::node::{End, Node, Options, PATIENCE};
use crate::seed::{self, Seeded};

/// The product, running.
pub(crate) struct TestApp {
    /// Its database.
    pub(crate) database: TestDatabase,
    /// The process that the clients speak to.
    pub(crate) node: Node,
    /// `nakhla`.
    pub(crate) a: Seeded,
    /// `sidra`, with the same items under the same slugs.
    pub(crate) b: Seeded,
}

/// After this long a process asks the database about a session again, and no more believes what it was told.
pub(crate) const FORGOTTEN: std::time::Duration = std::time::Duration::from_millis(2500);

/// How often: the full number with `SADU_SCALE=full`, a share of it otherwise.
pub(crate) fn scale(full: usize, small: usize) -> usize {
    match std::env::var("SADU_SCALE").as_deref() {
        Ok("full") => full,
        _ => small,
    }
}

impl TestApp {
    /// Starts everything.
    pub(crate) async fn spawn() -> Self {
        Self::with(Options::default()).await
    }

    /// Starts everything, otherwise than usual.
    pub(crate) async fn with(options: Options) -> Self {
        let database = TestCluster::shared().await.unwrap().fresh().await.unwrap();
        Self::on(database.clone(), &database, options).await
    }

    /// Starts everything, with PgBouncer between the product and its database.
    pub(crate) async fn through(bouncer: &PgBouncer, options: Options) -> Self {
        let database = TestCluster::shared().await.unwrap().fresh().await.unwrap();
        let before = bouncer.before(&database);
        let options = Options {
            prepared: false,
            ..options
        };
        Self::on(database, &before, options).await
    }

    async fn on(database: TestDatabase, reached: &TestDatabase, options: Options) -> Self {
        let mut config = DbConfig::new(database.url("sadu_web"));
        config.acquire_timeout = PATIENCE;
        let db = Db::connect(config).await.unwrap();
        let a = seed::tenant(&db, "nakhla", "NKH").await;
        let b = seed::tenant(&db, "sidra", "SDR").await;
        db.close().await;
        let node = Node::start(reached, options).await;
        Self {
            database,
            node,
            a,
            b,
        }
    }

    /// Another process on the same database; it believes the first one's tokens.
    pub(crate) async fn another(&self, options: Options) -> Node {
        let issuer_port = Some(self.node.port);
        Node::start(
            &self.database,
            Options {
                issuer_port,
                ..options
            },
        )
        .await
    }

    /// Stops everything and looks at the books.
    pub(crate) async fn stop(self) {
        self.books().await;
        self.node.end(End::AtOnce).await;
    }

    /// Looks at the books of both tenants.
    pub(crate) async fn books(&self) {
        let mut behind = self.behind().await;
        for tenant in [&self.a, &self.b] {
            ledger::verify(&mut behind, tenant.id).await;
        }
    }

    /// A visitor of `{label}.localhost`.
    pub(crate) fn visitor(&self, label: &str) -> Client {
        self.node.client(label)
    }

    /// Staff of a tenant, as a program.
    pub(crate) async fn staff(&self, label: &str) -> Client {
        let token = self.token(&format!("staff@{label}")).await;
        self.node.client(label).with_token(token)
    }

    /// An administrator of a tenant, as a program.
    pub(crate) async fn admin(&self, label: &str) -> Client {
        let token = self.token(&format!("admin@{label}")).await;
        self.node.client(label).with_token(token)
    }

    /// This account at a tenant that it was invited to.
    pub(crate) async fn admin_of(&self, label: &str, account: &str) -> Client {
        self.node
            .client(label)
            .with_token(self.token(account).await)
    }

    /// A request to `{label}.localhost`.
    pub(crate) fn request(&self, method: &str, label: &str, path: &str) -> RequestBuilder {
        self.node.client(label).request(method, path)
    }

    /// What a browser calls the site of `{label}.localhost`.
    pub(crate) fn origin(&self, label: &str) -> String {
        format!("http://{label}.localhost:{}", self.node.port)
    }

    /// An access token of a demo account.
    pub(crate) async fn token(&self, username: &str) -> String {
        self.node.token(username).await
    }

    /// A browser that has been nowhere yet.
    pub(crate) fn browser(&self) -> Browser<'_> {
        Browser::new(self)
    }

    /// Seals a value as the tenant itself would.
    pub(crate) async fn seal(
        &self,
        tenant: uuid::Uuid,
        column: &'static str,
        row: uuid::Uuid,
        value: &str,
    ) -> Vec<u8> {
        let ctx = TenantCtx::vouch(TenantId::from_uuid(tenant));
        let mut tx = self.node.app.db.tenant(ctx).await.unwrap();
        let keys = tenants::keys(&mut tx, &seed::master()).await.unwrap();
        tx.commit().await.unwrap();
        keys.seal(column, row, value).unwrap()
    }

    /// Looks or reaches behind the policies.
    pub(crate) async fn behind(&self) -> PgConnection {
        PgConnection::connect(self.database.admin_url().expose_secret())
            .await
            .unwrap()
    }
}
