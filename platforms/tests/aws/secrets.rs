//! Sealing keys in Secrets Manager.

use crate::live::{Live, create, open, reason, seal};
use strongroom::{Error, Keyring, Memory, Seal};

const MAKE: &str = "secrets.create_secret(Name=sys.argv[1], SecretString=sys.argv[2])";

#[test]
fn a_sealing_key_opens_a_keyring_before_and_after_its_rotation() {
    let live = match Live::start() {
        Ok(live) => live,
        Err(skipped) => return println!("{skipped}"),
    };
    let key = || String::from_utf8(Seal::generate_root_key().unwrap().expose().to_vec()).unwrap();
    let (first, second, third) = (key(), key(), key());
    let url = |more: &str| format!("awssecret:///team/app?{}{more}", live.by("secrets"));
    live.boto("admin", &["team/app", &first], MAKE);
    let (store, ring, text) = create(seal(&url(""))).unwrap();
    let seals = ring.seals().unwrap();
    assert_eq!((seals.len(), seals[0].kind.as_str()), (1, "root-key"));
    open(&store, seal(&url("")), &text).unwrap();
    // It is the same seal as the text of the key.
    open(&store, Seal::root_key_text(first.as_bytes()), &text).unwrap();
    // Another key opens nothing, and there is no version before it.
    live.boto("admin", &["team/other", &second], MAKE);
    let other = url("").replace("team/app", "team/other");
    assert_eq!(open(&store, seal(&other), &text).unwrap_err(), Error::WrongSeal);

    // Rotated, and the keyring has not been resealed yet.
    let put = "secrets.put_secret_value(SecretId='team/app', SecretString=sys.argv[1])";
    live.boto("admin", &[&second], put);
    open(&store, Seal::root_key_text(second.as_bytes()), &text).unwrap_err();
    let ring = Keyring::open(store.clone(), seal(&url(""))).unwrap();
    open(&store, seal(&url("&stage=AWSPREVIOUS")), &text).unwrap();
    assert_eq!(open(&store, seal(&url("&stage=AWSCURRENT")), &text).unwrap_err(), Error::WrongSeal);
    ring.reseal([seal(&url(""))]).unwrap();
    assert_eq!(ring.seals().unwrap().len(), 1);
    open(&store, Seal::root_key_text(second.as_bytes()), &text).unwrap();
    open(&store, Seal::root_key_text(first.as_bytes()), &text).unwrap_err();
    open(&store, seal(&url("")), &text).unwrap();

    // The other order: pending, resealed, promoted.
    let put = "secrets.put_secret_value(SecretId='team/app', SecretString=sys.argv[1], \
        VersionStages=['AWSPENDING'])";
    live.boto("admin", &[&third], put);
    ring.reseal([seal(&url("")), seal(&url("&stage=AWSPENDING"))]).unwrap();
    open(&store, seal(&url("")), &text).unwrap();
    let promote = "
versions = secrets.list_secret_version_ids(SecretId='team/app')['Versions']
of = lambda stage: next(v['VersionId'] for v in versions if stage in v['VersionStages'])
secrets.update_secret_version_stage(SecretId='team/app', VersionStage='AWSCURRENT',
    MoveToVersionId=of('AWSPENDING'), RemoveFromVersionId=of('AWSCURRENT'))
";
    live.boto("admin", &[], promote);
    open(&store, seal(&url("&stage=AWSCURRENT")), &text).unwrap();
    ring.reseal([seal(&url(""))]).unwrap();
    open(&store, Seal::root_key_text(third.as_bytes()), &text).unwrap();
}

