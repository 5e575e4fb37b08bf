//! Who asks.

use crate::fake::{Asked, Fake, Reply};
use crate::live::{Live, create, open, reason, seal};
use crate::trouble::transit;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use strongroom::{Keyring, Memory};

/// The role `app`, whose tokens live for three seconds; gives the parameters of a URL.
fn app_role(live: &Live) -> String {
    live.ask(&["auth", "enable", "approle"]);
    live.ask(&["write", "auth/approle/role/app", "token_policies=use", "token_ttl=3s", "token_max_ttl=3s"]);
    let role_id = live.ask(&["read", "-field=role_id", "auth/approle/role/app/role-id"]);
    let secret_id = live.ask(&["write", "-f", "-field=secret_id", "auth/approle/role/app/secret-id"]);
    let file = live.file("secret-id", &(secret_id + "\n"));
    format!("auth=approle&role_id={role_id}&secret_id_file={file}")
}

#[test]
fn an_app_role_logs_in_anew_when_its_token_ends() {
    let live = match Live::start() {
        Ok(live) => live,
        Err(skipped) => return println!("{skipped}"),
    };
    let login = app_role(&live);
    let seal = seal(&format!("vault+http://{}/transit/app?{login}", live.server.address));
    let (store, ring, text) = create(seal.clone()).unwrap();
    // One seal, and so one token, until it ends.
    open(&store, seal.clone(), &text).unwrap();
    std::thread::sleep(Duration::from_millis(3500));
    open(&store, seal.clone(), &text).unwrap();
    // A token that ends before its time is refused as one that may not, and so is tried anew.
    live.ask(&["token", "revoke", "-mode=path", "auth/approle"]);
    open(&store, seal.clone(), &text).unwrap();
    ring.reseal([seal.clone()]).unwrap();
    open(&store, seal, &text).unwrap();
}

