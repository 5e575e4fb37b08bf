//! `token` and `api-key`.

use crate::place::{Place, mode};

fn issued(place: &Place, arguments: &str) -> String {
    place.feed(&format!("token issue {arguments}"), b"user-17").line()
}

#[test]
fn a_token_comes_back_with_what_it_holds() {
    let place = Place::new();
    place.run("key create sessions").ok();
    place.run("key create tenants --derived").ok();
    let token = issued(&place, "sessions --ttl 1h --aad login");
    assert!(token.starts_with("srt__gAAAA"), "{token}");
    assert_eq!(place.feed("token redeem sessions --aad login", token.as_bytes()).ok(), b"user-17");
    let line = format!("{token}\n");
    let json = place.feed("--json token redeem sessions --aad login", line.as_bytes()).json();
    assert_eq!(json["payload_base64"].as_str(), Some("dXNlci0xNw=="));
    let (issued_at, expires) = (json["issued"].as_str().unwrap(), json["expires"].as_str().unwrap());
    assert!(issued_at < expires && issued_at.ends_with('Z') && expires.ends_with('Z'), "{json}");
    let said = place.feed("token redeem sessions", token.as_bytes()).fails(4);
    assert!(said.contains("decryption failed"), "{said}");

    let of_tenant = "--context-map tenant=acme --prefix acme_";
    let token = issued(&place, &format!("tenants --ttl 400d {of_tenant}"));
    assert!(token.starts_with("acme__g"), "{token}");
    assert_eq!(place.feed(&format!("token redeem tenants {of_tenant}"), token.as_bytes()).ok(), b"user-17");
    let said = place.feed("token redeem tenants --context-map tenant=acme", token.as_bytes()).fails(4);
    assert!(said.contains("it has another prefix"), "{said}");
    assert!(
        place.feed("token redeem tenants --prefix acme_", token.as_bytes()).fails(3).contains("--context")
    );
}

#[test]
fn it_is_for_its_owner_and_its_payload_too() {
    let place = Place::new();
    place.run("key create sessions").ok();
    place.write("payload", b"user\n17");
    place.run("token issue sessions --ttl 1h --in payload --out token").ok();
    place.run("token redeem sessions --in token --out redeemed").ok();
    assert_eq!(place.read("redeemed"), b"user\n17");
    place.run("api-key generate acme --out key").ok();
    for file in ["token", "redeemed", "key"] {
        assert_eq!(mode(&place.path(file)), 0o600, "{file}");
    }
}

#[test]
fn what_is_wrong_is_said_with_what_helps() {
    let place = Place::new();
    place.run("key create sessions").ok();
    place.run("key create old --key-type aes256-gcm96").ok();
    for (ttl, code) in [("0", 3), ("999ms", 3), ("401d", 3), ("soon", 2)] {
        place.feed(&format!("token issue sessions --ttl {ttl}"), b"x").fails(code);
    }
    assert!(place.feed("token issue sessions", b"x").fails(2).contains("--ttl"));
    assert!(place.feed("token issue sessions --ttl 1h --prefix no", b"x").fails(3).contains("underscore"));
    let said = place.feed("token issue old --ttl 1h", b"x").fails(3);
    assert!(said.contains("issue is not supported by keys of type aes256-gcm96"), "{said}");
    place.feed("token redeem old", b"srt__gAAAAE").fails(3);
    let ciphertext = place.feed("encrypt sessions", b"x").line();
    let said = place.feed("token redeem sessions", ciphertext.as_bytes()).fails(4);
    assert!(said.contains("it is a ciphertext"), "{said}");
    let token = issued(&place, "sessions --ttl 1h");
    let said = place.feed("decrypt sessions", token.as_bytes()).fails(4);
    assert!(said.contains("it is a token: redeem it"), "{said}");
    let said = place.feed("token redeem sessions", b"nonsense").fails(4);
    assert!(said.contains("--prefix"), "{said}");
}

/// Issued by a clock that is two hours behind, and expired since; and one that is ahead of ours.
#[test]
fn times_are_looked_at() {
    let place = Place::new();
    place.run("key create sessions").ok();
    let ring = place.two_hours_ago();
    let key = ring.key("sessions").unwrap();
    let hour = std::time::Duration::from_secs(3600);
    let old = key.issue("user-17", hour, strongroom::Aad::NONE).unwrap();
    let said = place.feed("token redeem sessions --leeway 100d", old.as_bytes()).fails(4);
    assert!(said.contains("expired"), "{said}");
    let good = key.issue("user-17", 3 * hour, strongroom::Aad::NONE).unwrap();
    assert_eq!(place.feed("token redeem sessions --leeway 0", good.as_bytes()).ok(), b"user-17");
}

#[test]
fn api_keys_need_no_keyring() {
    let place = Place::empty();
    let key = place.run("api-key generate acme").line();
    assert!(key.starts_with("acme_") && key.len() == 54, "{key}");
    assert_eq!(place.feed("api-key check", key.as_bytes()).line(), "well-formed");
    assert_eq!(
        place.feed("--json api-key check", key.as_bytes()).json()["well_formed"].as_bool(),
        Some(true)
    );
    let again = place.run("--json api-key generate acme").json();
    assert_ne!(again["api_key"].as_str(), Some(&*key));
    for (odd, why) in [
        (key.replacen('_', "-", 1), "an API key begins with a prefix of a to z and 0 to 9 and an underscore"),
        (key[..key.len() - 1].to_owned(), "it begins as one; what follows was mistyped, cut off or changed"),
        (format!("{key}\n\n"), "it has a space or a newline before it or behind it; cut that off"),
    ] {
        let said = place.feed("api-key check", odd.as_bytes()).fails(4);
        assert!(said.contains(why) && !said.contains(&key[5..]), "{said}");
    }
    assert!(place.run("api-key generate acme_").fails(3).contains("underscore"));
}
