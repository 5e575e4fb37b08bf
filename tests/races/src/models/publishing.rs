//! What the handles of a slot see while documents are read, changed, and the keyring is closed.

use shuttle::sync::Arc;
use shuttle::sync::atomic::{AtomicBool, Ordering};
use shuttle::thread;
use std::cmp;

use crate::publish::{Differs, Generation, publish};
use crate::sync::ArcSwapOption;

struct Document {
    generation: u64,
    writer: u64,
}

impl Generation for Document {
    fn compare(&self, other: &Self) -> Option<cmp::Ordering> {
        let same = self.generation == other.generation && self.writer == other.writer;
        Some(self.generation.cmp(&other.generation)).filter(|order| same == order.is_eq())
    }
}

fn document(generation: u64, writer: u64) -> std::sync::Arc<Document> {
    std::sync::Arc::new(Document { generation, writer })
}

/// Generations only go up, the newest is there in the end, and whoever publishes something else is told.
pub fn the_newest_stays() {
    let place = Arc::new(ArcSwapOption::empty());
    let closed = Arc::new(AtomicBool::new(false));
    let writers: Vec<_> = [[1, 3], [2, 4]]
        .into_iter()
        .map(|generations| {
            let (place, closed) = (place.clone(), closed.clone());
            thread::spawn(move || {
                for generation in generations {
                    assert_eq!(publish(&place, &closed, &document(generation, 0)), Ok(()));
                    let now = place.load().as_ref().map(|document| document.generation);
                    assert!(now >= Some(generation), "it went back to {now:?} from {generation}");
                }
            })
        })
        .collect();
    let reader = {
        let place = place.clone();
        thread::spawn(move || {
            let mut last = None;
            for _ in 0..4 {
                let now = place.load().as_ref().map(|document| document.generation);
                assert!(now >= last, "it went back");
                last = now;
            }
        })
    };
    writers.into_iter().for_each(|writer| writer.join().unwrap());
    reader.join().unwrap();
    assert_eq!(
        publish(&place, &closed, &document(4, 1)),
        Err(Differs),
        "another document of the same generation"
    );
    assert_eq!(place.load().as_ref().map(|document| document.generation), Some(4));
}

/// Nothing is left in its place after the keyring was closed, whoever was about to put something there.
pub fn nothing_stays_after_close() {
    let place = Arc::new(ArcSwapOption::empty());
    let closed = Arc::new(AtomicBool::new(false));
    let writers: Vec<_> = (1..3)
        .map(|generation| {
            let (place, closed) = (place.clone(), closed.clone());
            thread::spawn(move || drop(publish(&place, &closed, &document(generation, 0))))
        })
        .collect();
    // As `Engine::shut` does.
    closed.swap(true, Ordering::SeqCst);
    place.store(None);
    writers.into_iter().for_each(|writer| writer.join().unwrap());
    assert!(place.load().is_none(), "a key is left in memory");
}