/// Two thirds of its time, and not until the server refuses it.
#[test]
fn a_token_is_not_used_to_its_end() {
    let fake = Fake::start(|asked, count| {
        if asked.line.starts_with("POST /v1/auth/approle/login ") {
            let auth = format!(r#"{{"client_token":"token-{count}","lease_duration":3}}"#);
            return Reply::json(200, &format!(r#"{{"auth":{auth}}}"#));
        }
        Reply::json(400, r#"{"errors":["encryption key not found"]}"#)
    });
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("secret-id");
    std::fs::write(&file, "secret").unwrap();
    let login = format!("auth=approle&role_id=app&secret_id_file={}", file.display());
    let seal = seal(&format!("vault+http://{}/transit/app?{login}", fake.address));
    let logins = || fake.asked().iter().filter(|asked| asked.line.contains("login")).count();
    reason(create(seal.clone()));
    assert_eq!(logins(), 1);
    std::thread::sleep(Duration::from_millis(2500));
    reason(create(seal));
    assert_eq!(logins(), 2);
}

#[test]
fn a_login_that_is_refused_is_said_to_be_one() {
    let live = match Live::start() {
        Ok(live) => live,
        Err(skipped) => return println!("{skipped}"),
    };
    let login = app_role(&live);
    let store = Memory::new();
    let url = format!("vault+http://{}/transit/app?{login}", live.server.address);
    live.file("secret-id", "hunter2");
    let why = reason(Keyring::create(store.clone(), seal(&url)));
    assert!(why.contains("log in") && why.contains("check the role") && !why.contains("hunter2"), "{why}");
    let why = reason(Keyring::create(store.clone(), seal(&format!("{url}&auth_mount=none"))));
    assert!(why.contains("log in") && !why.contains("hunter2"), "{why}");
    std::fs::remove_file(live.server.home().join("secret-id")).unwrap();
    let why = reason(Keyring::create(store.clone(), seal(&url)));
    assert!(why.contains("cannot read the file"), "{why}");
    live.file("secret-id", " \n");
    assert!(reason(Keyring::create(store, seal(&url))).contains("is empty"));
}

/// A login by a token of somebody who vouches, as pods and CI have them.
#[test]
fn a_jwt_logs_in() {
    let live = match Live::start() {
        Ok(live) => live,
        Err(skipped) => return println!("{skipped}"),
    };
    let Some((public, jwt)) = signed() else { return println!("skipped: openssl cannot be run") };
    let public = live.file("public.pem", &public);
    for mount in ["jwt", "kubernetes", "team/ci"] {
        live.ask(&["auth", "enable", &format!("-path={mount}"), "jwt"]);
        live.ask(&["write", &format!("auth/{mount}/config"), &format!("jwt_validation_pubkeys=@{public}")]);
        let role = ["role_type=jwt", "user_claim=sub", "bound_audiences=strongroom", "token_policies=use"];
        live.ask(&[&["write", &format!("auth/{mount}/role/app")], &role[..]].concat());
    }
    let file = live.file("jwt", &jwt);
    for auth in ["auth=jwt", "auth=kubernetes", "auth=jwt&auth_mount=team/ci"] {
        let url = format!("vault+http://{}/transit/app?{auth}&role=app&jwt_file={file}", live.server.address);
        let (store, _, text) = create(seal(&url)).unwrap();
        open(&store, seal(&url), &text).unwrap();
    }
    let url = format!("vault+http://{}/transit/app?auth=jwt&role=other&jwt_file={file}", live.server.address);
    let why = reason(create(seal(&url)));
    assert!(why.contains("log in") && !why.contains(jwt.get(..40).unwrap()), "{why}");
}

/// A key's public half in PEM, and a token that it has signed.
fn signed() -> Option<(String, String)> {
    let folder = tempfile::tempdir().unwrap();
    let openssl = |arguments: &[&str]| {
        let output = Command::new("openssl").args(arguments).current_dir(folder.path()).output().ok()?;
        output.status.success().then_some(output.stdout)
    };
    let url_safe = |bytes: &[u8]| {
        std::fs::write(folder.path().join("bytes"), bytes).unwrap();
        let text = String::from_utf8(openssl(&["base64", "-A", "-in", "bytes"])?).unwrap();
        Some(text.trim().trim_end_matches('=').replace('+', "-").replace('/', "_"))
    };
    openssl(&["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", "key"])?;
    let public = String::from_utf8(openssl(&["pkey", "-in", "key", "-pubout"])?).unwrap();
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let claims = serde_json::json!({"sub": "me", "aud": "strongroom", "iat": now - 5, "exp": now + 600});
    let signed = format!("{}.{}", url_safe(br#"{"alg":"RS256"}"#)?, url_safe(claims.to_string().as_bytes())?);
    std::fs::write(folder.path().join("signed"), &signed).unwrap();
    let signature = openssl(&["dgst", "-sha256", "-sign", "key", "signed"])?;
    Some((public, format!("{signed}.{}", url_safe(&signature)?)))
}

/// An agent renews the token in its file.
#[test]
fn a_token_in_a_file_is_read_again_when_it_is_refused() {
    let live = match Live::start() {
        Ok(live) => live,
        Err(skipped) => return println!("{skipped}"),
    };
    let first = live.token("use");
    let file = live.file("token", &(first.clone() + "\n"));
    let seal = seal(&format!("vault+http://{}/transit/app?token_file={file}", live.server.address));
    let (store, _, text) = create(seal.clone()).unwrap();
    live.ask(&["token", "revoke", &first]);
    let why = reason(open(&store, seal.clone(), &text));
    assert!(why.contains("403") && !why.contains(&first), "{why}");
    live.file("token", &live.token("use"));
    open(&store, seal, &text).unwrap();
}

/// The environment of this process is not ours to change, so another one is asked.
#[test]
fn the_environment_names_server_and_token() {
    let live = match Live::start() {
        Ok(live) => live,
        Err(skipped) => return println!("{skipped}"),
    };
    let (address, token) = (format!("http://{}/", live.server.address), live.token("use"));
    let home = live.server.home().join("nobody");
    std::fs::create_dir(&home).unwrap();
    let child = |variables: &[(&str, &str)]| {
        let program = std::env::current_exe().unwrap();
        let mut child = Command::new(program);
        child.args(["logins::asked_by_another_process", "--exact", "--ignored", "--nocapture"]);
        child.env_clear().env("HOME", &home).envs(variables.iter().copied());
        let output = child.output().unwrap();
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{printed}");
        printed
    };
    for product in ["VAULT", "BAO"] {
        let (addr, name) = (format!("{product}_ADDR"), format!("{product}_TOKEN"));
        assert!(child(&[(&addr, &address), (&name, &token)]).contains("it opened"));
        // Another server's proxy is none for this machine.
        let proxied = child(&[(&addr, &address), (&name, &token), ("HTTPS_PROXY", "http://127.0.0.1:1")]);
        assert!(proxied.contains("it opened"), "{proxied}");
        let without = child(&[(&addr, &address)]);
        assert!(without.contains(&format!("there is no token in the variable {product}_TOKEN")), "{without}");
        // What is meant for another server is not sent to this one.
        let other = if product == "BAO" { "VAULT_TOKEN" } else { "BAO_TOKEN" };
        let without = child(&[(&addr, &address), (other, &token), ("VAULT_CACERT", "/none")]);
        assert!(without.contains(&format!("there is no token in the variable {product}_TOKEN")), "{without}");
        let told = format!("{other} is set, and is not sent to the server that {addr} names");
        assert!(without.contains(&told) && !without.contains(&token), "{without}");
        std::fs::write(home.join(".vault-token"), &token).unwrap();
        assert!(child(&[(&addr, &address)]).contains("it opened"));
        std::fs::remove_file(home.join(".vault-token")).unwrap();
    }
    assert!(child(&[]).contains("names no host"));
    // An empty variable is as none; of two products one is taken whole.
    let bao = [("BAO_ADDR", &*address), ("BAO_TOKEN", &*token)];
    assert!(
        child(&[&[("VAULT_ADDR", ""), ("VAULT_TOKEN", "hunter2")], &bao[..]].concat()).contains("it opened")
    );
    let both = child(&[&[("VAULT_ADDR", &*address)], &bao[..]].concat());
    assert!(both.contains("there is no token in the variable VAULT_TOKEN"), "{both}");
    for name in ["VAULT_ADDR", "BAO_ADDR"] {
        assert!(broken(name).contains(&format!("the variable {name} of the environment is not UTF-8")));
    }
    for (name, other) in [("VAULT_ADDR", "BAO_ADDR"), ("BAO_ADDR", "VAULT_ADDR")] {
        for (wrong, told) in [
            ("http://10.0.0.1:8200", "use https"),
            ("vault.example:8200", "begins with https://"),
            ("https://root:hunter2@h", "it has a user or a password"),
            ("https://h/v1", "has no path"),
        ] {
            let said = child(&[(name, wrong), (other, "")]);
            assert!(said.contains(&format!("in the variable {name}: ")) && said.contains(told), "{said}");
            assert!(!said.contains("hunter2"), "{said}");
        }
    }
}

/// What a process says of which a variable is no text.
fn broken(name: &str) -> String {
    use std::os::unix::ffi::OsStrExt;
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["logins::asked_by_another_process", "--exact", "--ignored", "--nocapture"]);
    let output = child.env_clear().env(name, std::ffi::OsStr::from_bytes(b"https://\xFF")).output().unwrap();
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// A server of ours with an AppRole: what it does with logins, by how many came before, and with the rest.
fn role_at(
    login: impl Fn(usize) -> Reply + Send + Sync + 'static,
    rest: impl Fn(&Asked) -> Reply + Send + Sync + 'static,
) -> (Fake, strongroom::Seal, tempfile::TempDir) {
    let (folder, logins) = (tempfile::tempdir().unwrap(), AtomicUsize::new(0));
    let file = folder.path().join("secret-id");
    std::fs::write(&file, "hunter2").unwrap();
    let fake = Fake::start(move |asked, _| match asked.line.contains("/login ") {
        true => login(logins.fetch_add(1, Ordering::SeqCst)),
        false => rest(asked),
    });
    let url = format!(
        "vault+http://{}/transit/app?auth=approle&role_id=r&secret_id_file={}",
        fake.address,
        file.display()
    );
    let seal = seal(&url);
    (fake, seal, folder)
}

fn token(number: usize, seconds: &str) -> Reply {
    let body = format!(r#"{{"auth":{{"client_token":"token-{number}","lease_duration":{seconds}}}}}"#);
    Reply::json(200, &body)
}

fn logins(fake: &Fake) -> usize {
    fake.asked().iter().filter(|asked| asked.line.contains("/login ")).count()
}

#[test]
fn a_refusal_makes_one_login_at_most() {
    // A token that was had for this very call is not expired, so nothing is to be had by another.
    let (fake, seal, _folder) = role_at(|number| token(number, "3600"), |_| Reply::json(403, ""));
    let why = reason(Keyring::create(Memory::new(), seal.clone()));
    assert!(why.contains("403") && why.contains("`update`"), "{why}");
    assert_eq!((logins(&fake), fake.asked().len()), (1, 2));
    // One that was there before may be.
    reason(Keyring::create(Memory::new(), seal));
    assert_eq!((logins(&fake), fake.asked().len()), (2, 5));

    // Where no other is to be had, the refusal is said.
    let (fake, seal, _folder) = role_at(
        |number| if number == 0 { token(0, "3600") } else { Reply::json(400, "") },
        |_| Reply::json(403, r#"{"errors":["permission denied"]}"#),
    );
    for logged_in in [1, 2] {
        let why = reason(Keyring::create(Memory::new(), seal.clone()));
        assert!(why.contains("403 permission denied") && !why.contains("log in"), "{why}");
        assert_eq!(logins(&fake), logged_in);
    }
}

#[test]
fn a_token_that_is_good_serves_while_nobody_can_log_in() {
    let (fake, seal, _folder) =
        role_at(|number| if number == 0 { token(0, "6") } else { Reply::json(500, "") }, transit);
    let (store, _, text) = create(seal.clone()).unwrap();
    assert_eq!(logins(&fake), 1);
    std::thread::sleep(Duration::from_millis(4100));
    open(&store, seal.clone(), &text).unwrap();
    assert_eq!(logins(&fake), 2);
    std::thread::sleep(Duration::from_millis(2000));
    assert!(reason(open(&store, seal, &text)).contains("log in"));
}

#[test]
fn no_lease_is_too_long_and_no_thread_logs_in_for_itself() {
    let slow = |number| {
        std::thread::sleep(Duration::from_millis(200));
        token(number, "18446744073709551615")
    };
    let (fake, seal, _folder) = role_at(slow, transit);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| create(seal.clone()).map(drop).unwrap());
        }
    });
    assert_eq!(logins(&fake), 1);
}

#[test]
#[ignore = "it is started by another test, with an environment"]
fn asked_by_another_process() {
    let made = strongroom_platforms::seal("vault:///transit/app");
    let made = made.and_then(|seal| Keyring::create(Memory::new(), seal));
    println!("{}", made.map_or_else(|error| error.to_string(), |_| "it opened".to_owned()));
}
