//! What moto does not do: keys that are disabled, credentials that end, calls that are too many, and a server
//! that does what none should.

use crate::fake::{Asked, Fake, Reply};
use crate::live::{REGION, create, open, reason, seal};
use std::time::{Duration, Instant};
use strongroom::{Error, Keyring, Memory};

const SECRET: &str = "hunter2hunter2hunter2";

/// Credentials in a file, of keys that end or do not.
fn credentials(folder: &tempfile::TempDir, token: &str) -> String {
    let path = folder.path().join("credentials");
    let text = format!(
        "[default]\naws_access_key_id=AKIAEXAMPLE\naws_secret_access_key={SECRET}\n\
         aws_session_token={token}\n"
    );
    std::fs::write(&path, text).unwrap();
    path.display().to_string()
}

fn url(fake: &Fake, folder: &tempfile::TempDir) -> String {
    let file = credentials(folder, "first");
    format!("awskms:///alias/app?region={REGION}&endpoint=http://{}&credentials_file={file}", fake.address)
}

fn is_encrypt(asked: &Asked) -> bool {
    asked.text.contains("x-amz-target: TrentService.Encrypt\r\n")
}

/// A server of ours that does what KMS does, badly: it keeps the plaintext.
fn kms(asked: &Asked) -> Reply {
    let body: serde_json::Value = serde_json::from_str(asked.text.split_once("\r\n\r\n").unwrap().1).unwrap();
    let (from, to) =
        if is_encrypt(asked) { ("Plaintext", "CiphertextBlob") } else { ("CiphertextBlob", "Plaintext") };
    Reply::json(200, &format!("{{\"{to}\":{}}}", body[from]))
}

/// How a keyring fails to be made, and how often and how long the server was asked.
fn failing(reply: impl Fn(&Asked, usize) -> Reply + Send + Sync + 'static) -> (String, usize, Duration) {
    let (fake, folder) = (Fake::start(reply), tempfile::tempdir().unwrap());
    let (begun, store) = (Instant::now(), Memory::new());
    let why = reason(Keyring::create(store.clone(), seal(&url(&fake, &folder))));
    assert!(matches!(
        Keyring::open(store, strongroom::Seal::root_key_env("X")),
        Err(Error::KeyringNotFound { .. })
    ));
    assert!(!why.contains("hunter2"), "{why}");
    (why, fake.asked().len(), begun.elapsed())
}

fn coded(code: &str) -> Reply {
    Reply::json(400, &format!("{{\"__type\":\"{code}\",\"message\":\"hunter2\"}}"))
}

#[test]
fn a_key_that_cannot_be_used_is_said_to_be_one() {
    for (code, told) in [
        ("DisabledException", "the key is disabled: enable it"),
        ("com.amazonaws.kms#DisabledException", "400 DisabledException"),
        ("KMSInvalidStateException", "cancel its deletion"),
        ("NotFoundException", "there is no alias/app in this region"),
        ("InvalidKeyUsageException", "encrypts symmetrically"),
        ("AccessDeniedException", "do not allow `kms:Encrypt` on alias/app"),
        ("InvalidSignatureException", "clock"),
        ("UnrecognizedClientException", "does not know the access key"),
        ("ExpiredTokenException", "have ended"),
        ("ValidationException", "400 ValidationException"),
        ("<script>hunter2", "(no code)"),
    ] {
        let (why, asked, _) = failing(move |_, _| coded(code));
        assert!(why.contains("aws-kms: encrypt") && why.contains(told), "{code}: {why}");
        assert_eq!(asked, 1, "{code}");
    }
    // What stands before a service answers in its own way.
    for (status, body, told) in [
        (
            403,
            "<Error><Code>SignatureDoesNotMatch</Code><Message>hunter2</Message></Error>",
            "403 SignatureDoesNotMatch",
        ),
        (403, "<html>hunter2</html>", "it answers 403"),
        (404, "hunter2", "it answers 404"),
        (400, "", "it answers 400"),
        (413, "{\"__type\": 7}", "it answers 413"),
    ] {
        let (why, asked, _) = failing(move |_, _| Reply::json(status, body));
        assert!(why.contains(told), "{why}");
        assert_eq!(asked, 1, "{body}");
    }
    // To open: it is said too, and a copy that is none of the key's is told from it.
    for (code, told) in [
        ("DisabledException", Some("the key is disabled")),
        ("KMSInvalidStateException", Some("another of its seals")),
        ("IncorrectKeyException", Some("leads to another key")),
        ("InvalidCiphertextException", None),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let fake = Fake::start(move |asked, count| if count < 2 { kms(asked) } else { coded(code) });
        let (store, ring, text) = create(seal(&url(&fake, &folder))).unwrap();
        match (open(&store, seal(&url(&fake, &folder)), &text), told) {
            (Err(Error::SealFailed { reason }), Some(told)) => {
                assert!(reason.contains(told) && reason.contains("decrypt"), "{reason}");
            }
            (Err(Error::WrongSeal), None) => {}
            (other, _) => panic!("{code}: {other:?}"),
        }
        // A keyring that is open needs no seal.
        ring.key("cards").unwrap().rotate().unwrap();
    }
}

