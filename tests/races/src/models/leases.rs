//! The counter of leased uses.

use shuttle::sync::Arc;
use shuttle::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use shuttle::thread;

use crate::uses::{Taken, Uses};

/// Threads that take uses while further ones are leased and the rest is given back: what was spent and what
/// came back is what was leased. One of them is a batch, which takes many at once and gives back what it did
/// not spend.
pub fn nothing_is_spent_twice() {
    let uses = Arc::new(Uses::default());
    let spent = Arc::new(AtomicU64::new(0));
    uses.add(35);
    let spenders: Vec<_> = (0..3)
        .map(|_| {
            let (uses, spent) = (uses.clone(), spent.clone());
            thread::spawn(move || {
                for _ in 0..14 {
                    if uses.take() != Taken::None {
                        spent.fetch_add(1, Ordering::Relaxed);
                    }
                }
            })
        })
        .collect();
    let batch = {
        let (uses, spent) = (uses.clone(), spent.clone());
        thread::spawn(move || {
            for items in [9, 5] {
                let taking = uses.take_many(items);
                let number = taking.number.min(4);
                spent.fetch_add(u64::from(number), Ordering::Relaxed);
                uses.give_back(taking.generation, taking.number - number);
            }
        })
    };
    let closer = {
        let uses = uses.clone();
        thread::spawn(move || {
            uses.add(3);
            uses.drain()
        })
    };
    spenders.into_iter().for_each(|spender| spender.join().unwrap());
    batch.join().unwrap();
    let returned = closer.join().unwrap() + uses.drain();
    assert_eq!(spent.load(Ordering::Relaxed) + returned, 38);
    assert_eq!(uses.take(), Taken::None);
}

/// Of those who want to renew, one at a time does.
pub fn one_renews_at_a_time() {
    let uses = Arc::new(Uses::default());
    let (renewing, renewals) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let threads: Vec<_> = (0..3)
        .map(|_| {
            let (uses, renewing, renewals) = (uses.clone(), renewing.clone(), renewals.clone());
            thread::spawn(move || {
                uses.begin_renewal().map(|renewal| {
                    assert!(!renewing.swap(true, Ordering::SeqCst), "two renew at once");
                    renewals.fetch_add(1, Ordering::SeqCst);
                    thread::yield_now();
                    assert!(renewing.swap(false, Ordering::SeqCst));
                    drop(renewal);
                })
            })
        })
        .collect();
    let done = threads.into_iter().filter_map(|thread| thread.join().unwrap()).count() as u64;
    assert!(done >= 1, "nobody renewed");
    assert_eq!(done, renewals.load(Ordering::SeqCst));
}
