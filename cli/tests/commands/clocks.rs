//! Tokens between clocks that differ.

use crate::place::Place;
use strongroom_servers::clock;

#[test]
fn a_token_is_good_between_two_moments() {
    let mut place = Place::new();
    let library = tempfile::tempdir().unwrap();
    if let Err(skipped) = clock::shifted(library.path(), 0) {
        println!("{skipped}");
        return;
    }
    place.run("key create sessions").ok();
    for case in clock::cases() {
        let mut at = |ms: i64, arguments: &str, input: &str| {
            for (name, value) in clock::shifted(library.path(), ms).unwrap() {
                place.set(name, &value);
            }
            place.feed(arguments, input.as_bytes())
        };
        let issue = format!("token issue sessions --ttl {}ms", case.ttl_ms);
        let token = at(case.issued_at_ms, &issue, "user-17").line();
        let leeway = case.leeway_ms.map(|ms| format!("--leeway {ms}ms")).unwrap_or_default();
        let run = at(case.redeemed_at_ms, &format!("--json token redeem sessions {leeway}"), &token);
        match &*case.result {
            "ok" => assert_eq!(run.json()["payload_base64"], "dXNlci0xNw==", "{case:?}"),
            name => {
                let said = run.fails(4);
                assert!(said.contains(&format!("\"{name}\"")), "{case:?}: {said}");
            }
        }
    }
}
