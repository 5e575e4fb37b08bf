//! A credential that is kept, for all threads, until another has to be had.

use crate::deadline::Deadline;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use strongroom::SealError;

/// How long a thread waits for the credential that another is about to get. In a forked child that one is not
/// there any more.
const WAIT: Duration = Duration::from_secs(2);

pub(crate) struct Kept<T> {
    pub(crate) value: T,
    /// From when on another is looked for.
    renew: Option<Instant>,
    /// From when on this one is good for nothing.
    end: Option<Instant>,
}

impl<T> Kept<T> {
    /// For as long as it is not refused.
    pub(crate) const fn until_refused(value: T) -> Self {
        Self { value, renew: None, end: None }
    }

    /// For a time, of which two thirds are used. A time beyond all clocks has no end.
    pub(crate) fn living(value: T, time: Duration) -> Self {
        let now = Instant::now();
        Self { value, renew: now.checked_add(time / 3 * 2), end: now.checked_add(time) }
    }
}

pub(crate) struct Held<T> {
    state: Mutex<State<T>>,
    changed: Condvar,
}

struct State<T> {
    kept: Option<Arc<Kept<T>>>,
    is_under_way: bool,
}

impl<T> Held<T> {
    pub(crate) const fn new() -> Self {
        Self { state: Mutex::new(State { kept: None, is_under_way: false }), changed: Condvar::new() }
    }

    /// The credential, and whether it was there before. Where another could not be had, the one that is there
    /// serves until its end.
    pub(crate) fn current(
        &self,
        deadline: Deadline,
        get: impl Fn(Deadline) -> Result<Kept<T>, SealError>,
    ) -> Result<(Arc<Kept<T>>, bool), SealError> {
        let held = self.lock().kept.clone();
        let Some(kept) = held else { return Ok((self.another(None, deadline, get)?, false)) };
        let is_before = |time: Option<Instant>| time.is_none_or(|time| Instant::now() < time);
        if is_before(kept.renew) {
            return Ok((kept, true));
        }
        let is_good = is_before(kept.end);
        let limit = if is_good { deadline.half() } else { deadline };
        match self.another(Some(&kept), limit, get) {
            Ok(another) => Ok((another, false)),
            Err(_) if is_before(kept.end) => Ok((kept, true)),
            Err(error) => Err(error),
        }
    }

    /// Another than this one, which was refused or comes to its end. Of several threads one gets it.
    pub(crate) fn another(
        &self,
        than: Option<&Arc<Kept<T>>>,
        deadline: Deadline,
        get: impl Fn(Deadline) -> Result<Kept<T>, SealError>,
    ) -> Result<Arc<Kept<T>>, SealError> {
        let mut state = self.lock();
        if state.is_under_way {
            let wait = deadline.left().unwrap_or_default().min(WAIT);
            let waited = self.changed.wait_timeout_while(state, wait, |state| state.is_under_way);
            (state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        }
        let is_other = |kept: &&Arc<Kept<T>>| than.is_none_or(|than| !Arc::ptr_eq(than, kept));
        if let Some(kept) = state.kept.as_ref().filter(is_other) {
            return Ok(kept.clone());
        }
        state.is_under_way = true;
        drop(state);
        let got = get(deadline).map(Arc::new);
        let mut state = self.lock();
        state.is_under_way = false;
        self.changed.notify_all();
        let got = got?;
        state.kept = Some(got.clone());
        Ok(got)
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    const LONG: Duration = Duration::from_secs(3600);

    fn fails(_: Deadline) -> Result<Kept<u8>, SealError> {
        Err(SealError::Failed("away".into()))
    }

    #[test]
    fn of_several_threads_one_gets_it() {
        let (held, count) = (Held::new(), AtomicUsize::new(0));
        let get = |_| {
            std::thread::sleep(Duration::from_millis(100));
            count.fetch_add(1, Ordering::SeqCst);
            Ok(Kept::living(7, LONG))
        };
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| assert_eq!(held.current(Deadline::start(), get).unwrap().0.value, 7));
            }
        });
        assert_eq!(count.load(Ordering::SeqCst), 1);
        // Of those to whom the same was refused, too.
        let (refused, was_held) = held.current(Deadline::start(), get).unwrap();
        assert!(was_held);
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| held.another(Some(&refused), Deadline::start(), get).map(drop).unwrap());
            }
        });
        assert_eq!(count.load(Ordering::SeqCst), 2);
    }

    #[test]
    fn what_nobody_gets_any_more_is_not_waited_for_without_end() {
        let held = Held::new();
        held.lock().is_under_way = true;
        let (got, was_held) = held.current(Deadline::start(), |_| Ok(Kept::until_refused(1))).unwrap();
        assert_eq!((got.value, was_held), (1, false));
    }

    #[test]
    fn what_is_good_serves_where_another_cannot_be_had() {
        let held = Held::new();
        let short = Duration::from_secs(3);
        held.current(Deadline::start(), |_| Ok(Kept::living(1, short))).unwrap();
        std::thread::sleep(Duration::from_millis(2100));
        let (got, was_held) = held
            .current(Deadline::start(), |deadline| {
                assert!(deadline.left().unwrap() < Duration::from_secs(6));
                fails(deadline)
            })
            .unwrap();
        assert_eq!((got.value, was_held), (1, true));
        std::thread::sleep(Duration::from_millis(1000));
        assert!(held.current(Deadline::start(), fails).is_err());
        assert_eq!(held.current(Deadline::start(), |_| Ok(Kept::living(2, short))).unwrap().0.value, 2);
    }

    #[test]
    fn no_time_is_too_long() {
        for seconds in [u64::MAX, u64::MAX / 2, u64::MAX / 3, 1 << 40] {
            let kept = Kept::living(1, Duration::from_secs(seconds));
            assert!(kept.end.is_none_or(|end| end > Instant::now() + LONG));
        }
    }
}
