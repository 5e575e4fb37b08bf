//! Proxies that the environment names. The environment of this process is not ours to change, so another one
//! is asked.

use crate::fake::{Fake, Reply};
use crate::live::{Live, create, open, seal};
use std::process::Command;
use strongroom::{Keyring, Memory};

/// What another process says that creates a keyring by this URL.
fn created(url: &str, variables: &[(&str, &str)]) -> String {
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["proxies::made_by_another_process", "--exact", "--ignored", "--nocapture"]);
    child.env_clear().env("URL", url).envs(variables.iter().copied());
    let output = child.output().unwrap();
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success() && !printed.contains("hunter2"), "{printed}");
    printed
}

#[test]
#[ignore = "it is started by other tests, with an environment"]
fn made_by_another_process() {
    let seal = strongroom_platforms::seal(&std::env::var("URL").unwrap()).unwrap();
    let made = Keyring::create(Memory::new(), seal);
    println!("{}", made.map_or_else(|error| error.to_string(), |_| "it was created".to_owned()));
}

#[test]
fn the_proxy_of_the_environment_is_asked() {
    let folder = tempfile::tempdir().unwrap();
    let token = folder.path().join("token");
    std::fs::write(&token, "s.hunter2hunter2").unwrap();
    let url = format!("vault://vault.invalid:8200/transit/app?token_file={}", token.display());
    let refuses = || Fake::start(|_, _| Reply::Says(407, String::new(), String::new()));
    let (proxy, other) = (refuses(), refuses());
    let (there, elsewhere) = (format!("http://{}", proxy.address), format!("http://{}", other.address));
    let with_password = format!("http://user:hunter2@{}", proxy.address);
    for (variables, name) in [
        (vec![("HTTPS_PROXY", &*there), ("ALL_PROXY", &*elsewhere)], "HTTPS_PROXY"),
        (vec![("https_proxy", &*with_password), ("HTTPS_PROXY", &*elsewhere)], "https_proxy"),
        (vec![("ALL_PROXY", &*there), ("HTTP_PROXY", &*elsewhere)], "ALL_PROXY"),
    ] {
        let asked = proxy.asked().len();
        let why = created(&url, &variables);
        let told = format!("the proxy {} of {name} does not lead to vault.invalid:8200", proxy.address);
        assert!(why.contains(&told), "{why}");
        let all = proxy.asked();
        assert_eq!(all.len(), asked + 1, "{why}");
        assert_eq!(all[asked].line, "CONNECT vault.invalid:8200 HTTP/1.1");
        assert!(!all[asked].text.contains("s.hunter2hunter2"));
    }
    assert_eq!(proxy.asked().iter().filter(|asked| asked.text.contains("roxy-")).count(), 3);
    // Past it, to a name that nobody has.
    let asked = proxy.asked().len();
    for none in ["x, vault.invalid ,y", "invalid", "*"] {
        let why = created(&url, &[("HTTPS_PROXY", &there), ("NO_PROXY", none)]);
        assert!(why.contains("the name vault.invalid:8200 does not resolve"), "{none}: {why}");
    }
    let why = created(&url, &[("HTTP_PROXY", &elsewhere)]);
    assert!(why.contains("the name vault.invalid:8200 does not resolve"), "{why}");
    assert_eq!((proxy.asked().len(), other.asked().len()), (asked, 0));
    // What is no proxy that can be asked, is not passed by.
    for (value, told) in [
        ("socks5://user:hunter2@127.0.0.1:1", "ALL_PROXY of the environment names a SOCKS proxy"),
        ("socks5h://127.0.0.1:1", "ALL_PROXY of the environment names a SOCKS proxy"),
        ("ftp://hunter2", "ALL_PROXY of the environment names no proxy"),
        (
            "http://proxy.invalid:3128",
            "the name of the proxy proxy.invalid:3128 of ALL_PROXY does not resolve",
        ),
        ("http://127.0.0.1:1", "through the proxy 127.0.0.1:1 of ALL_PROXY broke: connection refused"),
    ] {
        let why = created(&url, &[("ALL_PROXY", value)]);
        assert!(why.contains(told), "{value}: {why}");
    }
}

/// A proxy may lead wherever it likes: who answers has to have the name that was asked for.
#[test]
fn a_certificate_has_the_name_that_was_asked_for() {
    let live = match Live::start_tls() {
        Ok(live) => live,
        Err(skipped) => return println!("{skipped}"),
    };
    let token = live.file("token", &live.token("use"));
    let ca = live.server.home().join("vault-ca.pem").display().to_string();
    let there = live.server.address.clone();
    let proxy = Fake::start(move |_, _| Reply::Leads(there.clone()));
    let proxied = [("HTTPS_PROXY", &*format!("http://{}", proxy.address))];
    let url = |host: &str| format!("vault://{host}:8200/transit/app?token_file={token}&ca_file={ca}");
    let why = created(&url("vault.invalid"), &proxied);
    assert!(why.contains("the TLS of vault.invalid:8200 fails") && why.contains("not valid for"), "{why}");
    assert_eq!(proxy.asked().len(), 1, "it was asked again");
    // The name that the server's certificate has beside those of this machine.
    let Some(name) = name(&live) else { return println!("skipped: openssl finds no other name") };
    assert!(created(&url(&name), &proxied).contains("it was created"));
    assert_eq!(proxy.asked().len(), 4, "look, encrypt and decrypt");
    assert!(proxy.asked()[3].line.starts_with(&format!("CONNECT {name}:8200 ")));
}

/// A name of the server's certificate that is not always this machine.
fn name(live: &Live) -> Option<String> {
    let certificate = live.server.home().join("vault-cert.pem");
    let mut openssl = Command::new("openssl");
    let output =
        openssl.args(["x509", "-noout", "-ext", "subjectAltName", "-in"]).arg(certificate).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let mut names = text.split([',', '\n']).filter_map(|name| name.trim().strip_prefix("DNS:"));
    names.find(|name| !name.starts_with("localhost")).map(str::to_lowercase)
}

/// Whoever exchanges a CA need not end the processes that rely on it.
#[test]
fn a_ca_file_is_read_anew() {
    let (live, other) = match (Live::start_tls(), Live::start_tls()) {
        (Ok(live), Ok(other)) => (live, other),
        (Err(skipped), _) | (_, Err(skipped)) => return println!("{skipped}"),
    };
    let pem = |live: &Live| std::fs::read_to_string(live.server.home().join("vault-ca.pem")).unwrap();
    let (token, ca) = (live.file("token", &live.token("use")), live.file("ca.pem", &pem(&live)));
    let seal = seal(&format!("vault://{}/transit/app?token_file={token}&ca_file={ca}", live.server.address));
    let (store, _, text) = create(seal.clone()).unwrap();
    live.file("ca.pem", &pem(&other));
    std::thread::sleep(std::time::Duration::from_millis(2100));
    open(&store, seal.clone(), &text).unwrap_err();
    live.file("ca.pem", &(pem(&other) + &pem(&live)));
    std::thread::sleep(std::time::Duration::from_millis(2100));
    open(&store, seal, &text).unwrap();
}
