//! A network, a proxy and a server that do what they should not.

use crate::fake::{Asked, Fake, Reply, without_tls};
use crate::live::{Live, bound_to, create, open, reason, seal};
use std::time::{Duration, Instant};
use strongroom::{Keyring, Memory, Seal};

const TOKEN: &str = "s.hunter2hunter2hunter2";

/// A seal of a server of ours, and its token in a file.
fn seal_at(address: &str, folder: &tempfile::TempDir) -> Seal {
    let file = folder.path().join("token");
    std::fs::write(&file, TOKEN).unwrap();
    seal(&format!("vault+http://{address}/transit/app?token_file={}", file.display()))
}

/// How a keyring fails to be made, and how often and how long the server was asked.
fn failing(reply: impl Fn(&Asked, usize) -> Reply + Send + Sync + 'static) -> (String, usize, Duration) {
    let (fake, folder) = (Fake::start(reply), tempfile::tempdir().unwrap());
    let begun = Instant::now();
    let store = Memory::new();
    let why = reason(Keyring::create(store.clone(), seal_at(&fake.address, &folder)));
    assert!(matches!(
        Keyring::open(store, Seal::root_key_env("X")),
        Err(strongroom::Error::KeyringNotFound { .. })
    ));
    assert!(!why.contains("hunter2"), "{why}");
    (why, fake.asked().len(), begun.elapsed())
}

