//! A passphrase seal takes no memory before it has looked at the parameters of Argon2, which anyone may have
//! written.

use super::{FIXED, own_seal, within_bounds};
use allocation_counter::measure;
use strongroom::{DocName, Error, Keyring, Memory, Seal};
use strongroom_tests::cbor::Cbor;
use strongroom_tests::forge::{Known, put};

/// The least that is read: cheap enough to run.
const CHEAPEST: (u32, u32, u32) = (19_456, 1, 1);

fn open_with_passphrase(known: &Known, blob: Vec<u8>) -> (Result<(), Error>, u64) {
    open_with_seal(known, blob, Seal::passphrase(b"correct horse"))
}

fn open_with_seal(known: &Known, blob: Vec<u8>, seal: Seal) -> (Result<(), Error>, u64) {
    let store = Memory::new();
    put(
        &store,
        &DocName::Root,
        known.root_document(&Known::roots(vec![Known::copy("passphrase", "passphrase", blob)])),
    );
    let mut result = Ok(());
    let used = measure(|| result = Keyring::open(store, seal).map(drop));
    (result, used.bytes_max)
}

#[test]
fn argon2_parameters_are_checked_before_memory_is_taken() {
    let known = Known::default();
    let good = known.wrapped_by_passphrase(b"correct horse", CHEAPEST);
    let with =
        |m: u32, t: u32, p: u32| [&m.to_be_bytes(), &t.to_be_bytes(), &p.to_be_bytes(), &good[12..]].concat();
    let mut at_once = 0;
    let (m, t, p) = CHEAPEST;
    let edges = [
        (19_455, t, p),
        (1_048_577, t, p),
        (0, t, p),
        (u32::MAX, t, p),
        (m, 0, p),
        (m, 17, p),
        (m, u32::MAX, p),
        (m, t, 0),
        (m, t, 17),
        (m, t, u32::MAX),
    ];
    let flips = (0..96).map(|bit| {
        let mut parameters = [m, t, p];
        parameters[bit / 32] ^= 1 << (bit % 32);
        (parameters[0], parameters[1], parameters[2])
    });
    for (m, t, p) in edges.into_iter().chain(flips) {
        let inside = (19_456..=1_048_576).contains(&m) && (1..=16).contains(&t) && (1..=16).contains(&p);
        // What lies inside is stretched, and half a GiB of it would take seconds.
        if inside && u64::from(m) * u64::from(t) > 40_000 {
            continue;
        }
        let seal = Seal::passphrase(b"correct horse").allow_costly();
        let (result, used) = open_with_seal(&known, with(m, t, p), seal);
        assert_eq!(result, Err(Error::WrongSeal), "m = {m}, t = {t}, p = {p}");
        assert_eq!(used > 18 << 20, inside, "m = {m}, t = {t}, p = {p}: {used} bytes");
        if !inside {
            assert!(used < FIXED, "m = {m}, t = {t}, p = {p}: {used} bytes before the refusal");
            at_once += 1;
        }
    }
    println!("{at_once} sets of parameters refused at once");
    assert!(at_once >= 80, "{at_once}");
}

#[test]
fn argon2_parameters_inside_the_limits_are_read() {
    let known = Known::default();
    for parameters in [CHEAPEST, (19_456, 16, 1), (19_456, 1, 16), (65_536, 3, 4), (131_072, 1, 1)] {
        let (result, used) =
            open_with_passphrase(&known, known.wrapped_by_passphrase(b"correct horse", parameters));
        assert_eq!(result, Ok(()), "{parameters:?}");
        assert!(
            used >= u64::from(parameters.0) << 10,
            "{parameters:?}: {used} bytes cannot hold the memory of Argon2"
        );
    }
    assert_eq!(
        open_with_passphrase(&known, known.wrapped_by_passphrase(b"wrong horse", CHEAPEST)).0,
        Err(Error::WrongSeal)
    );
}

#[test]
fn what_costs_far_more_than_our_own_copies_needs_a_word_of_the_caller() {
    let known = Known::default();
    let passphrase = || Seal::passphrase(b"correct horse");
    let good = known.wrapped_by_passphrase(b"correct horse", CHEAPEST);
    let with =
        |m: u32, t: u32, p: u32| [&m.to_be_bytes(), &t.to_be_bytes(), &p.to_be_bytes(), &good[12..]].concat();
    for (m, t, p) in
        [(131_073, 1, 1), (1_048_576, 1, 1), (1_048_576, 16, 16), (65_536, 13, 1), (131_072, 7, 4)]
    {
        let (result, used) = open_with_seal(&known, with(m, t, p), passphrase());
        assert_eq!(result, Err(Error::SealTooCostly), "m = {m}, t = {t}, p = {p}");
        assert!(used < FIXED, "m = {m}, t = {t}, p = {p}: {used} bytes before the refusal");
        // So it is with a backup, which anyone can hand over.
        let wrapped =
            Cbor::Array(vec![Cbor::text("passphrase"), Cbor::text("passphrase"), Cbor::Bytes(with(m, t, p))])
                .encode();
        let backup =
            [b"SRB1".as_slice(), &[7; 16], &(wrapped.len() as u32).to_be_bytes(), &wrapped, &[0; 100]]
                .concat();
        let ring = Keyring::in_memory();
        let error =
            within_bounds("a costly backup", backup.len(), || ring.restore_key(&backup, passphrase(), None))
                .unwrap_err();
        assert_eq!(error, Error::SealTooCostly, "m = {m}, t = {t}, p = {p}");
    }
    // The most that is read without a word, and a little more with one.
    let most = known.wrapped_by_passphrase(b"correct horse", (131_072, 6, 1));
    assert_eq!(open_with_seal(&known, most, passphrase()).0, Ok(()));
    let more = known.wrapped_by_passphrase(b"correct horse", (131_073, 1, 1));
    assert_eq!(open_with_seal(&known, more.clone(), passphrase()).0, Err(Error::SealTooCostly));
    assert_eq!(open_with_seal(&known, more, passphrase().allow_costly()).0, Ok(()));
    let refused = open_with_seal(&known, good, own_seal(&known).allow_costly()).0;
    assert!(matches!(refused, Err(Error::InvalidOption { .. })), "{refused:?}");
}

#[test]
fn every_byte_of_a_passphrase_blob_counts() {
    let known = Known::default();
    let good = known.wrapped_by_passphrase(b"correct horse", CHEAPEST);
    let mut tried = 0;
    for at in 12..good.len() {
        let mut bad = good.clone();
        bad[at] ^= 1 << (at % 8);
        assert_eq!(open_with_passphrase(&known, bad).0, Err(Error::WrongSeal), "byte {at}");
        tried += 1;
    }
    for end in [1, 11, 12, 27] {
        assert_eq!(
            open_with_passphrase(&known, good[..end].to_vec()).0,
            Err(Error::WrongSeal),
            "cut at {end}"
        );
    }
    for end in [28, 60, 131] {
        assert_eq!(
            open_with_passphrase(&known, good[..end].to_vec()).0,
            Err(Error::WrongSeal),
            "cut at {end}"
        );
    }
    assert_eq!(open_with_passphrase(&known, [&good, &[0][..]].concat()).0, Err(Error::WrongSeal));
    assert!(tried >= 120, "{tried}");
}