#[test]
fn a_secret_is_text_bytes_or_a_member_of_json() {
    let live = match Live::start() {
        Ok(live) => live,
        Err(skipped) => return println!("{skipped}"),
    };
    let text = String::from_utf8(Seal::generate_root_key().unwrap().expose().to_vec()).unwrap();
    let url = |name: &str, more: &str| format!("awssecret:///{name}?{}{more}", live.by("secrets"));
    let (store, _, data) = create(Seal::root_key_text(text.as_bytes())).unwrap();
    live.boto("admin", &["lines", &format!("{text}\n")], MAKE);
    live.boto("admin", &["json", &format!("{{\"key\": \"{text}\", \"n\": 1}}")], MAKE);
    live.boto(
        "admin",
        &["bytes", &text],
        "secrets.create_secret(Name='bytes', SecretBinary=sys.argv[2].encode())",
    );
    let arn = live.boto("admin", &[], "print(secrets.describe_secret(SecretId='lines')['ARN'])");
    for url in [url("lines", ""), url("json", "&field=key"), url("bytes", ""), url(&arn, "")] {
        open(&store, seal(&url), &data).unwrap();
    }
    // What is no sealing key is not shown.
    live.boto("admin", &["wrong", "hunter2"], MAKE);
    match Keyring::create(Memory::new(), seal(&url("wrong", ""))) {
        Err(Error::InvalidRootKey { reason }) => {
            assert!(reason.contains("the secret wrong") && !reason.contains("hunter2"), "{reason}");
        }
        other => panic!("{:?}", other.err()),
    }
    for (name, more, told) in [
        ("json", "&field=none", "no JSON that has this field"),
        ("json", "&field=n", "no JSON that has this field"),
        ("lines", "&field=key", "no JSON that has this field"),
        ("absent", "", "there is no absent in this region"),
        ("lines", "&stage=AWSPENDING", "ResourceNotFoundException"),
    ] {
        let why = reason(create(seal(&url(name, more))));
        assert!(why.contains(told) && !why.contains(&text), "{name}{more}: {why}");
    }
    let denied = url("lines", "").replace(&live.credentials("secrets"), &live.credentials("use"));
    let why = reason(create(seal(&denied)));
    assert!(why.contains("`secretsmanager:GetSecretValue` on lines"), "{why}");
}

#[test]
fn a_sealing_key_is_replaced_by_one_of_two() {
    let live = match Live::start() {
        Ok(live) => live,
        Err(skipped) => return println!("{skipped}"),
    };
    let url = |name: &str, user: &str| format!("awssecret:///{name}?{}", live.by(user));
    let key = || Seal::generate_root_key().unwrap();
    live.boto("admin", &["app", "any"], MAKE);
    live.boto("admin", &["json", "{\"key\": \"any\"}"], MAKE);
    live.boto("admin", &["more", "{\"key\": \"any\", \"n\": 1}"], MAKE);
    for (name, field) in [("app", ""), ("json", "&field=key")] {
        let url = |user: &str| format!("{}{field}", url(name, user));
        let secret = strongroom_platforms::writable(&url("rotate")).unwrap();
        let (newest, first) = (secret.newest().unwrap(), key());
        secret.replace(&newest, &first).unwrap();
        let id = Seal::root_key_text(first.expose()).id().unwrap();
        assert_eq!(secret.seal().id().unwrap(), id);
        // A writer that has seen the version before is refused.
        let late = secret.replace(&newest, &key()).unwrap_err();
        assert!(!late.is_certain, "{late:?}");
        let reader = strongroom_platforms::writable(&url("secrets")).unwrap();
        let newest = reader.newest().unwrap();
        let denied = reader.replace(&newest, &key()).unwrap_err();
        assert!(
            denied.is_certain && denied.error.to_string().contains("`secretsmanager:PutSecretValue`"),
            "{denied:?}"
        );
        assert_eq!(secret.seal().id().unwrap(), id);
        // The one before is still there.
        assert!(secret.replace(&newest, &key()).is_ok());
        let before = seal(&format!("{}&stage=AWSPREVIOUS", url("secrets")));
        assert_eq!(before.id().unwrap(), id);
    }
    let more = strongroom_platforms::writable(&format!("{}&field=key", url("more", "rotate"))).unwrap();
    let more = more.newest().unwrap_err();
    assert!(more.to_string().contains("holds more than the key"), "{more}");
    let one = strongroom_platforms::writable(&format!("{}&stage=AWSPENDING", url("app", "rotate")));
    assert!(matches!(one.err(), Some(Error::InvalidUrl { .. })));
}
