//! One look at the store for all who wait for one.

use shuttle::sync::Arc;
use shuttle::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use shuttle::thread;

use crate::flight::{Flight, Landing};

/// Whoever comes when the store has something is answered by a look that sees it, nobody waits for ever, and
/// one looks at a time.
pub fn every_caller_gets_a_look_that_began_after_it_came() {
    let flight = Arc::new(Flight::default());
    let (stored, seen) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
    let looking = Arc::new(AtomicBool::new(false));
    let callers: Vec<_> = (0..3)
        .map(|_| {
            let (flight, stored, seen, looking) =
                (flight.clone(), stored.clone(), seen.clone(), looking.clone());
            thread::spawn(move || {
                let mine = stored.fetch_add(1, Ordering::SeqCst) + 1;
                let look = |landing: Landing| {
                    assert!(!looking.swap(true, Ordering::SeqCst), "two look at once");
                    let found = stored.load(Ordering::SeqCst);
                    thread::yield_now();
                    seen.fetch_max(found, Ordering::SeqCst);
                    looking.store(false, Ordering::SeqCst);
                    landing.land();
                };
                flight.join(|| false, look);
                assert!(
                    seen.load(Ordering::SeqCst) >= mine,
                    "it was answered by a look that began before it came"
                );
            })
        })
        .collect();
    callers.into_iter().for_each(|caller| caller.join().unwrap());
}
