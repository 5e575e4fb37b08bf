//! How many messages of 64 bytes one thread and two encrypt with one key: the time from when the first one
//! begins to when the last one ends, for a message.

use crate::by_hand::with_ring;
use crate::rounds::Measure;
use std::hint::black_box;
use std::sync::{Arc, Barrier};
use std::time::{Duration, Instant};
use strongroom::{Aad, KeyType, Keyring};

const SIZE: usize = 64;
/// Of each thread: so many that the barrier does not show, and few enough that both cores may be free
/// meanwhile.
const CALLS: u32 = 5000;

pub(crate) fn add(measures: &mut Vec<Measure>) {
    for key_type in [KeyType::Aes256Gcm96, KeyType::Xaes256Gcm] {
        let key = Keyring::in_memory().create_key("cards", key_type).unwrap();
        let encrypt = move || drop(black_box(key.encrypt(black_box([1; SIZE]), Aad::NONE).unwrap()));
        both(measures, &format!("Strongroom {key_type}"), Arc::new(encrypt));
    }
    let program = with_ring::Program::new();
    both(
        measures,
        "by hand, ring",
        Arc::new(move || drop(black_box(program.encrypt(black_box(&[1; SIZE]))))),
    );
}

fn both(measures: &mut Vec<Measure>, who: &str, call: Arc<impl Fn() + Send + Sync + 'static>) {
    for (work, threads) in [("text on one thread", 1), ("text on two threads", 2)] {
        let call = Arc::clone(&call);
        measures.push(Measure::timed(work, SIZE, who, threads * CALLS, move |rounds| {
            (0..rounds).map(|_| together(threads, &*call)).sum()
        }));
    }
}

fn together(threads: u32, call: &(impl Fn() + Sync)) -> Duration {
    let ready = Barrier::new(threads as usize);
    let spans: Vec<(Instant, Instant)> = std::thread::scope(|scope| {
        let run = || {
            // Fills what belongs to the thread, and warms the core.
            (0..CALLS / 10).for_each(|_| call());
            ready.wait();
            let begun = Instant::now();
            (0..CALLS).for_each(|_| call());
            (begun, Instant::now())
        };
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(run)).collect();
        running.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let begun = spans.iter().map(|span| span.0).min().unwrap();
    spans.iter().map(|span| span.1).max().unwrap() - begun
}
