//! Deleting a tenant for good, in every store: Postgres, the bucket of pictures, Redis, jobs. The anchors of its audit log stay, locked.
//!
//! Called by `sadu delete-tenant`; the rule when it may be is `domain::erasure`'s, the steps and their SQL are `db::erasure`'s. It goes
//! round the tenant's actors: the tenant was closed long before. Every step may be done again, so a run that was cut short
//! anywhere is ended by the same command.

use chrono::{DateTime, Utc};
use sadu_db::erasure::{Known, SLICE, Tombstone};
use sadu_db::{DbError, Eraser};
use sadu_domain::erasure::Refusal;
use sadu_gateways::erasure::ErasureError as RedisError;
use sadu_gateways::storage::StorageError;
use sadu_gateways::storage::objects::Objects;
use secrecy::SecretString;

use crate::anchors::{AnchorError, Anchors};

/// Where a deployment keeps things of its tenants.
#[derive(Debug, Clone)]
pub struct Stores {
    /// The login of `sadu_migrator`.
    pub migrator: SecretString,
    /// The bucket of pictures.
    pub objects: Objects,
    /// Where audit logs are anchored; none where they are not.
    pub anchors: Option<Anchors>,
    /// Redis, where there is one.
    pub redis: Option<SecretString>,
}

/// Which tenant is to be deleted, and when that is asked.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// Its slug.
    pub slug: &'a str,
    /// The same, typed again.
    pub confirm: &'a str,
    /// This instant.
    pub now: DateTime<Utc>,
    /// Rows that go in one transaction at most.
    pub slice: i64,
}

impl<'a> Asked<'a> {
    /// Asked now, in slices of the usual size.
    #[must_use]
    pub fn now(slug: &'a str, confirm: &'a str) -> Self {
        Self {
            slug,
            confirm,
            now: Utc::now(),
            slice: SLICE,
        }
    }
}

/// A tenant that was deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erased {
    /// What is left of it.
    pub tombstone: Tombstone,
    /// False when it had been deleted before: this run found nothing to do.
    pub by_this_run: bool,
    /// Anchors of its audit log, which stay; unknown where none are kept.
    pub anchors: Option<usize>,
}

/// Why a tenant was not deleted, or not to the end.
#[derive(Debug, thiserror::Error)]
pub enum ErasureError {
    /// No tenant has this slug, and none had it.
    #[error("there is no tenant with this slug, and there was none")]
    Unknown,
    /// The slug was not typed again.
    #[error("--confirm is not the slug: type it again, exactly")]
    Unconfirmed,
    /// It is not due.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Deleting it would destroy the proof of a crime.
    #[error("its audit log is not what was anchored at entry {0}: find out why before it goes")]
    Contradicted(i64),
    /// The end of its log would be provable no more.
    #[error(
        "its audit log ends at entry {end} and is anchored up to {anchored}: run `sadu anchor-audit` first"
    )]
    Unanchored {
        /// Number of its last entry.
        end: i64,
        /// Number of the newest anchor; 0 for none.
        anchored: i64,
    },
    /// The database.
    #[error("the database: {0}")]
    Db(#[from] DbError),
    /// The bucket.
    #[error("the bucket of pictures: {0}")]
    Objects(#[from] StorageError),
    /// Redis.
    #[error(transparent)]
    Redis(#[from] RedisError),
    /// The anchors.
    #[error(transparent)]
    Anchors(#[from] AnchorError),
}

/// Deletes a tenant, or goes on deleting it, or finds that it was deleted.
///
/// # Errors
/// What keeps it from beginning leaves everything as it is; after that, what was deleted stays so, and the same call goes on.
pub async fn erase(stores: &Stores, asked: Asked<'_>) -> Result<Erased, ErasureError> {
    if asked.confirm != asked.slug {
        return Err(ErasureError::Unconfirmed);
    }
    let mut eraser = Eraser::connect(&stores.migrator).await?;
    let tombstone = match eraser.tombstone(asked.slug).await? {
        Some(tombstone) => tombstone,
        None => begin(&mut eraser, stores, &asked).await?,
    };
    let by_this_run = tombstone.deleted_at.is_none();
    let tombstone = if by_this_run {
        take_away(&mut eraser, stores, &tombstone, asked.slice).await?
    } else {
        tombstone
    };
    let anchors = match &stores.anchors {
        Some(anchors) => Some(anchors.known(tombstone.tenant()).await?.seqs().len()),
        None => None,
    };
    Ok(Erased {
        tombstone,
        by_this_run,
        anchors,
    })
}

async fn begin(
    eraser: &mut Eraser,
    stores: &Stores,
    asked: &Asked<'_>,
) -> Result<Tombstone, ErasureError> {
    let found = eraser.find(asked.slug).await?;
    let found = found.ok_or(ErasureError::Unknown)?;
    let due = found.standing.due(asked.now)?;
    if let Some(anchors) = &stores.anchors {
        demand_anchored(eraser, anchors, &found).await?;
    }
    let objects = stores.objects.count(found.tenant).await?;
    let objects = i64::try_from(objects).unwrap_or(i64::MAX);
    Ok(eraser.begin(asked.slug, &found, due, objects).await?)
}

/// The log agrees with all its anchors, and the newest stands at its end.
async fn demand_anchored(
    eraser: &mut Eraser,
    anchors: &Anchors,
    found: &Known,
) -> Result<(), ErasureError> {
    let known = anchors.known(found.tenant).await?;
    let now = eraser.hashes_at(found.tenant, &known.seqs()).await?;
    let compared = anchors.compare(found.tenant, &known, &now).await?;
    if let Some(seq) = compared.first_bad {
        return Err(ErasureError::Contradicted(seq));
    }
    let end = found.head.as_ref().map_or(0, |(seq, _)| *seq);
    let anchored = compared.newest.map_or(0, |newest| newest.seq);
    if anchored == end {
        Ok(())
    } else {
        Err(ErasureError::Unanchored { end, anchored })
    }
}

async fn take_away(
    eraser: &mut Eraser,
    stores: &Stores,
    tombstone: &Tombstone,
    slice: i64,
) -> Result<Tombstone, ErasureError> {
    let tenant = tombstone.tenant();
    // The tenant's own row is the last, and waits for everything else.
    let tables = eraser.tables().await?;
    for table in tables.iter().filter(|table| !table.is_of_tenants()) {
        while eraser.slice(tenant, table, slice).await? {}
    }
    stores.objects.erase(tenant).await?;
    if let Some(redis) = &stores.redis {
        sadu_gateways::erasure::erase(redis, tenant).await?;
    }
    Ok(eraser.finish(tenant).await?)
}
