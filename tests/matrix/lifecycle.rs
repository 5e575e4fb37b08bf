//! What versions in each state can do, and what a disabled or closed key still does.

use crate::operations::{ENCRYPTION, INDEXES, MACS, Row, SIGNATURES, column};
use crate::subject::{MESSAGE, Subject, subjects};
use crate::table::{Column, outcome, table};
use crate::{every_row, management};
use strongroom::{Aad, Error, Item, KeyConfig, KeyType, Keyring, Version, VersionState};

const STATES: [(&str, u32); 6] = [
    ("destroyed: below `min_available_version`", 1),
    ("suspended: below `min_decryption_version`", 2),
    ("deactivated: below `min_encryption_version`", 3),
    ("active", 4),
    ("active, the latest", 5),
    ("not there", 6),
];

/// What was made under each of five versions, and the version itself.
struct Aged {
    subject: Subject,
    made: Vec<[String; 3]>,
}

/// Whether a type does the operation.
type Does = fn(KeyType) -> bool;
type Cell = fn(&Aged, u32) -> Result<(), Error>;

const OPERATIONS: [(&str, Does, Cell); 11] = [
    ("`encrypt`", KeyType::encrypts, |a, n| {
        a.subject.key.encrypt_item(&a.subject.item(Item::plaintext(MESSAGE)).version(v(n))).map(drop)
    }),
    ("`sign`", KeyType::signs, |a, n| {
        a.subject.key.sign_item(&a.subject.item(Item::message(MESSAGE)).version(v(n))).map(drop)
    }),
    ("`hmac`", |_| true, |a, n| a.subject.key.hmac_item(&Item::message(MESSAGE).version(v(n))).map(drop)),
    ("`index`", |_| true, |a, n| a.subject.view().index(MESSAGE, &column().version(v(n))).map(drop)),
    (
        "`needs_reindex`",
        |_| true,
        |a, n| a.subject.key.needs_reindex(format!("strongroom:i{n}:AA")).map(drop),
    ),
    ("`decrypt`", KeyType::encrypts, |a, n| a.subject.view().decrypt(a.text(n, 0), Aad::NONE).map(drop)),
    ("`rewrap`", KeyType::encrypts, |a, n| a.subject.view().rewrap(a.text(n, 0), Aad::NONE).map(drop)),
    ("`verify`", KeyType::signs, |a, n| a.subject.view().verify(MESSAGE, a.text(n, 1))),
    ("`verify_hmac`", |_| true, |a, n| a.subject.key.verify_hmac(MESSAGE, a.text(n, 2))),
    ("`public_key`", KeyType::signs, |a, n| a.subject.view().public_key(Some(v(n))).map(drop)),
    ("`derive_key`", KeyType::agrees, |a, n| {
        let (ring, peer) = (Keyring::in_memory(), a.subject.key.public_key(None)?);
        ring.derive_key("agreed", &a.subject.key, Some(v(n)), &peer, KeyType::Aes256Gcm96).map(drop)
    }),
];

fn v(number: u32) -> Version {
    Version::new(number).unwrap()
}

impl Aged {
    /// The windows are such that versions 1 to 5 are in each of the states.
    fn new(subject: Subject) -> Self {
        let mut made = vec![subject.old.parts(), subject.new.parts()];
        for _ in 3..=5 {
            subject.key.rotate().unwrap();
            let text = subject.key.encrypt_item(&subject.item(Item::plaintext(MESSAGE))).unwrap_or_default();
            let signature = subject.key.sign_item(&subject.item(Item::message(MESSAGE))).unwrap_or_default();
            made.push([text, signature, subject.key.hmac(MESSAGE).unwrap()]);
        }
        subject
            .key
            .configure(KeyConfig::new().min_decryption_version(v(3)).min_encryption_version(Some(v(4))))
            .unwrap();
        subject.clock.pass(std::time::Duration::from_secs(3600));
        subject.key.trim(v(2)).unwrap();
        let states: Vec<_> =
            subject.key.info().unwrap().versions.iter().map(|version| version.state).collect();
        use VersionState::{Active, Deactivated, Destroyed, Suspended};
        assert_eq!(states, [Destroyed, Suspended, Deactivated, Active, Active]);
        Self { subject, made }
    }

