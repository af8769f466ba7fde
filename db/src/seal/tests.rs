//! Sealing, changing keys, and changing the key that wraps them.

use super::*;

const COLUMN: &str = "donors.name";

/// A key that every process has heard of.
fn stored(id: Uuid, wrapped: Vec<u8>) -> WrappedKey {
    WrappedKey {
        id,
        wrapped,
        created_at: Utc::now() - TimeDelta::hours(1),
    }
}

fn keys(tenant: TenantId) -> TenantKeys {
    let master = MasterKey::new(&[7; 32]).unwrap();
    let id = Uuid::now_v7();
    let wrapped = master.wrap_new(tenant, id).unwrap();
    master.unwrap(tenant, &[stored(id, wrapped)]).unwrap()
}

#[test]
fn opens_only_in_its_place() {
    let keys = keys(TenantId::new());
    let row = Uuid::now_v7();
    let sealed = keys.seal(COLUMN, row, "مريم").unwrap();
    assert_eq!(keys.open(COLUMN, row, &sealed).unwrap(), "مريم");
    assert!(keys.open("donors.email", row, &sealed).is_err());
    assert!(keys.open(COLUMN, Uuid::now_v7(), &sealed).is_err());
    for at in [0, 3, 20, sealed.len() - 1] {
        let mut bent = sealed.clone();
        bent[at] ^= 1;
        assert!(keys.open(COLUMN, row, &bent).is_err(), "{at}");
    }
    for length in 0..sealed.len() {
        assert!(keys.open(COLUMN, row, &sealed[..length]).is_err());
    }
}

#[test]
fn another_tenant_or_master_opens_nothing() {
    let (a, b) = (TenantId::new(), TenantId::new());
    let master = MasterKey::new(&[7; 32]).unwrap();
    let id = Uuid::now_v7();
    let wrapped = vec![stored(id, master.wrap_new(a, id).unwrap())];
    assert!(master.unwrap(a, &wrapped).is_ok());
    assert!(master.unwrap(b, &wrapped).is_err());
    assert!(master.unwrap(a, &[]).is_err());
    let moved = vec![stored(Uuid::now_v7(), wrapped[0].wrapped.clone())];
    assert!(master.unwrap(a, &moved).is_err());
    let other = MasterKey::new(&[8; 32]).unwrap();
    assert!(other.unwrap(a, &wrapped).is_err());
    assert_ne!(
        keys(a).lookup("+96599912345"),
        keys(b).lookup("+96599912345")
    );
}

#[test]
fn the_next_key_seals_and_the_one_before_still_opens() {
    let tenant = TenantId::new();
    let master = MasterKey::new(&[7; 32]).unwrap();
    let (first, second) = (Uuid::now_v7(), Uuid::now_v7());
    let one = stored(first, master.wrap_new(tenant, first).unwrap());
    let before = master.unwrap(tenant, std::slice::from_ref(&one)).unwrap();
    let two = stored(second, master.wrap_next(&before, second).unwrap());
    let during = master.unwrap(tenant, &[two.clone(), one]).unwrap();
    let after = master.unwrap(tenant, &[two]).unwrap();
    let row = Uuid::now_v7();
    let old = before.seal(COLUMN, row, "x").unwrap();
    let new = during.seal(COLUMN, row, "x").unwrap();
    assert_eq!(during.open(COLUMN, row, &old).unwrap(), "x");
    assert_eq!(after.open(COLUMN, row, &new).unwrap(), "x");
    assert!(after.open(COLUMN, row, &old).is_err());
    assert!(before.open(COLUMN, row, &new).is_err());
    assert!(during.is_current(&new) && !during.is_current(&old));
    // Look-up codes of both; links and reference numbers as ever.
    assert_eq!(during.lookups("p"), [after.lookup("p"), before.lookup("p")]);
    assert_ne!(after.lookup("p"), before.lookup("p"));
    assert_eq!(after.sign("track"), before.sign("track"));
    assert_eq!(after.reference_key(), before.reference_key());
}

