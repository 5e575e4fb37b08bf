//! A network and a server that do what they should not.

use crate::cloud::{create, forged, reason, seal};
use crate::fake::{Asked, Fake, Reply, without_tls};
use crate::kit::Kit;
use std::path::Path;
use strongroom::{Error, Keyring, Memory};

const KIT: Kit = Kit { kind: "azure-kv", url, right, is_login, calls: 3 };
const VERSION: &str = "0123456789abcdef0123456789abcdef";

fn url(address: &str, folder: &Path) -> String {
    let file = folder.join("secret");
    std::fs::write(&file, "secret-hunter2").unwrap();
    let login = format!("client_id=c&tenant_id=t&client_secret_file={}", file.display());
    let place = format!("authority=http://{address}&resource=https://vault.azure.net");
    format!("azurekv+http://{address}/keys/app?{place}&{login}")
}

fn is_login(asked: &Asked) -> bool {
    !asked.text.contains("authorization: ")
}

/// Pads what it is asked to wrap.
fn right(asked: &Asked) -> Reply {
    if asked.line.starts_with("POST /t/oauth2/v2.0/token ") {
        return Reply::json(200, r#"{"access_token":"token-hunter2","expires_in":3599}"#);
    }
    let host = asked.text.lines().find_map(|line| line.strip_prefix("host: ")).unwrap_or_default();
    if is_login(asked) {
        let asks =
            format!(r#"Bearer authorization="http://{host}/tenant", resource="https://vault.azure.net""#);
        return Reply::Says(401, format!("www-authenticate: {asks}\r\n"), String::new());
    }
    let kid = format!("http://{host}/keys/app/{VERSION}");
    if asked.line.starts_with("GET /keys/app?") {
        let answer = serde_json::json!({"key": {"kid": kid, "kty": "RSA"}, "attributes": {"enabled": true}});
        return Reply::json(200, &answer.to_string());
    }
    let body: serde_json::Value = serde_json::from_str(asked.text.split_once("\r\n\r\n").unwrap().1).unwrap();
    assert_eq!(body["alg"], "RSA-OAEP-256");
    // 32 bytes have 43 digits, the last with two bits of nothing, and 256 have 342.
    let value = body["value"].as_str().unwrap();
    let is_wrap = asked.line.starts_with(&format!("POST /keys/app/{VERSION}/wrapkey?"));
    let value = if is_wrap { format!("{value}{}", "A".repeat(342 - 43)) } else { value[..43].to_owned() };
    Reply::json(200, &serde_json::json!({"kid": kid, "value": value}).to_string())
}

#[test]
fn whatever_the_platform() {
    KIT.all();
}

/// The version that is asked for is that of the token, and nothing else of it is.
#[test]
fn a_token_of_another_shape_is_refused_without_a_call() {
    for (version, iv) in [
        (None, None),
        (Some("../../other/0123456789abcdef"), None),
        (Some("0123456789ABCDEF0123456789ABCDEF"), None),
        (Some("https://other.vault.azure.net/k"), None),
        (Some(VERSION), Some(vec![1])),
        // A blob of 32 bytes is no RSA ciphertext.
        (Some(VERSION), None),
    ] {
        let (fake, folder) = (Fake::start(|asked, _| right(asked)), tempfile::tempdir().unwrap());
        let made = create(forged("azure-kv", "keys/app", version, iv)).unwrap();
        let refused = made.open(seal(&url(&fake.address, folder.path()))).unwrap_err();
        assert_eq!(refused, Error::WrongSeal);
        assert!(fake.asked().is_empty(), "{version:?}");
    }
}

/// What wraps is the key that was asked, in the version that was asked.
#[test]
fn an_answer_of_another_key_is_refused() {
    let other = "fedcba9876543210fedcba9876543210";
    for kid in [
        format!("https://h/keys/other/{VERSION}"),
        format!("https://h/keys/app/{other}"),
        format!("https://h/keys/xapp/{VERSION}"),
        "https://h/keys/app".to_owned(),
        "hunter2".to_owned(),
    ] {
        let fake = Fake::start(move |asked, _| match right(asked) {
            Reply::Says(200, headers, body) if asked.line.contains("/wrapkey?") => {
                let mut body: serde_json::Value = serde_json::from_str(&body).unwrap();
                body["kid"] = kid.clone().into();
                Reply::Says(200, headers, body.to_string())
            }
            other => other,
        });
        let folder = tempfile::tempdir().unwrap();
        let why = reason(Keyring::create(Memory::new(), seal(&url(&fake.address, folder.path()))));
        assert!(why.contains("something else listening"), "{why}");
    }
}

#[test]
fn a_server_that_is_not_there_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let why = reason(create(seal(&url("127.0.0.1:1", folder.path()))));
    assert!(why.contains("127.0.0.1:1") && why.contains("refused"), "{why}");
    let why = reason(create(seal("azurekv://no-such-host.vault.azure.net/keys/app?auth=managed")));
    assert!(why.contains("no-such-host.vault.azure.net") || why.contains("proxy"), "{why}");
}

#[test]
fn a_server_without_tls_is_said_to_be_one_and_how_it_is_named() {
    let (address, folder) = (without_tls(), tempfile::tempdir().unwrap());
    let why = reason(create(seal(&url(&address, folder.path()).replace("+http://", "://"))));
    assert!(
        why.contains("does not seem to speak TLS") && why.contains("`azurekv+http://HOST:PORT`"),
        "{why}"
    );
}