    fn text(&self, version: u32, part: usize) -> String {
        match self.made.get(version as usize - 1) {
            Some(made) => made[part].clone(),
            None => self.made[4][part].replace(":v5:", &format!(":v{version}:")),
        }
    }
}

impl crate::subject::Made {
    fn parts(&self) -> [String; 3] {
        [self.text.clone(), self.signature.clone(), self.mac.clone()]
    }
}

/// A column for each operation, and the same for every key that does it.
pub(crate) fn states() -> String {
    let aged: Vec<Aged> =
        subjects().into_iter().filter(|s| s.key_type.is_supported()).map(Aged::new).collect();
    let cells = |does: Does, run: Cell| {
        let of_state = |(_, version): &(&str, u32)| {
            one(aged.iter().filter(|a| does(a.subject.key_type)).map(|a| outcome(run(a, *version))))
        };
        STATES.iter().map(of_state).collect()
    };
    let columns = OPERATIONS
        .iter()
        .map(|(name, does, run)| Column { label: (*name).to_owned(), cells: cells(*does, *run) })
        .collect();
    table("version", &STATES.iter().map(|(name, _)| (*name).to_owned()).collect::<Vec<_>>(), columns)
}

fn one(outcomes: impl Iterator<Item = String>) -> String {
    let mut outcomes: Vec<String> = outcomes.collect();
    outcomes.dedup();
    let [outcome] = <[String; 1]>::try_from(outcomes).expect("every key that does it answers alike");
    outcome
}

/// What a disabled key answers where it would otherwise work.
pub(crate) fn disabled() -> String {
    let supported = || subjects().into_iter().filter(|s| s.key_type.is_supported()).collect::<Vec<_>>();
    let is_disabled = |s: &Subject| s.key.disable().unwrap();
    let (enabled, disabled) = (supported(), supported());
    disabled.iter().for_each(is_disabled);
    let works = |(rows, fresh): (&[Row], bool)| -> Vec<(String, String)> {
        let rows = rows.iter().filter(|(name, _)| name.starts_with('`'));
        rows.map(|(name, run)| {
            let own = fresh.then(supported);
            let of = own.as_deref().unwrap_or(&enabled).iter().zip(&disabled);
            let answers = of.filter(|(s, _)| run(s).is_ok()).map(|(s, disabled)| {
                if !fresh {
                    return outcome(run(disabled));
                }
                let own = Subject::new(s.key_type, s.derived, s.convergent);
                is_disabled(&own);
                outcome(run(&own))
            });
            let mut answers: Vec<String> = answers.collect();
            answers.dedup();
            ((*name).to_owned(), answers)
        })
        // What no key does needs no row.
        .filter(|(_, answers)| !answers.is_empty())
        .map(|(name, answers)| (name, one(answers.into_iter())))
        .collect()
    };
    // What is done to a key has keys of its own.
    let all =
        [(ENCRYPTION, false), (SIGNATURES, false), (MACS, false), (INDEXES, false), (management::ROWS, true)];
    let all: Vec<(String, String)> = all.into_iter().flat_map(works).collect();
    let rows: Vec<String> = all.iter().map(|(name, _)| name.clone()).collect();
    table(
        "operation",
        &rows,
        vec![Column {
            label: "on a disabled key".to_owned(),
            cells: all.into_iter().map(|(_, answer)| answer).collect(),
        }],
    )
}

/// Every operation of a closed keyring says so.
pub(crate) fn closed() {
    // A derived key would not even give a view under its context.
    let of: Vec<Subject> =
        subjects().into_iter().filter(|s| s.key_type.is_supported() && !s.derived).collect();
    of.iter().for_each(|subject| subject.ring.close());
    // The row of the limit makes a keyring of its own.
    for (name, run) in every_row().filter(|(name, _)| !name.contains("usage_limit")) {
        for subject in &of {
            assert_eq!(run(subject), Err(Error::Closed), "{}: {name}", subject.label);
        }
    }
}
