//! When a token is valid, by clocks that a test sets.

use crate::{HOUR, redeemed, ring_at, seal};
use std::time::{Duration, UNIX_EPOCH};
use strongroom::{Aad, Error, Item, Key, KeySpec, Keyring, Memory, Token, TokenForm};
use strongroom_tests::clock::{Dates, Told};

const START: u64 = 1_900_000_000_000;
const MILLI: Duration = Duration::from_millis(1);

/// The same key in two keyrings, each with its own clock: one issues, the other redeems.
fn two(one: u64, other: u64) -> (std::sync::Arc<Told>, std::sync::Arc<Told>, Key, Key) {
    let store = Memory::new();
    let (here, there) = (Told::at(one), Told::at(other));
    let issuing = Keyring::builder().clock(here.clone()).create(store.clone(), seal()).unwrap();
    let issuing = issuing.create_key("sessions", KeySpec::default()).unwrap();
    let redeeming = Keyring::builder().clock(there.clone()).open(store, seal()).unwrap();
    (here, there, issuing, redeeming.key("sessions").unwrap())
}

fn with_leeway(key: &Key, token: &str, leeway: Duration) -> Result<(), Error> {
    key.redeem_item(&Item::token(token), &TokenForm::new().leeway(leeway)).map(drop)
}

#[test]
fn it_is_taken_until_it_expires_to_the_millisecond() {
    let clock = Told::at(START);
    let key = ring_at(clock.clone()).create_key("sessions", KeySpec::default()).unwrap();
    let token = key.issue("user-17", HOUR, Aad::NONE).unwrap();
    for pass in [Duration::ZERO, MILLI, HOUR / 2, HOUR / 2 - 2 * MILLI] {
        clock.pass(pass);
        let Token { payload, issued, expires, .. } = key.redeem(&token, Aad::NONE).unwrap();
        assert_eq!(payload.expose(), b"user-17");
        assert_eq!(issued, UNIX_EPOCH + Duration::from_millis(START));
        assert_eq!(expires, issued + HOUR);
    }
    // The last millisecond is over, and there is no leeway in the end, however long one is asked for.
    for pass in [MILLI, MILLI, HOUR, 400 * 24 * HOUR] {
        clock.pass(pass);
        assert_eq!(redeemed(&key, &token, Aad::NONE), Err(Error::TokenExpired));
        assert_eq!(with_leeway(&key, &token, Duration::MAX), Err(Error::TokenExpired));
    }
    // What is wrong with it otherwise is said first.
    assert_eq!(redeemed(&key, &token, Aad::from("other")), Err(Error::DecryptFailed));
}

#[test]
fn clocks_may_differ_by_the_leeway_where_it_begins() {
    let minute = Duration::from_secs(60);
    let (here, there, issuing, redeeming) = two(START + 60_000, START);
    let token = issuing.issue("user-17", HOUR, Aad::NONE).unwrap();
    assert!(redeeming.redeem(&token, Aad::NONE).is_ok());
    assert_eq!(with_leeway(&redeeming, &token, minute - MILLI), Err(Error::TokenNotYetValid));
    // Parts of a millisecond do not count.
    assert_eq!(
        with_leeway(&redeeming, &token, minute - Duration::from_nanos(1)),
        Err(Error::TokenNotYetValid)
    );
    here.pass(MILLI);
    let token = issuing.issue("user-17", HOUR, Aad::NONE).unwrap();
    assert_eq!(redeemed(&redeeming, &token, Aad::NONE), Err(Error::TokenNotYetValid));
    assert!(with_leeway(&redeeming, &token, minute + MILLI).is_ok());
    assert!(with_leeway(&redeeming, &token, Duration::MAX).is_ok());
    assert_eq!(with_leeway(&redeeming, &token, Duration::ZERO), Err(Error::TokenNotYetValid));
    there.pass(minute + MILLI);
    assert!(with_leeway(&redeeming, &token, Duration::ZERO).is_ok());
    // Whose clock is behind, issues what is older already.
    here.set_back(2 * HOUR);
    let token = issuing.issue("user-17", HOUR, Aad::NONE).unwrap();
    assert_eq!(redeemed(&redeeming, &token, Aad::NONE), Err(Error::TokenExpired));
    let token = issuing.issue("user-17", 2 * HOUR + MILLI, Aad::NONE).unwrap();
    assert!(redeeming.redeem(&token, Aad::NONE).is_ok());
}

#[test]
fn a_clock_that_is_set_back_makes_old_tokens_new_ones() {
    let clock = Told::at(START);
    let key = ring_at(clock.clone()).create_key("sessions", KeySpec::default()).unwrap();
    let token = key.issue("user-17", HOUR, Aad::NONE).unwrap();
    clock.pass(HOUR);
    assert_eq!(redeemed(&key, &token, Aad::NONE), Err(Error::TokenExpired));
    clock.set_back(MILLI);
    assert!(key.redeem(&token, Aad::NONE).is_ok());
    clock.set_back(HOUR + Duration::from_secs(60));
    assert_eq!(redeemed(&key, &token, Aad::NONE), Err(Error::TokenNotYetValid));
}

#[test]
fn times_are_rounded_down() {
    let clock = Dates::at(START * 1_000_000 + 999_999);
    let key = ring_at(clock.clone()).create_key("sessions", KeySpec::default()).unwrap();
    let token = key.issue("user-17", Duration::from_nanos(1_999_999_999), Aad::NONE).unwrap();
    let Token { issued, expires, .. } = key.redeem(&token, Aad::NONE).unwrap();
    assert_eq!(issued, UNIX_EPOCH + Duration::from_millis(START));
    assert_eq!(expires, issued + Duration::from_millis(1999));
    clock.set((START + 1999) * 1_000_000 - 1);
    assert!(key.redeem(&token, Aad::NONE).is_ok());
    clock.set((START + 1999) * 1_000_000);
    assert_eq!(redeemed(&key, &token, Aad::NONE), Err(Error::TokenExpired));
}

#[test]
fn it_lives_for_a_second_to_400_days() {
    let clock = Told::at(START);
    let key = ring_at(clock.clone()).create_key("sessions", KeySpec::default()).unwrap();
    let (second, most) = (Duration::from_secs(1), 400 * 24 * HOUR);
    let nano = Duration::from_nanos(1);
    for ttl in [Duration::ZERO, MILLI, second - nano, most + nano, most + MILLI, Duration::MAX] {
        let refused = key.issue("user-17", ttl, Aad::NONE).unwrap_err();
        assert_eq!(refused.detail(), Some("token_ttl_out_of_range"), "{ttl:?}");
    }
    for ttl in [second, most] {
        let token = key.issue("user-17", ttl, Aad::NONE).unwrap();
        clock.pass(ttl - MILLI);
        assert!(key.redeem(&token, Aad::NONE).is_ok());
        clock.pass(MILLI);
        assert_eq!(redeemed(&key, &token, Aad::NONE), Err(Error::TokenExpired));
    }
}

#[test]
fn any_time_of_a_clock_will_do() {
    for start in [0, 1, u64::MAX / 1_000_000 - 1] {
        let key = ring_at(Dates::at(start * 1_000_000)).create_key("sessions", KeySpec::default()).unwrap();
        let token = key.issue("user-17", HOUR, Aad::NONE).unwrap();
        let Token { issued, expires, .. } = key.redeem(&token, Aad::NONE).unwrap();
        assert_eq!(issued, UNIX_EPOCH + Duration::from_millis(start));
        assert_eq!(expires, issued + HOUR);
    }
}
