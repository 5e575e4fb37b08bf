//! Threads repeat nothing, neither side by side nor while they end.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::cell::Cell;
use std::collections::HashSet;
use std::sync::mpsc::{Sender, channel};

use strongroom_entropy::{nonce, nonce_unbuffered};

#[test]
fn eight_threads_repeat_nothing() {
    const EACH: usize = 100_000;
    let threads: Vec<_> = (0..8)
        .map(|_| {
            std::thread::spawn(|| {
                (0..EACH).map(|_| u128::from_ne_bytes(nonce().unwrap())).collect::<Vec<_>>()
            })
        })
        .collect();
    let mut nonces: Vec<u128> = threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect();
    assert_eq!(nonces.len(), 8 * EACH);
    nonces.sort_unstable();
    nonces.dedup();
    assert_eq!(nonces.len(), 8 * EACH);
}

#[test]
fn short_threads_one_after_the_other_repeat_nothing() {
    // Each is likely to find its pool where the one before it had its own.
    let mut seen = HashSet::new();
    for _ in 0..500 {
        let [first, second] = std::thread::spawn(|| [(); 2].map(|()| nonce::<24>().unwrap())).join().unwrap();
        assert!(seen.insert(first) && seen.insert(second));
    }
}

/// Draws when its thread ends, and sends what it drew.
struct Last(Cell<Option<Sender<[u8; 12]>>>);

impl Drop for Last {
    fn drop(&mut self) {
        let sender = self.0.take().unwrap();
        for _ in 0..50 {
            sender.send(nonce().unwrap()).unwrap();
        }
    }
}

thread_local! {
    static LAST: Last = const { Last(Cell::new(None)) };
}

#[test]
fn nonces_can_be_drawn_while_a_thread_ends() {
    // Values local to a thread go in the opposite order of their first use: the pool is there in one case
    // only.
    for pool_goes_first in [true, false] {
        let (sender, receiver) = channel();
        let early = sender.clone();
        std::thread::spawn(move || {
            if pool_goes_first {
                LAST.with(|last| last.0.set(Some(sender)));
                early.send(nonce().unwrap()).unwrap();
            } else {
                early.send(nonce().unwrap()).unwrap();
                LAST.with(|last| last.0.set(Some(sender)));
            }
        })
        .join()
        .unwrap();
        let drawn: Vec<_> = receiver.iter().collect();
        assert_eq!(drawn.len(), 51);
        assert_eq!(drawn.iter().collect::<HashSet<_>>().len(), 51);
    }
}

#[test]
fn unbuffered_nonces_differ_too() {
    let nonces: HashSet<[u8; 12]> = (0..10_000).map(|_| nonce_unbuffered().unwrap()).collect();
    assert_eq!(nonces.len(), 10_000);
}
