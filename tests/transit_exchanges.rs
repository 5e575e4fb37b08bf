//! Whole sessions with a real server, asked of a keyring: every request in its order, with all that was
//! answered, and what the server refused.

#[path = "transit_exchanges/judge.rs"]
mod judge;
#[path = "transit_exchanges/keys.rs"]
mod keys;
#[path = "transit_exchanges/material.rs"]
mod material;
#[path = "transit_exchanges/messages.rs"]
mod messages;
#[path = "transit_exchanges/mount.rs"]
mod mount;
#[path = "transit_exchanges/request.rs"]
mod request;

use judge::{Outcome, Table};
use mount::Mount;
use request::Exchange;
use serde::Deserialize;
use strongroom::{Error, KeySpec, KeyType, Keyring};
use strongroom_tests::transit::Reasons;
use strongroom_tests::vectors::load;

#[derive(Deserialize)]
struct Session {
    exchanges: Vec<Exchange>,
}

/// Asks everything, and fails for whatever is answered in another way but what is listed here, by the number
/// of the request, with a reason.
fn replay(file: &str, differs: &[(&str, &'static str)]) -> Table {
    let session: Session = load(&format!("transit/{file}.json"));
    let (reasons, mut mount, mut table) = (Reasons::load(), Mount::new(), Table::default());
    for exchange in &session.exchanges {
        let reason = differs.iter().find(|(id, _)| *id == exchange.id).map(|(_, reason)| *reason);
        for outcome in judge::judge(exchange, mount.answer(exchange), &reasons) {
            let outcome = match (outcome, reason) {
                (Outcome::Differs(_), Some(reason)) => Outcome::OnPurpose(reason),
                (outcome, _) => outcome,
            };
            table.count(exchange, outcome);
        }
    }
    table.print(file);
    let others: Vec<&str> = differs.iter().map(|(id, _)| *id).filter(|id| !table.has(id)).collect();
    assert!(others.is_empty() || !KeyType::Rsa2048.is_supported(), "they differ no longer: {others:?}");
    table
}

const OF_A_CONTEXT: &str =
    "a derived key has a public key for each context, and what it is derived from verifies nothing";
const ONE_FORM: &str = "raw is the name of what the server gives where none is named";
const WITH_AAD: &str = "a rewrap takes the aad";
const FIRST: &str = "both refuse, each for what it comes to first";
const IS_THERE: &str = "a key that is not there is not passed over";
const UNUSABLE: &str = "no key comes in that the server itself cannot use";
const SIZE: &str = "a key for macs has 32 bytes unless another size is said";

#[test]
fn what_a_server_answered() {
    let table = replay(
        "transcript",
        &[
            ("188", OF_A_CONTEXT),
            ("205", "what cannot be switched off is not silently left on"),
            ("215", "no restore overwrites a key"),
        ],
    );
    table.expect(
        &[("agree", 211), ("refused by both", 27)],
        &[
            ("a key that is not here", 3),
            ("certificates and requests for them", 6),
            ("hashes of anything", 10),
            ("how a request is written", 4),
            ("keys made by key agreement", 2),
            ("pages of lists", 1),
            ("random bytes", 7),
            ("settings of the mount", 8),
        ],
    );
}

#[test]
fn what_a_server_refused() {
    let table = replay(
        "errors",
        &[
            ("026", SIZE),
            ("047", "a key of another type is not taken for the one that was asked for"),
            ("186", WITH_AAD),
            ("198", WITH_AAD),
            ("296", FIRST),
            ("322", ONE_FORM),
            ("323", ONE_FORM),
            ("328", OF_A_CONTEXT),
            ("339", FIRST),
            ("364", FIRST),
            ("401", "of a version without its private half nothing is wrapped; the server panics"),
            ("405", UNUSABLE),
            ("410", "nothing is encrypted that the server itself does not decrypt"),
            ("454", IS_THERE),
            ("455", IS_THERE),
            ("457", FIRST),
            ("463", UNUSABLE),
            ("466", UNUSABLE),
            ("477", UNUSABLE),
            ("488", "a backup with a field twice is not restored"),
            ("490", "no key is restored under a name that no call takes"),
            // The key that was made at 026 is listed.
            ("491", SIZE),
            ("497", UNUSABLE),
            ("508", "an older copy of a version does not come back"),
            ("512", "a change that is refused changes nothing"),
        ],
    );
    table.expect(
        &[("agree", 91), ("refused by both", 254), ("the server panics", 3)],
        &[
            ("a key that is not here", 11),
            ("a number below zero, which no call takes", 9),
            ("a version 0 to trim to", 1),
            ("certificates and requests for them", 16),
            ("hashes of anything", 6),
            ("how a request is written", 68),
            ("keys made by key agreement", 11),
            ("no hash of what was not hashed", 2),
            ("paths and methods that there are not", 6),
            ("random bytes", 8),
            ("settings of the mount", 7),
            ("types that encryption does not make keys of", 3),
            ("what holds for a batch as a whole", 26),
        ],
    );
}

#[derive(Deserialize)]
struct Creations {
    cases: Vec<Creation>,
}

#[derive(Deserialize)]
struct Creation {
    id: String,
    #[serde(rename = "type")]
    key_type: String,
    derived: bool,
    convergent_encryption: bool,
    error: Option<String>,
}

/// Which keys there can be, by what Vault says. The types that only its closed edition can use are none here.
#[test]
fn which_keys_vault_creates() {
    let (reasons, mut created, mut refused, mut closed) = (Reasons::load(), 0, 0, 0);
    for case in load::<Creations>("transit/refused.json").cases {
        let spec = case.key_type.parse::<KeyType>().map(|key_type| {
            let spec = KeySpec::new(key_type).derived(case.derived).convergent(case.convergent_encryption);
            match case.id.strip_prefix("hmac-key-size-") {
                Some(size) => spec.key_size(size.parse().unwrap()),
                None => spec,
            }
        });
        let Ok(spec) = spec else {
            let is_known_there = case.error.is_none();
            closed += usize::from(is_known_there);
            refused += usize::from(!is_known_there);
            continue;
        };
        match (Keyring::in_memory().create_key("k", spec), case.error) {
            (Err(Error::TypeNotSupported { .. }), _) if case.key_type.starts_with("rsa") => {}
            (Ok(_), None) => created += 1,
            (Err(error), Some(text)) => {
                assert!(reasons.allow(&text, &error), "{}: {error} where Vault says {text}", case.id);
                refused += 1;
            }
            (ours, theirs) => panic!("{}: {ours:?} where Vault says {theirs:?}", case.id),
        }
    }
    println!("{created} created, {refused} refused, {closed} of types that only the closed edition uses");
    assert!(created >= 17 && refused >= 60 && closed <= 7, "{created} {refused} {closed}");
}
