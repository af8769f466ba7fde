//! Two hundred tenants, each with one campaign and one member of staff; the first has two hundred campaigns. Their ids are
//! numbered, so that a pgbench script can name them by a number.

use anyhow::Context;
use sadu_db::seal::MasterKey;
use sadu_db::{Db, TenantCtx, items, tenants, users};
use sadu_domain::access::Role;
use sadu_domain::catalog::{Item, ItemKind, ItemStatus, Overfunding};
use sadu_domain::ids::{ItemId, TenantId, UserId};
use sadu_domain::lang::{Bilingual, Lang};
use sadu_domain::limits::Limits;
use sadu_domain::money::{Currency, Fils};
use sadu_domain::tenant::{BankDetails, Branding, Settings, Tenant, TenantKind, TenantStatus};

/// How many tenants.
pub(crate) const TENANTS: usize = 200;
/// How many campaigns the first tenant has.
pub(crate) const ITEMS: usize = 200;
/// Numbers in ids begin here: three digits, always.
pub(crate) const FIRST: usize = 100;
/// The member of staff at the identity provider.
pub(crate) const SUBJECT: &str = "staff";

/// The host of a tenant, without port.
pub(crate) fn host(n: usize) -> String {
    format!("t{}.localhost", FIRST.saturating_add(n))
}

fn tenant_id(n: usize) -> anyhow::Result<TenantId> {
    let id = format!(
        "0190aaaa-0000-7000-8000-000000000{}",
        FIRST.saturating_add(n)
    );
    Ok(TenantId::from_uuid(id.parse()?))
}

fn item_id(tenant: usize, n: usize) -> anyhow::Result<ItemId> {
    let (tenant, n) = (FIRST.saturating_add(tenant), FIRST.saturating_add(n));
    Ok(ItemId::from_uuid(
        format!("0190aaaa-0000-7000-9000-000000{tenant}{n}").parse()?,
    ))
}

/// Makes tenant `n`.
///
/// # Errors
/// The database's.
#[expect(
    clippy::disallowed_methods,
    reason = "the harness fills its own throw-away database"
)]
pub(super) async fn tenant(
    db: &Db,
    master: &MasterKey,
    n: usize,
    issuer: &str,
) -> anyhow::Result<()> {
    let id = tenant_id(n)?;
    let mut tx = db.tenant(TenantCtx::vouch(id)).await?;
    tenants::create(&mut tx, &site(id, n)?, master).await?;
    for i in 0..if n == 0 { ITEMS } else { 1 } {
        items::create(&mut tx, &campaign(item_id(n, i)?, i)?, None).await?;
    }
    users::invite(
        &mut tx,
        UserId::new(),
        "staff@example.org",
        "Staff",
        Role::Staff,
    )
    .await?;
    users::bind_identity(&mut tx, "staff@example.org", issuer, SUBJECT)
        .await?
        .context("the member of staff was not bound")?;
    tx.commit().await?;
    Ok(())
}

fn site(id: TenantId, n: usize) -> anyhow::Result<Tenant> {
    let bank = BankDetails {
        beneficiary: Bilingual::new("جمعية القياس الخيرية", "Measuring Charity"),
        bank: Bilingual::new("بنك التجربة", "Demo Bank"),
        iban: "KW45DEMO0000000000001000010101"
            .parse()
            .ok()
            .context("the IBAN of the seed is wrong")?,
    };
    let colour = |text: &str| text.parse().ok().context("a colour of the seed is wrong");
    Ok(Tenant {
        id,
        slug: format!("t{}", FIRST.saturating_add(n)),
        name: Bilingual::new("جمعية القياس", "Measuring Charity"),
        tagline: Bilingual::new("خيط واحد", "One thread"),
        kind: TenantKind::Charity,
        status: TenantStatus::Active,
        branding: Branding {
            primary: colour("#0F6B4F")?,
            accent: colour("#C8963E")?,
        },
        logo: None,
        settings: Settings {
            bank: Some(bank),
            // What is measured is how much goes through, not what a small site may take.
            limits: Limits {
                orders_per_second: 1_000_000,
                orders_burst: 1_000_000,
                ..Limits::default()
            },
            ..Settings::default()
        },
        currency: Currency::Kwd,
        timezone: "Asia/Kuwait".into(),
        default_lang: Lang::Ar,
        prefix: prefix(n)
            .parse()
            .ok()
            .context("a prefix of the seed is wrong")?,
        licence: None,
        phone: None,
        version: 0,
    })
}

fn prefix(n: usize) -> String {
    let letters: Vec<char> = "ABCDEFGHJK".chars().collect();
    format!("{n:03}")
        .chars()
        .filter_map(|d| letters.get(usize::try_from(d.to_digit(10)?).ok()?))
        .collect()
}

fn campaign(id: ItemId, n: usize) -> anyhow::Result<Item> {
    Ok(Item {
        id,
        slug: format!("item-{}", FIRST.saturating_add(n)),
        kind: ItemKind::Project,
        status: ItemStatus::Active,
        title: Bilingual::new("بئر ماء في قرية", "A well for a village"),
        summary: Bilingual::new(
            "ماء نظيف لثلاثمئة أسرة",
            "Clean water for three hundred families",
        ),
        story: Bilingual::new(
            "حفر بئر بعمق ثمانين مترا مع مضخة شمسية وخزان وصنابير. ".repeat(6),
            "A bore of eighty metres with a solar pump, a tank and taps. ".repeat(6),
        ),
        price: None,
        target: Some(Fils::new(9_000_000_000_000)),
        unit: None,
        suggested: [5_000, 10_000, 25_000, 50_000].map(Fils::new).to_vec(),
        min: None,
        max: None,
        zakat_eligible: false,
        overfunding: Overfunding::Continue,
        licence: None,
        tags: vec!["water".into()],
        position: i32::try_from(n)?,
        revision: 1,
    })
}
