//! Tokens, mounts and servers with which something is wrong.

use crate::live::{Live, count, line, place, report, ring};
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use strongroom_servers::bao;

/// What a token needs to bring keys in (`docs/moving.md`).
const LEAST_IN: &str = r#"
path "least/keys" { capabilities = ["list"] }
path "least/keys/*" { capabilities = ["read"] }
path "least/backup/*" { capabilities = ["read"] }
path "least/export/*" { capabilities = ["read"] }
"#;

/// What a token needs to take keys there.
const LEAST_OUT: &str = r#"
path "least-back/keys/*" { capabilities = ["read"] }
path "least-back/backup/*" { capabilities = ["read"] }
path "least-back/export/*" { capabilities = ["read"] }
path "least-back/restore/*" { capabilities = ["update"] }
"#;

fn keys(live: &Live, mount: &str, count: usize) {
    live.mount(mount);
    for number in 0..count {
        let options = json!({"exportable": true, "allow_plaintext_backup": number % 2 == 0});
        live.write(&format!("{mount}/keys/key-{number}"), &options);
    }
}

#[test]
fn the_policies_of_the_documentation_are_enough() {
    let Some(live) = Live::get("the_policies_of_the_documentation_are_enough") else { return };
    keys(&live, "least", 2);
    live.mount("least-back");
    let mut place = place();
    place.unset("VAULT_TOKEN");
    place.write("in.token", live.token("least-in", LEAST_IN));
    place.write("out.token", live.token("least-out", LEAST_OUT));
    let call = format!("--json move --from-vault {} --mount least --token-file in.token", live.url());
    assert_eq!(count(&report(&place.run(&call), 0), "moved"), 2);
    place.run("key configure key-1 --allow-plaintext-backup").ok();
    let call = format!(
        "--json move --expose-secret-material --to-vault {} --mount least-back --token-file out.token",
        live.url()
    );
    assert_eq!(count(&report(&place.run(&call), 0), "moved"), 2);
    assert_eq!(count(&report(&place.run(&call), 0), "there_already"), 2);
    // They are on the page.
    let page = include_str!("../../../docs/moving.md");
    for policy in [LEAST_IN.replace("least/", "transit/"), LEAST_OUT.replace("least-back/", "transit/")] {
        assert!(page.contains(policy.trim()), "{policy}");
    }
}

#[test]
fn a_key_that_the_token_may_not_is_named_and_others_move() {
    let Some(live) = Live::get("a_key_that_the_token_may_not_is_named") else { return };
    keys(&live, "some", 3);
    let policy = r#"
path "some/*" { capabilities = ["read", "list"] }
path "some/backup/key-2" { capabilities = ["deny"] }
path "some/keys/key-1" { capabilities = ["deny"] }
"#;
    let mut place = place();
    let token = live.token("some", policy);
    place.set("VAULT_TOKEN", &token);
    let run = place.run(&format!("--json move --from-vault {} --mount some", live.url()));
    let said = report(&run, 3);
    assert_eq!((count(&said, "moved"), count(&said, "failed")), (1, 2));
    let reason = line(&said, "key-2")["reason"].as_str().unwrap();
    assert!(reason.contains("403") && reason.contains("`read` on some/backup/key-2"), "{reason}");
    assert!(!run.err.contains(&token) && !String::from_utf8_lossy(&run.out).contains(&token));
}

#[test]
fn a_wrong_token_mount_or_address_is_said_and_nothing_is_done() {
    let Some(live) = Live::get("a_wrong_token_mount_or_address_is_said") else { return };
    live.write("sys/mounts/cupboard", &json!({"type": "kv"}));
    let mut place = place();
    let url = live.url();
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    for (call, code, said) in [
        (format!("--from-vault {url} --mount cupboard"), 5, "another engine than Transit"),
        (
            format!("--expose-secret-material --to-vault {url} --mount cupboard"),
            5,
            "another engine than Transit",
        ),
        (format!("--from-vault {url} --mount nowhere"), 5, "no engine is mounted there"),
        (format!("--from-vault http://{free}"), 5, "broke"),
        ("--from-vault http://vault.example:8200".to_owned(), 2, "--from-vault: without TLS"),
        ("--from-vault vault.example:8200".to_owned(), 2, "--from-vault: the address of a Vault begins with"),
        (format!("--from-vault {url} --to-vault {url}"), 2, "cannot be used with"),
        (String::new(), 2, "<--from-vault <ADDR>|--to-vault <ADDR>>"),
        (format!("--from-vault {url} --report -"), 2, "goes to a file"),
        (format!("--from-vault {url} --token-file absent"), 5, "cannot read the file absent"),
        (format!("--from-vault {url} --mount /x"), 2, "--mount: a mount or a name begins or ends with '/'"),
    ] {
        let err = place.run(&format!("move {call}")).fails(code);
        assert!(err.contains(said), "{call}: {err}");
    }
    place.set("VAULT_TOKEN", "wrong-token-of-nobody");
    let err = place.run(&format!("move --from-vault {url} --mount cupboard")).fails(5);
    assert!(err.contains("403") && !err.contains("wrong-token"), "{err}");
    place.unset("VAULT_TOKEN");
    let err = place.run(&format!("move --from-vault {url}")).fails(5);
    assert!(err.contains("there is no token in"), "{err}");
    place.set("BAO_TOKEN", "root");
    live.mount("bare");
    place.run(&format!("move --from-vault {url} --mount bare")).ok();
    assert!(ring(&place).keys().unwrap().is_empty());
}

