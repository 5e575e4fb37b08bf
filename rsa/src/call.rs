//! One call into AWS-LC: no fork in the middle of it, and no error left behind by it.

use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::thread::sleep;
use std::time::Duration;

/// How many threads are in a call, or about to see that they have to wait.
static CALLS: AtomicUsize = AtomicUsize::new(0);

/// How many threads are about to fork.
static FORKS: AtomicUsize = AtomicUsize::new(0);

/// A call that has begun. A second one in the same thread would wait for a fork that waits for the first, so
/// public functions begin one, and nothing that they use does.
pub(crate) struct Call(());

impl Call {
    /// Waits while a thread forks.
    pub(crate) fn begin() -> Self {
        #[cfg(unix)]
        at_fork::register();
        loop {
            // Each side says what it is about to do and looks at the other then: one of them sees the other.
            CALLS.fetch_add(1, SeqCst);
            if FORKS.load(SeqCst) == 0 {
                return Self(());
            }
            CALLS.fetch_sub(1, SeqCst);
            sleep(PAUSE);
        }
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        // SAFETY: this takes nothing, and empties the queue of errors of this thread.
        unsafe { aws_lc_sys::ERR_clear_error() };
        CALLS.fetch_sub(1, SeqCst);
    }
}

/// Does what draws random bytes from AWS-LC by another interface than this crate's, so that no thread forks
/// in the middle of it. The work must not call this crate.
///
/// A child that is forked while a thread of its parent draws them is aborted when it draws its own.
///
/// ```
/// let drawn = strongroom_rsa::without_fork(|| 4);
/// assert_eq!(drawn, 4);
/// ```
pub fn without_fork<T>(work: impl FnOnce() -> T) -> T {
    let _call = Call::begin();
    work()
}

/// Between two looks at the other side.
const PAUSE: Duration = Duration::from_micros(50);

#[cfg(unix)]
mod at_fork {
    use super::{CALLS, FORKS, PAUSE, SeqCst, sleep};
    use std::sync::atomic::AtomicBool;

    /// How often `fork` looks whether every call has ended: for 10 s at least. A signal handler that forks
    /// within a call would wait for itself.
    const LOOKS: u32 = 200_000;

    /// Once in a process, without a lock that a child could find taken.
    pub(super) fn register() {
        static REGISTERED: AtomicBool = AtomicBool::new(false);
        if !REGISTERED.load(SeqCst) && !REGISTERED.swap(true, SeqCst) {
            // SAFETY: the three functions live as long as the code of this crate. They touch two atomic
            // numbers and sleep, which is allowed in a child too. Without memory for the handlers there are
            // none, and `fork` does not wait.
            unsafe { libc::pthread_atfork(Some(before), Some(in_parent), Some(in_child)) };
        }
    }

    extern "C" fn before() {
        FORKS.fetch_add(1, SeqCst);
        (0..LOOKS).take_while(|_| CALLS.load(SeqCst) != 0).for_each(|_| sleep(PAUSE));
    }

    extern "C" fn in_parent() {
        FORKS.fetch_sub(1, SeqCst);
    }

    /// The child has one thread, which was in no call.
    pub(super) extern "C" fn in_child() {
        CALLS.store(0, SeqCst);
        FORKS.store(0, SeqCst);
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::sync::mpsc::channel;
    use std::thread::spawn;

    /// Forks a child that ends at once with what `work` says, and gives that.
    fn forked(work: impl FnOnce() -> bool) -> bool {
        // SAFETY: the child computes and leaves by `_exit`.
        let child = unsafe { libc::fork() };
        if child == 0 {
            let code = if work() { 7 } else { 8 };
            // SAFETY: ends the child at once.
            unsafe { libc::_exit(code) }
        }
        let mut status = 0;
        // SAFETY: the place for the status is there, and the child is waited for once.
        assert_eq!(unsafe { libc::waitpid(child, &raw mut status, 0) }, child);
        libc::WIFEXITED(status) && libc::WEXITSTATUS(status) == 7
    }

    /// One test, since the counts are those of the process.
    #[test]
    fn forks_wait_for_calls_and_calls_for_forks() {
        static ENDED: AtomicUsize = AtomicUsize::new(0);
        let (told, begun) = channel();
        let thread = spawn(move || {
            let call = Call::begin();
            told.send(()).unwrap();
            sleep(Duration::from_millis(200));
            ENDED.store(1, SeqCst);
            drop(call);
        });
        begun.recv().unwrap();
        assert!(forked(|| ENDED.load(SeqCst) == 1 && CALLS.load(SeqCst) == 0 && FORKS.load(SeqCst) == 0));
        thread.join().unwrap();
        assert_eq!((CALLS.load(SeqCst), FORKS.load(SeqCst)), (0, 0));

        // What `fork` does before it makes the child.
        FORKS.fetch_add(1, SeqCst);
        let thread = spawn(|| drop(Call::begin()));
        sleep(Duration::from_millis(100));
        assert!(!thread.is_finished(), "the call waits");
        FORKS.fetch_sub(1, SeqCst);
        thread.join().unwrap();

        // A child whose parent had calls and forks under way when it waited no longer begins a call.
        CALLS.store(3, SeqCst);
        FORKS.store(2, SeqCst);
        at_fork::in_child();
        drop(Call::begin());
        assert_eq!((CALLS.load(SeqCst), FORKS.load(SeqCst)), (0, 0));
    }
}
