//! Work that several threads do at the same time.

use std::sync::{Mutex, PoisonError};
use std::thread;

/// More than these are never begun for one call.
pub(crate) const MOST_THREADS: usize = 64;

/// Runs tasks in as many threads as there are tasks, of which one is the caller's. Where no further thread
/// can be had, those that there are do all. The results are in the order of the tasks.
pub(crate) fn in_threads<T: Send, R: Send>(tasks: Vec<T>, work: impl Fn(T) -> R + Sync) -> Vec<R> {
    let count = tasks.len();
    let (left, done) = (Mutex::new(tasks.into_iter().enumerate()), Mutex::new(Vec::with_capacity(count)));
    let turn = || {
        loop {
            let next = left.lock().unwrap_or_else(PoisonError::into_inner).next();
            let Some((index, task)) = next else { return };
            let result = work(task);
            done.lock().unwrap_or_else(PoisonError::into_inner).push((index, result));
        }
    };
    thread::scope(|scope| {
        let begun = |_: &usize| thread::Builder::new().spawn_scoped(scope, turn).is_ok();
        (1..count).take_while(begun).count();
        turn();
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, result)| result).collect()
}