/// Leads so many connections to a server, and then none.
fn gone_after(address: String, connections: usize) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let here = listener.local_addr().unwrap().to_string();
    std::thread::spawn(move || {
        for stream in listener.incoming().take(connections) {
            let (mut near, mut far) = (stream.unwrap(), TcpStream::connect(&address).unwrap());
            let (mut from, mut to) = (near.try_clone().unwrap(), far.try_clone().unwrap());
            std::thread::spawn(move || std::io::copy(&mut from, &mut to));
            std::thread::spawn(move || std::io::copy(&mut far, &mut near));
        }
    });
    format!("http://{here}")
}

#[test]
fn a_server_that_goes_away_midway_leaves_what_was_moved() {
    let Some(live) = Live::get("a_server_that_goes_away_midway") else { return };
    keys(&live, "gone", 8);
    let place = place();
    let away = gone_after(live.address.clone(), 12);
    let run = place.run(&format!("--json move --from-vault {away} --mount gone --report lines"));
    let said = report(&run, 5);
    let moved = count(&said, "moved");
    assert!((1..8).contains(&moved), "{moved}");
    assert_eq!(said["left"], 8 - moved);
    assert!(run.err.contains("server_failed"), "{}", run.err);
    assert_eq!(String::from_utf8(place.read("lines")).unwrap().lines().count(), moved);
    assert_eq!(ring(&place).keys().unwrap().len(), moved);
    let said = report(&place.run(&format!("--json move --from-vault {} --mount gone", live.url())), 0);
    assert_eq!((count(&said, "there_already"), count(&said, "moved")), (moved, 8 - moved));
}

#[test]
fn an_answer_without_end_is_not_read() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            std::thread::spawn(move || {
                let mut asked = [0; 4096];
                let len = stream.read(&mut asked).unwrap();
                if asked[..len].windows(9).any(|window| window == b"/sys/inte") {
                    return write!(stream, "HTTP/1.1 403 No\r\ncontent-length: 0\r\n\r\n");
                }
                write!(stream, "HTTP/1.1 200 OK\r\ncontent-length: 10000000000\r\n\r\n")?;
                loop {
                    stream.write_all(&[b' '; 65_536])?;
                }
            });
        }
    });
    let err = place().run(&format!("move --from-vault http://{address}")).fails(5);
    assert!(err.contains("is longer than 86 MiB"), "{err}");
    // Nor is a keyring's key given to who does not say what product it is.
    let place = place();
    place.run("key create cards").ok();
    let err = place.run(&format!("move --expose-secret-material --to-vault http://{address}")).fails(2);
    assert!(err.contains("--product"), "{err}");
}

/// An OpenBao without keys, which says this of a restore, and this of a key after it.
fn odd_server(restore: &'static str, after: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        let mut restored = false;
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let (mut asked, mut chunk) = (Vec::new(), [0; 65_536]);
            // A body is read to its end, or whoever sends it hears of a broken connection.
            while !asked.ends_with(b"\r\n\r\n") && !asked.ends_with(b"}") {
                let len = stream.read(&mut chunk).unwrap();
                asked.extend_from_slice(&chunk[..len]);
            }
            let line =
                String::from_utf8_lossy(asked.split(|byte| *byte == b'\r').next().unwrap()).into_owned();
            let (status, body) = match line {
                line if line.contains("/sys/internal/") => {
                    ("200 OK", r#"{"data":{"type":"transit","running_plugin_version":"v2+builtin.bao"}}"#)
                }
                line if line.contains("/restore/") => {
                    restored = true;
                    (restore, "{}")
                }
                _ if restored && after.starts_with("404") => (after, r#"{"errors":[]}"#),
                _ if restored => (after, "{}"),
                _ => ("404 Not Found", r#"{"errors":[]}"#),
            };
            let len = body.len();
            let _ = write!(
                stream,
                "HTTP/1.1 {status}\r\ncontent-length: {len}\r\nconnection: close\r\n\r\n{body}"
            );
        }
    });
    format!("http://{address}")
}