#[test]
fn what_passes_is_asked_again() {
    let replies: [fn() -> Reply; 6] = [
        || coded("ThrottlingException"),
        || coded("KMSInternalException"),
        || Reply::json(429, ""),
        || Reply::json(500, "<Code>InternalFailure</Code>"),
        || Reply::json(503, ""),
        || Reply::Cut(String::new()),
    ];
    for reply in replies {
        let fake = Fake::start(move |asked, count| if count % 3 == 2 { kms(asked) } else { reply() });
        let folder = tempfile::tempdir().unwrap();
        let (store, _, text) = create(seal(&url(&fake, &folder))).unwrap();
        assert_eq!(fake.asked().len(), 6, "encrypt and decrypt, three times each");
        open(&store, seal(&url(&fake, &folder)), &text).unwrap();
        // Each is signed for itself, with what it holds.
        for one in fake.asked() {
            assert_eq!(
                one.text.matches("authorization: AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE/").count(),
                1
            );
            assert!(
                one.text
                    .contains("SignedHeaders=content-type;host;x-amz-date;x-amz-security-token;x-amz-target")
            );
            assert!(!one.text.contains(SECRET), "{one:?}");
        }
    }
    let (why, asked, _) = failing(|_, _| coded("ThrottlingException"));
    assert!(why.contains("400 ThrottlingException; AWS is asked too often"), "{why}");
    assert_eq!(asked, 4);
    // A wait that was asked for is kept if there is the time, and not for an hour.
    let throttled = |seconds: u32| {
        Reply::Says(400, format!("retry-after: {seconds}\r\n"), "{\"__type\":\"ThrottlingException\"}".into())
    };
    let fake = Fake::start(move |asked, count| if count == 0 { throttled(2) } else { kms(asked) });
    let (folder, begun) = (tempfile::tempdir().unwrap(), Instant::now());
    create(seal(&url(&fake, &folder))).unwrap();
    assert!(begun.elapsed() >= Duration::from_secs(2));
    let (_, asked, took) = failing(move |_, _| throttled(3600));
    assert_eq!(asked, 1);
    assert!(took < Duration::from_secs(9), "{took:?}");
}

#[test]
fn credentials_that_have_ended_are_looked_for_once_more() {
    let folder = std::sync::Arc::new(tempfile::tempdir().unwrap());
    let writes = folder.clone();
    let fake = Fake::start(move |asked, _| {
        if asked.text.contains("x-amz-security-token: second\r\n") {
            return kms(asked);
        }
        // Somebody has put others there meanwhile.
        credentials(&writes, "second");
        coded("ExpiredTokenException")
    });
    let seal = seal(&url(&fake, &folder));
    let (store, _, text) = create(seal.clone()).unwrap();
    let tokens: Vec<bool> = fake.asked().iter().map(|one| one.text.contains("token: first\r\n")).collect();
    assert_eq!(tokens, [true, false, false], "refused, encrypt, decrypt");
    open(&store, seal, &text).unwrap();
    // Others that have ended too are not looked for again and again.
    let count = std::sync::atomic::AtomicUsize::new(0);
    let writes = folder.clone();
    let fake = Fake::start(move |_, _| {
        let next = count.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        credentials(&writes, &format!("next-{next}"));
        coded("ExpiredTokenException")
    });
    let why = reason(create(crate::live::seal(&url(&fake, &folder))));
    assert!(why.contains("so have those that were found anew"), "{why}");
    assert_eq!(fake.asked().len(), 2);
}

#[test]
fn an_answer_of_something_else_is_refused() {
    for body in [
        "",
        "{}",
        "[]",
        "null",
        "hunter2",
        r#"{"CiphertextBlob":7}"#,
        r#"{"CiphertextBlob":""}"#,
        r#"{"CiphertextBlob":"hunter2!"}"#,
    ] {
        let (why, ..) =
            failing(move |asked, _| if is_encrypt(asked) { Reply::json(200, body) } else { kms(asked) });
        assert!(why.contains("something else listening"), "{body}: {why}");
    }
    // Longer than KMS makes any.
    let long = format!("{{\"CiphertextBlob\":\"{}\"}}", "AAAA".repeat(2049));
    let (why, ..) =
        failing(move |asked, _| if is_encrypt(asked) { Reply::json(200, &long) } else { kms(asked) });
    assert!(why.contains("something else listening"), "{why}");
    // It decrypts, to what is no key or another one.
    for text in ["AAAA", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="] {
        let answer = format!("{{\"Plaintext\":\"{text}\"}}");
        failing(move |asked, _| if is_encrypt(asked) { kms(asked) } else { Reply::json(200, &answer) });
    }
}

#[test]
fn neither_a_slow_nor_an_endless_answer_nor_one_that_leads_elsewhere_is_followed() {
    let (why, _, took) = failing(|_, _| Reply::Sleeps(Duration::from_secs(60)));
    assert!(why.contains("has not answered"), "{why}");
    assert!((Duration::from_secs(9)..Duration::from_secs(30)).contains(&took), "{took:?}");
    let (why, ..) = failing(|_, _| Reply::Endless);
    assert!(why.contains("longer than 1 MiB"), "{why}");
    let elsewhere = Fake::start(|asked, _| kms(asked));
    let location = format!("location: http://{}/\r\n", elsewhere.address);
    let (why, ..) = failing(move |_, _| Reply::Says(307, location.clone(), String::new()));
    assert!(why.contains("leads elsewhere"), "{why}");
    assert!(elsewhere.asked().is_empty(), "what was signed was led elsewhere");
}
