//! A network and a server that do what they should not.

use crate::cloud::{create, reason, seal};
use crate::fake::{Asked, Fake, Reply};
use crate::kit::Kit;
use crate::live::KEY;
use std::path::Path;
use strongroom::{Error, Keyring, Memory};

const KIT: Kit = Kit { kind: "gcp-kms", url, right, is_login, calls: 2 };

fn url(address: &str, folder: &Path) -> String {
    let file = folder.join("user.json");
    let credentials = serde_json::json!({
        "type": "authorized_user", "client_id": "c", "client_secret": "hunter2", "refresh_token": "hunter2",
        "token_uri": format!("http://{address}/token"),
    });
    std::fs::write(&file, credentials.to_string()).unwrap();
    format!("gcpkms://{KEY}?endpoint=http://{address}&credentials_file={}", file.display())
}

fn is_login(asked: &Asked) -> bool {
    asked.line.starts_with("POST /token ")
}

fn body(asked: &Asked) -> serde_json::Value {
    serde_json::from_str(asked.text.split_once("\r\n\r\n").unwrap().1).unwrap()
}

/// Says that what is asked has the checksum that it was sent with.
fn right(asked: &Asked) -> Reply {
    if is_login(asked) {
        return Reply::json(200, r#"{"access_token":"token-hunter2","expires_in":3599}"#);
    }
    let asked = (asked.line.contains(":encrypt "), body(asked));
    let answer = match asked {
        (true, body) => serde_json::json!({
            "name": format!("{KEY}/cryptoKeyVersions/1"),
            "ciphertext": body["plaintext"], "ciphertextCrc32c": body["plaintextCrc32c"],
            "verifiedPlaintextCrc32c": true, "verifiedAdditionalAuthenticatedDataCrc32c": true,
        }),
        (false, body) => serde_json::json!({
            "plaintext": body["ciphertext"], "plaintextCrc32c": body["ciphertextCrc32c"],
        }),
    };
    Reply::json(200, &answer.to_string())
}

#[test]
fn whatever_the_platform() {
    KIT.all();
}

/// What was changed on its way is seen, whichever way.
#[test]
fn what_is_damaged_is_refused() {
    for (of, name, value) in [
        (":encrypt ", "ciphertextCrc32c", serde_json::json!("1")),
        (":encrypt ", "ciphertextCrc32c", serde_json::Value::Null),
        (":encrypt ", "verifiedPlaintextCrc32c", false.into()),
        (":encrypt ", "verifiedAdditionalAuthenticatedDataCrc32c", serde_json::Value::Null),
        (":decrypt ", "plaintextCrc32c", serde_json::json!("1")),
        (":decrypt ", "plaintextCrc32c", serde_json::Value::Null),
        (":encrypt ", "name", "hunter2".into()),
    ] {
        let told = if name == "name" { "something else listening" } else { "changed on its way" };
        let fake = Fake::start(move |asked, _| match right(asked) {
            Reply::Says(status, headers, body) if asked.line.contains(of) => {
                let mut body: serde_json::Value = serde_json::from_str(&body).unwrap();
                body[name] = value.clone();
                Reply::Says(status, headers, body.to_string())
            }
            other => other,
        });
        let folder = tempfile::tempdir().unwrap();
        let why = reason(Keyring::create(Memory::new(), seal(&url(&fake.address, folder.path()))));
        assert!(why.contains(told), "{name}: {why}");
    }
    let sent = Fake::start(|asked, _| right(asked));
    let folder = tempfile::tempdir().unwrap();
    create(seal(&url(&sent.address, folder.path()))).unwrap();
    for asked in sent.asked().iter().filter(|asked| !is_login(asked)) {
        let body = body(asked);
        let field = if asked.line.contains(":encrypt ") { "plaintextCrc32c" } else { "ciphertextCrc32c" };
        for name in [field, "additionalAuthenticatedDataCrc32c"] {
            assert!(body[name].as_str().is_some_and(|sum| sum.parse::<u32>().is_ok()), "{body}");
        }
    }
}

/// Google knows the version from the ciphertext; what a token says beside it is refused unasked.
#[test]
fn a_token_of_another_shape_is_refused_without_a_call() {
    for (version, iv) in [(None, None), (Some("../other"), None), (Some("1"), Some(vec![1]))] {
        let (fake, folder) = (Fake::start(|asked, _| right(asked)), tempfile::tempdir().unwrap());
        let made = create(crate::cloud::forged("gcp-kms", KEY, version, iv)).unwrap();
        let refused = made.open(seal(&url(&fake.address, folder.path()))).unwrap_err();
        assert_eq!(refused, Error::WrongSeal);
        assert!(fake.asked().is_empty(), "{version:?}");
    }
}

#[test]
fn a_server_that_is_not_there_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let why = reason(create(seal(&url("127.0.0.1:1", folder.path()))));
    assert!(why.contains("127.0.0.1:1") && why.contains("refused"), "{why}");
    let fake = Fake::start(|asked, _| right(asked));
    let there = format!("endpoint=http://{}", fake.address);
    let absent =
        url(&fake.address, folder.path()).replace(&there, "endpoint=https://no-such-host.googleapis.com");
    let why = reason(create(seal(&absent)));
    assert!(why.contains("no-such-host.googleapis.com") || why.contains("proxy"), "{why}");
}