#[test]
fn a_server_that_did_not_do_what_it_said_is_not_believed() {
    let place = place();
    place.run("key create cards --key-type hmac --exportable --allow-plaintext-backup").ok();
    for (restore, after, said) in [
        ("204 No Content", "404 Not Found", "the server took it, and has no such key"),
        ("204 No Content", "200 OK", "is something else listening there"),
        ("413 Too Large", "404 Not Found", "longer than the server takes"),
        ("400 Bad", "404 Not Found", "it answers 400"),
        ("403 No", "404 Not Found", "`update` on transit/restore/cards"),
    ] {
        let run = place
            .run(&format!("--json move --expose-secret-material --to-vault {}", odd_server(restore, after)));
        let report = report(&run, 3);
        let line = line(&report, "cards");
        assert_eq!(line["outcome"], "failed");
        assert!(line["reason"].as_str().unwrap().contains(said), "{restore} {after}: {line}");
    }
    // One that is sealed says so of every key.
    let run = place
        .run(&format!("--json move --expose-secret-material --to-vault {}", odd_server("503 Sealed", "")));
    assert_eq!(report(&run, 5)["left"], 1);
    assert!(run.err.contains("sealed or not ready"), "{}", run.err);
}

#[test]
fn tls_is_checked_against_the_ca_file() {
    let server = match bao::start_tls() {
        Ok(server) => server,
        Err(skipped) => return println!("{skipped}: tls_is_checked_against_the_ca_file, 0 checks"),
    };
    let program = bao::program().unwrap();
    let ask = |arguments: &[&str]| bao::ask(&server, &program, arguments).unwrap();
    ask(&["secrets", "enable", "transit"]);
    ask(&["write", "transit/keys/cards", "exportable=true"]);
    let place = place();
    let url = format!("https://{}", server.address);
    let err = place.run(&format!("move --from-vault {url}")).fails(5);
    assert!(err.contains("TLS"), "{err}");
    let ca = server.home().join("vault-ca.pem");
    let call = format!("--json move --from-vault {url} --ca-file {}", ca.display());
    let said: Value = report(&place.run(&call), 0);
    assert_eq!(count(&said, "moved"), 1);
}

/// Answers every question with the same.
fn fixed(status: &'static str, body: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let _ = stream.read(&mut [0; 65_536]);
            let _ = write!(
                stream,
                "HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
                body.len()
            );
        }
    });
    format!("http://{address}")
}

#[test]
fn what_is_no_vault_is_not_taken_for_an_empty_one() {
    let place = place();
    for body in ["<html>404</html>", "", "{}"] {
        let run = place.run(&format!("move --from-vault {}", fixed("404 Not Found", body)));
        run.fails(5);
    }
    assert_eq!(
        count(
            &report(
                &place
                    .run(&format!("--json move --from-vault {}", fixed("404 Not Found", r#"{"errors":[]}"#))),
                0
            ),
            "moved"
        ),
        0
    );
}

#[test]
fn a_name_that_no_key_has_is_not_printed_as_it_is() {
    let place = place();
    let url =
        fixed("200 OK", r#"{"data":{"keys":["a\u001b[31m'; x","ok"],"type":"transit","latest_version":1}}"#);
    let run = place.run(&format!("move --from-vault {url}"));
    let said = format!("{}{}", String::from_utf8_lossy(&run.out), run.err);
    assert!(said.contains("not movable") && said.contains("not movable    ok: "), "{said}");
    assert!(!said.contains('\u{1b}'), "{said}");
    assert_eq!(run.code, 3);
}

#[test]
fn what_leaves_has_to_be_confirmed_and_one_token_has_to_be_the_one() {
    let mut place = place();
    let url = fixed("404 Not Found", r#"{"errors":[]}"#);
    let said = place.run(&format!("move --to-vault {url} --product openbao")).fails(3);
    assert!(said.contains("--expose-secret-material"), "{said}");
    place.set("VAULT_TOKEN", "hunter2");
    place.set("BAO_TOKEN", "hunter3");
    let said = place.run(&format!("move --from-vault {url}")).fails(2);
    assert!(said.contains("--token-file") && !said.contains("hunter"), "{said}");
    place.set("BAO_TOKEN", "hunter2");
    place.run(&format!("move --from-vault {url}")).ok();
}