/// A server of ours that does what Transit does, badly: it keeps the plaintext.
pub(crate) fn transit(asked: &Asked) -> Reply {
    let body: serde_json::Value =
        serde_json::from_str(asked.text.split_once("\r\n\r\n").map_or("", |(_, body)| body)).unwrap();
    if asked.line.starts_with("POST /v1/transit/encrypt/app ") {
        let text = body["plaintext"].as_str().unwrap();
        return Reply::json(200, &format!(r#"{{"data":{{"ciphertext":"vault:v1:{text}"}}}}"#));
    }
    let text = body["ciphertext"].as_str().unwrap().trim_start_matches("vault:v1:");
    if text.starts_with("AAAAAAAAAAAAAAAA") {
        return Reply::json(400, r#"{"errors":["cipher: message authentication failed"]}"#);
    }
    Reply::json(200, &format!(r#"{{"data":{{"plaintext":"{text}"}}}}"#))
}

#[test]
fn what_passes_is_asked_again() {
    for status in [429, 500, 502, 503, 504] {
        // Each call fails twice.
        let count = std::sync::Mutex::new(0);
        let fake = Fake::start(move |asked, _| {
            let mut count = count.lock().unwrap();
            *count += 1;
            if *count % 3 == 0 { transit(asked) } else { Reply::json(status, "") }
        });
        let folder = tempfile::tempdir().unwrap();
        let (store, _, text) = create(seal_at(&fake.address, &folder)).unwrap();
        assert_eq!(fake.asked().len(), 9, "{status}: look, encrypt and decrypt, three times each");
        open(&store, seal_at(&fake.address, &folder), &text).unwrap();
    }
    for reply in
        [Reply::Cut(String::new()), Reply::Cut("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"da".into())]
    {
        let fake =
            Fake::start(move |asked, count| if count % 2 == 1 { transit(asked) } else { reply.clone() });
        let folder = tempfile::tempdir().unwrap();
        let (store, _, text) = create(seal_at(&fake.address, &folder)).unwrap();
        open(&store, seal_at(&fake.address, &folder), &text).unwrap();
    }
}

#[test]
fn what_the_system_said_is_kept_as_the_cause() {
    use std::error::Error as _;
    let folder = tempfile::tempdir().unwrap();
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let error = create(seal_at(&nobody.to_string(), &folder)).map(drop).unwrap_err();
    let cause = error.source().and_then(|cause| cause.downcast_ref::<std::io::Error>());
    assert_eq!(cause.map(std::io::Error::kind), Some(std::io::ErrorKind::ConnectionRefused), "{error}");
}

#[test]
fn a_server_without_tls_is_said_to_be_one_and_how_it_is_named() {
    let (address, folder) = (without_tls(), tempfile::tempdir().unwrap());
    let file = folder.path().join("token");
    std::fs::write(&file, TOKEN).unwrap();
    for (scheme, path) in [("vault", "transit/app"), ("vaultkv", "secret/app")] {
        let url = format!("{scheme}://{address}/{path}?token_file={}", file.display());
        let why = reason(create(seal(&url)));
        assert!(why.contains(&address) && why.contains("does not seem to speak TLS"), "{why}");
        assert!(why.contains(&format!("`{scheme}+http://HOST:PORT`")) && why.contains("VAULT_ADDR"), "{why}");
    }
}

#[test]
fn what_lasts_is_said() {
    for (status, told) in [(429, "429"), (500, "500"), (502, "502"), (503, "not ready")] {
        let (why, asked, _) = failing(move |_, _| Reply::json(status, r#"{"errors":["s.hunter2 leaked"]}"#));
        assert!(why.contains(told), "{status}: {why}");
        assert_eq!(asked, 4, "{status}");
    }
    // Nothing changes by asking again.
    for (status, told) in [
        (400, "vault-transit: encrypt"),
        (401, "401"),
        (403, "permission"),
        (404, "nothing at"),
        (418, "418"),
    ] {
        let (why, asked, _) = failing(move |asked, _| {
            if status == 400 && asked.line.contains("decrypt") {
                transit(asked)
            } else {
                Reply::json(status, "hunter2")
            }
        });
        assert!(why.contains(if status == 403 { "`update`" } else { told }), "{status}: {why}");
        assert_eq!(asked, if status == 400 { 2 } else { 1 }, "{status}");
    }
    let (why, asked, _) = failing(|_, _| Reply::Cut("hunter2 hunter2\r\n\r\n".into()));
    assert!(why.contains("not HTTP"), "{why}");
    assert_eq!(asked, 1);
    let (why, ..) = failing(|_, _| Reply::Cut("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhunter2".into()));
    assert!(why.contains("broke"), "{why}");
}

#[test]
fn a_wait_that_was_asked_for_is_kept_if_there_is_the_time() {
    let fake = Fake::start(|asked, count| {
        if count == 0 { Reply::Says(503, "retry-after: 2\r\n".into(), String::new()) } else { transit(asked) }
    });
    let (folder, begun) = (tempfile::tempdir().unwrap(), Instant::now());
    create(seal_at(&fake.address, &folder)).unwrap();
    assert!(begun.elapsed() >= Duration::from_secs(2));
    // Not an hour.
    let (why, asked, _) = failing(|_, _| Reply::Says(503, "retry-after: 3600\r\n".into(), String::new()));
    assert!(why.contains("503"), "{why}");
    assert_eq!(asked, 1);
}

/// Ten seconds for all of it, and no more than a mebibyte.
#[test]
fn neither_a_slow_nor_an_endless_answer_holds_anybody_up() {
    let (why, _, took) = failing(|_, _| Reply::Sleeps(Duration::from_secs(60)));
    assert!(why.contains("has not answered"), "{why}");
    assert!((Duration::from_secs(9)..Duration::from_secs(30)).contains(&took), "{took:?}");
    let (why, asked, _) = failing(|_, _| Reply::Endless);
    assert!(why.contains("longer than 1 MiB"), "{why}");
    assert_eq!(asked, 1);
}

/// Each letter comes in time, and all of them do not.
#[test]
fn an_answer_that_drips_is_not_waited_for() {
    let beginnings = [
        "HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n{",
        "HTTP/1.1 200 OK\r\nx-long: ",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nf0000\r\n",
    ];
    std::thread::scope(|scope| {
        for beginning in beginnings {
            scope.spawn(move || {
                let (why, asked, took) = failing(move |_, _| Reply::Drips(beginning.to_owned()));
                assert!(why.contains("has not answered"), "{why}");
                assert_eq!(asked, 1);
                assert!((Duration::from_secs(9)..Duration::from_secs(30)).contains(&took), "{took:?}");
            });
        }
    });
}

/// A key is encrypted only where it was said that the platform has one.
#[test]
fn only_one_answer_says_that_there_is_a_key() {
    for (body, goes_on) in [
        (r#"{"errors":["cipher: message authentication failed"]}"#, true),
        (r#"{"errors":["ciphertext or signature version is disallowed by policy (too old)"]}"#, true),
        (r#"{"errors":["key was not found"]}"#, false),
        (r#"{"errors":["encryption key not found"]}"#, false),
        (r#"{"errors":["hunter2"]}"#, false),
        (r#"{"errors":[]}"#, false),
        ("<html>Bad Request</html>", false),
        ("", false),
    ] {
        let (_, asked, _) = failing(move |asked, _| match asked.line.contains("decrypt") {
            true => Reply::json(400, body),
            false => Reply::json(418, ""),
        });
        assert_eq!(asked, if goes_on { 2 } else { 1 }, "{body}");
    }
}

#[test]
fn nobody_is_led_elsewhere() {
    for status in [301, 302, 303, 307, 308] {
        let elsewhere = Fake::start(|asked, _| transit(asked));
        let location = format!("location: http://{}/v1/transit/decrypt/app\r\n", elsewhere.address);
        let (why, ..) = failing(move |_, _| Reply::Says(status, location.clone(), String::new()));
        assert!(why.contains("leads elsewhere"), "{status}: {why}");
        assert!(elsewhere.asked().is_empty(), "{status}: the token was led elsewhere");
    }
}

#[test]
fn an_answer_of_something_else_is_refused() {
    for body in [
        "",
        "{}",
        "[]",
        "null",
        "hunter2",
        r#"{"data":{}}"#,
        r#"{"data":{"ciphertext":7}}"#,
        r#"{"data":{"ciphertext":""}}"#,
        r#"{"data":{"ciphertext":"hunter2"}}"#,
        r#"{"data":{"ciphertext":"vault:v1:\"hunter2"}}"#,
    ] {
        let (why, ..) =
            failing(
                move |asked, _| {
                    if asked.line.contains("encrypt") { Reply::json(200, body) } else { transit(asked) }
                },
            );
        assert!(why.contains("something else listening"), "{body}: {why}");
    }
    // It decrypts, to what is no key or another one.
    for text in ["", "AAAA", "hunter2!", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="] {
        let answer = format!(r#"{{"data":{{"plaintext":"{text}"}}}}"#);
        failing(move |asked, count| if count == 2 { Reply::json(200, &answer) } else { transit(asked) });
    }
}

/// What is sent, to the letter.
#[test]
fn a_request_has_its_token_in_its_header_alone() {
    let (fake, folder) = (Fake::start(|asked, _| transit(asked)), tempfile::tempdir().unwrap());
    let (_, ring, _) = create(seal_at(&fake.address, &folder)).unwrap();
    let asked = fake.asked();
    let lines: Vec<&str> = asked.iter().map(|asked| asked.line.as_str()).collect();
    let (encrypt, decrypt) =
        ("POST /v1/transit/encrypt/app HTTP/1.1", "POST /v1/transit/decrypt/app HTTP/1.1");
    assert_eq!(lines, [decrypt, encrypt, decrypt]);
    for one in &asked {
        assert_eq!(one.text.matches(TOKEN).count(), 1, "{one:?}");
        assert!(one.text.contains(&format!("x-vault-token: {TOKEN}\r\n")), "{one:?}");
        // Which keyring and which root key.
        let body: serde_json::Value =
            serde_json::from_str(one.text.split_once("\r\n\r\n").unwrap().1).unwrap();
        assert_eq!(body["associated_data"].as_str().unwrap(), bound_to(&ring, 1), "{body}");
    }
}

/// As docs/seals.md says it.
#[test]
fn what_a_seal_costs() {
    let (fake, folder) = (Fake::start(|asked, _| transit(asked)), tempfile::tempdir().unwrap());
    let seal = seal_at(&fake.address, &folder);
    let asked = |before: usize| fake.asked().len() - before;
    let (store, ring, text) = create(seal.clone()).unwrap();
    assert_eq!(asked(0), 3, "create, and then a key and a text");
    open(&store, seal.clone(), &text).unwrap();
    assert_eq!(asked(3), 1, "open");
    ring.key("cards").unwrap().rotate().unwrap();
    ring.reseal([seal.clone()]).unwrap();
    assert_eq!(asked(4), 6, "rotate, and reseal, which wraps the root key from before and the new one");
    open(&store, seal, &text).unwrap();
    assert_eq!(asked(10), 1, "open after a reseal");
    let moved = format!("vault+http://{}/transit/app?id=b&token_file=", fake.address);
    ring.add_seal(crate::live::seal(&format!("{moved}{}", folder.path().join("token").display()))).unwrap();
    assert_eq!(asked(11), 3, "add_seal");
}

#[test]
fn a_server_that_is_not_there_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let why = reason(create(seal_at("127.0.0.1:1", &folder)));
    assert!(why.contains("127.0.0.1:1") && why.contains("refused"), "{why}");
    let file = folder.path().join("token");
    let url = format!("vault://no-such-host.invalid:8200/transit/app?token_file={}", file.display());
    // Where a proxy is named by the environment of the tests, it is the one that is asked.
    if ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"]
        .iter()
        .any(|name| std::env::var_os(name).is_some())
    {
        return println!("skipped: there is a proxy");
    }
    let why = reason(create(seal(&url)));
    assert!(why.contains("the name no-such-host.invalid:8200 does not resolve"), "{why}");
}

#[test]
fn only_who_is_vouched_for_is_asked() {
    let (live, other) = match (Live::start_tls(), Live::start_tls()) {
        (Ok(live), Ok(other)) => (live, other),
        (Err(skipped), _) | (_, Err(skipped)) => return println!("{skipped}"),
    };
    let token = live.token("use");
    let file = live.file("token", &token);
    let ca = |live: &Live| live.server.home().join("vault-ca.pem").display().to_string();
    let url = |more: &str| format!("vault://{}/transit/app?token_file={file}{more}", live.server.address);
    let (store, _, text) = create(seal(&url(&format!("&ca_file={}", ca(&live))))).unwrap();
    open(&store, seal(&url(&format!("&ca_file={}", ca(&live)))), &text).unwrap();
    let empty = live.file("empty.pem", "nothing");
    let good = std::fs::read_to_string(ca(&live)).unwrap();
    let damaged = live.file("damaged.pem", &(good.clone() + &good.replacen("MII", "M#I", 1)));
    let other_kind = live.file("other.pem", &(good.clone() + &good.replacen("MII", "MIJ", 1)));
    let cut = live.file("cut.pem", &format!("{good}{}", &good[..good.len() / 2]));
    let long = live.file("long.pem", &(good + &" ".repeat(4 << 20)));
    let pipe = live.server.home().join("pipe").display().to_string();
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    for (more, told) in [
        (String::new(), "the TLS of 127.0.0.1"),
        (format!("&ca_file={}", ca(&other)), "the TLS of 127.0.0.1"),
        (format!("&ca_file={empty}"), "no certificate"),
        (format!("&ca_file={damaged}"), "damaged part behind 1 certificates"),
        (format!("&ca_file={other_kind}"), "damaged part behind 1 certificates"),
        (format!("&ca_file={cut}"), "damaged part behind 1 certificates"),
        (format!("&ca_file={long}"), "longer than 4 MiB"),
        (format!("&ca_file={pipe}"), "is not a file"),
        ("&ca_file=/none".to_owned(), "the CA file: cannot read the file /none"),
    ] {
        let why = reason(open(&store, seal(&url(&more)), &text));
        assert!(why.contains(told) && !why.contains(&token), "{more}: {why}");
    }
    // Without TLS to one that speaks it, and the other way round.
    let plain = url("").replacen("vault:", "vault+http:", 1);
    let why = reason(open(&store, seal(&plain), &text));
    assert!(why.contains("vault-transit: decrypt"), "{why}");
}