#[test]
fn a_key_seals_only_once_every_process_has_heard_of_it() {
    let tenant = TenantId::new();
    let master = MasterKey::new(&[7; 32]).unwrap();
    let (first, second) = (Uuid::now_v7(), Uuid::now_v7());
    let one = stored(first, master.wrap_new(tenant, first).unwrap());
    let before = master.unwrap(tenant, std::slice::from_ref(&one)).unwrap();
    let mut two = stored(second, master.wrap_next(&before, second).unwrap());
    two.created_at = Utc::now();
    let fresh = master.unwrap(tenant, &[two.clone(), one.clone()]).unwrap();
    assert_eq!(fresh.sealing_id(), first);
    let row = Uuid::now_v7();
    let sealed = fresh.seal(COLUMN, row, "x").unwrap();
    assert_eq!(before.open(COLUMN, row, &sealed).unwrap(), "x");
    assert_eq!(fresh.lookup("p"), before.lookup("p"));
    assert_eq!(fresh.lookups("p").len(), 2);
    two.created_at -= HEARD_EVERYWHERE;
    let heard = master.unwrap(tenant, &[two.clone(), one]).unwrap();
    assert_eq!(heard.sealing_id(), second);
    // The only key seals from its first moment.
    two.created_at = Utc::now();
    let alone = master.unwrap(tenant, &[two]).unwrap();
    assert_eq!(alone.sealing_id(), second);
}

#[test]
fn what_was_sealed_before_keys_had_ids_still_opens() {
    let tenant = TenantId::new();
    let master_bytes = [7; 32];
    let data = [9_u8; 32];
    let wrap = aead(&master_bytes).unwrap();
    let mut wrapped = vec![NO_KEY_ID];
    let place = context(tenant, NO_KEY_ID, "tenant_keys", tenant.as_uuid());
    seal_into(&mut wrapped, &wrap, &place, &data).unwrap();
    let root = root(&data);
    let row = Uuid::now_v7();
    let mut sealed = vec![NO_KEY_ID];
    let key = aead(&derive(&root, "seal").unwrap()).unwrap();
    let aad = context(tenant, NO_KEY_ID, COLUMN, row);
    seal_into(&mut sealed, &key, &aad, b"x").unwrap();

    let master = MasterKey::new(&master_bytes).unwrap();
    let keys = master
        .unwrap(tenant, &[stored(Uuid::now_v7(), wrapped)])
        .unwrap();
    assert_eq!(keys.open(COLUMN, row, &sealed).unwrap(), "x");
    assert!(!keys.is_current(&sealed));
    assert_eq!(keys.reference_key(), derive(&root, "reference").unwrap());
    assert_eq!(keys.sign("v"), keys.lookup("v"));
}

#[test]
fn a_new_master_key_takes_over_what_the_old_one_wrapped() {
    let tenant = TenantId::new();
    let id = Uuid::now_v7();
    let old = MasterKey::new(&[7; 32]).unwrap();
    let wrapped = old.wrap_new(tenant, id).unwrap();
    let row = Uuid::now_v7();
    let before = old.unwrap(tenant, &[stored(id, wrapped.clone())]).unwrap();
    let sealed = before.seal(COLUMN, row, "x").unwrap();
    let both = MasterKey::new(&[8; 32])
        .unwrap()
        .with_previous(&[7; 32])
        .unwrap();
    let during = both.unwrap(tenant, &[stored(id, wrapped.clone())]).unwrap();
    assert_eq!(during.open(COLUMN, row, &sealed).unwrap(), "x");
    let again = both.rewrap(tenant, id, &wrapped).unwrap().unwrap();
    assert_eq!(both.rewrap(tenant, id, &again).unwrap(), None);
    let new = MasterKey::new(&[8; 32]).unwrap();
    assert!(new.rewrap(tenant, id, &wrapped).is_err());
    let after = new.unwrap(tenant, &[stored(id, again.clone())]).unwrap();
    assert_eq!(after.open(COLUMN, row, &sealed).unwrap(), "x");
    assert!(old.unwrap(tenant, &[stored(id, again)]).is_err());
}

#[test]
fn an_anchor_is_signed_by_the_deployment_alone() {
    let key = MasterKey::new(&[7; 32]).unwrap().anchor_key().unwrap();
    let other = MasterKey::new(&[8; 32]).unwrap().anchor_key().unwrap();
    let signature = key.sign(b"seq 7");
    assert!(anchor::is_signed(&key.public_key(), b"seq 7", &signature));
    assert!(!anchor::is_signed(&key.public_key(), b"seq 8", &signature));
    assert!(!anchor::is_signed(
        &other.public_key(),
        b"seq 7",
        &signature
    ));
    let both = MasterKey::new(&[8; 32])
        .unwrap()
        .with_previous(&[7; 32])
        .unwrap();
    assert_eq!(
        both.anchor_public_keys().unwrap(),
        [other.public_key(), key.public_key()]
    );
}
