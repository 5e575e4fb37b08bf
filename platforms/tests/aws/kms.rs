//! Root keys under keys of KMS.

use crate::live::{Live, REGION, create, open, reason, seal};
use strongroom::{Aad, Keyring};
use strongroom_platforms::{AwsKms, AwsRegion};

#[test]
fn a_keyring_is_made_opened_and_resealed() {
    let live = match Live::start() {
        Ok(live) => live,
        Err(skipped) => return println!("{skipped}"),
    };
    let url = live.url("alias/app", "use");
    let (store, ring, text) = create(seal(&url)).unwrap();
    let seals = ring.seals().unwrap();
    assert_eq!(
        (seals.len(), seals[0].kind.as_str(), seals[0].id.as_str(), seals[0].in_use),
        (1, "aws-kms", "alias/app", true)
    );
    open(&store, seal(&url), &text).unwrap();
    // To decrypt is enough to open.
    open(&store, seal(&live.url("alias/app", "decrypt")), &text).unwrap();
    // New material of the platform's key opens what the old one has wrapped.
    live.boto("admin", &[live.arn("alias/app")], "kms.rotate_key_on_demand(KeyId=sys.argv[1])");
    open(&store, seal(&url), &text).unwrap();
    ring.reseal([seal(&url)]).unwrap();
    open(&store, seal(&url), &text).unwrap();

    // The same key by its ARN, which is its region too, and by its id.
    let arn = live.arn("alias/app");
    let parameters = live.by("use").replace(&format!("region={REGION}&"), "");
    open(&store, seal(&format!("awskms:///{arn}?{parameters}")), &text).unwrap();
    let id = arn.rsplit('/').next().unwrap();
    open(&store, seal(&live.url(id, "use")), &text).unwrap();
    let alias = arn.replace(&format!("key/{id}"), "alias/app");
    let (_, ring, _) = create(seal(&format!("awskms:///{alias}?{parameters}"))).unwrap();
    assert_eq!(ring.seals().unwrap()[0].id, "alias/app");
    // The builder does the same.
    let region =
        AwsRegion::new(REGION).unwrap().endpoint(&format!("http://{}", live.server.address)).unwrap();
    let region = region.credentials_file(live.credentials("use"));
    open(&store, AwsKms::new(region, "alias/app").unwrap().seal(), &text).unwrap();
}

#[test]
fn a_backup_is_sealed_by_it() {
    let live = match Live::start() {
        Ok(live) => live,
        Err(skipped) => return println!("{skipped}"),
    };
    let url = live.url("alias/app", "use");
    let (_, ring, text) = create(seal(&url)).unwrap();
    let backup = ring.key("cards").unwrap().backup(seal(&url)).unwrap();
    let other = Keyring::in_memory();
    other.restore_key(&backup, seal(&url), None).unwrap();
    assert_eq!(other.key("cards").unwrap().decrypt(&text, Aad::NONE).unwrap().expose(), b"4111");
}

/// A ciphertext names the key that made it; the key of the seal is asked all the same.
#[test]
fn a_copy_opens_by_its_own_key_alone() {
    let live = match Live::start() {
        Ok(live) => live,
        Err(skipped) => return println!("{skipped}"),
    };
    let (store, ring, text) = create(seal(&live.url("alias/app", "use"))).unwrap();
    // KMS says `IncorrectKeyException`, moto that access is denied.
    let why = reason(open(&store, seal(&live.url("alias/other", "use")), &text));
    assert!(why.contains("aws-kms: decrypt: it answers 400 AccessDeniedException"), "{why}");
    ring.add_seal(seal(&live.url("alias/other", "use"))).unwrap();
    open(&store, seal(&live.url("alias/other", "use")), &text).unwrap();
    open(&store, seal(&live.url("alias/app", "use")), &text).unwrap();
}

#[test]
fn whoever_is_not_allowed_is_told_what_is_missing() {
    let live = match Live::start() {
        Ok(live) => live,
        Err(skipped) => return println!("{skipped}"),
    };
    for (user, needs) in [("encrypt", "kms:Decrypt"), ("decrypt", "kms:Encrypt"), ("nothing", "kms:Encrypt")]
    {
        let why = reason(create(seal(&live.url("alias/app", user))));
        assert!(
            why.contains("AccessDenied") && why.contains(&format!("`{needs}` on alias/app")),
            "{user}: {why}"
        );
        assert!(!why.contains(&live.keys(user).1), "{why}");
    }
    // There is no such key, and no such region of it.
    let why = reason(create(seal(&live.url("alias/absent", "use"))));
    assert!(why.contains("NotFoundException") && why.contains("there is no alias/absent"), "{why}");
    let elsewhere = live.url("alias/app", "use").replace(REGION, "eu-west-1");
    let why = reason(create(seal(&elsewhere)));
    assert!(why.contains("NotFoundException") && why.contains("the region"), "{why}");
    // A secret that is not that of the access key, and an access key that is none.
    let (id, secret) = live.keys("use");
    for (id, told) in [(id.as_str(), "SignatureDoesNotMatch"), ("AKIAHUNTER2HUNTER2XX", "AWS does not know")]
    {
        let wrong = format!("[default]\naws_access_key_id={id}\naws_secret_access_key={secret}x\n");
        let file = live.file("wrong", &wrong);
        let url = format!("awskms:///alias/app?region={REGION}&endpoint=http://{}", live.server.address);
        let why = reason(create(seal(&format!("{url}&credentials_file={file}"))));
        assert!(why.contains(told), "{why}");
        assert!(!why.contains(&secret) && !why.contains(id), "{why}");
    }
}
