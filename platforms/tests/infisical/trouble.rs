//! A network and a server that do what they should not.

use crate::cloud::{create, forged, reason, seal};
use crate::fake::{Asked, Fake, Reply, without_tls};
use crate::kit::Kit;
use crate::live::KEY;
use std::path::Path;
use strongroom::Error;

const KIT: Kit = Kit { kind: "infisical-kms", url, right, is_login, calls: 2 };

fn url(address: &str, folder: &Path) -> String {
    let file = folder.join("secret");
    std::fs::write(&file, "secret-hunter2").unwrap();
    format!("infisical+http://{address}/{KEY}?client_id=c&client_secret_file={}", file.display())
}

fn is_login(asked: &Asked) -> bool {
    asked.line.starts_with("POST /api/v1/auth/universal-auth/login ")
}

/// Keeps the plaintext.
fn right(asked: &Asked) -> Reply {
    if is_login(asked) {
        return Reply::json(200, r#"{"accessToken":"token-hunter2","expiresIn":7200}"#);
    }
    let body: serde_json::Value = serde_json::from_str(asked.text.split_once("\r\n\r\n").unwrap().1).unwrap();
    let (of, to) = if asked.line.contains("/encrypt ") {
        ("plaintext", "ciphertext")
    } else {
        ("ciphertext", "plaintext")
    };
    Reply::json(200, &serde_json::json!({to: body[of]}).to_string())
}

#[test]
fn whatever_the_platform() {
    KIT.all();
}

#[test]
fn a_token_of_another_shape_is_refused_without_a_call() {
    // The blob of these is no text in base64, whatever stands beside it.
    for (version, iv) in [(None, None), (Some("1"), None), (None, Some(vec![1]))] {
        let (fake, folder) = (Fake::start(|asked, _| right(asked)), tempfile::tempdir().unwrap());
        let made = create(forged("infisical-kms", KEY, version, iv)).unwrap();
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
    let absent = url("127.0.0.1:1", folder.path())
        .replace("infisical+http://127.0.0.1:1", "infisical://no-such-host.invalid");
    let why = reason(create(seal(&absent)));
    assert!(why.contains("no-such-host.invalid") || why.contains("proxy"), "{why}");
}

#[test]
fn a_server_without_tls_is_said_to_be_one_and_how_it_is_named() {
    let (address, folder) = (without_tls(), tempfile::tempdir().unwrap());
    let why = reason(create(seal(&url(&address, folder.path()).replace("+http://", "://"))));
    assert!(
        why.contains("does not seem to speak TLS") && why.contains("`infisical+http://HOST:PORT`"),
        "{why}"
    );
}
