//! The one thread that a keyring may have: it waits for the store where a data call must not.
//!
//! A store can take any time to answer: another process was stopped while it held the lock of a folder, a
//! disk or a network hangs. So a data call that needs something of the store leaves it to this thread, waits
//! for a while, and goes on with what is known. The thread is started by the first call that has something
//! for it to do, and ends when there was nothing for a while. In a forked child it does not exist: the first
//! call there starts another.

use super::Engine;
use crate::entropy::fork_generation;
use crate::stack;
use crate::store::Store;
use arc_swap::ArcSwapOption;
use std::cell::Cell;
use std::mem;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel, sync_channel};
use std::sync::{Arc, Weak};
use std::time::Duration;

/// Does something, and gives what tells whoever waits for it. That is called once the thread has let go of
/// the keyring, so whoever waits and then drops the last handle closes the keyring itself.
type Job = Box<dyn FnOnce(&Engine) -> Answer + Send>;
type Answer = Box<dyn FnOnce() + Send>;

/// How long the thread waits for the next job before it ends.
const IDLE: Duration = Duration::from_secs(2);

/// How long the thread of a watched store waits for a change before it looks for jobs again.
const WITHIN: Duration = Duration::from_millis(250);

/// The way to the thread of this process.
#[derive(Default)]
pub(super) struct Housekeeper(ArcSwapOption<Crew>);

/// A way to a thread. The thread ends when nobody has it any more.
struct Crew {
    /// The fork generation that it was started in.
    generation: u64,
    jobs: Sender<Job>,
}

thread_local!(static IS_HOUSEKEEPER: Cell<bool> = const { Cell::new(false) });

/// Whether the calling thread is a keyring's own. It never asks a seal: one that is written in another
/// language may need the thread of the call that waits.
pub(super) fn is_housekeeper() -> bool {
    IS_HOUSEKEEPER.try_with(Cell::get).unwrap_or(false)
}

impl Housekeeper {
    /// The thread ends when its last job is done.
    pub(super) fn dismiss(&self) {
        forget_if_inherited(self.0.swap(None));
    }
}

/// What the threads of a parent were doing at their ends of a queue is not known in a child, so it is not
/// touched there.
fn forget_if_inherited(crew: Option<Arc<Crew>>) {
    crew.filter(|crew| crew.generation != fork_generation()).into_iter().for_each(mem::forget);
}

impl Engine {
    /// Does `job` on the housekeeper and waits for it no longer than `patience`. `None` if it is not done by
    /// then; it goes on. Where nobody else has the store, or no thread can be had, it is done here.
    pub(super) fn apart<T: Send + 'static>(
        &self,
        patience: Duration,
        job: impl FnOnce(&Self) -> T + Send + 'static,
    ) -> Option<T> {
        if !self.is_shared || is_housekeeper() {
            return Some(job(self));
        }
        let (answer, wait) = sync_channel(1);
        let job = move |ring: &Self| -> Answer {
            let result = job(ring);
            // Nobody is waiting any more if it took too long.
            Box::new(move || drop(answer.try_send(result)))
        };
        match self.hand_over(Box::new(job)) {
            None => wait.recv_timeout(patience).ok(),
            Some(job) => {
                job(self)();
                wait.try_recv().ok()
            }
        }
    }

    /// Does a job on another thread, without waiting first.
    pub(super) fn later(&self, job: impl FnOnce(&Self) + Send + 'static) {
        self.apart(Duration::ZERO, job);
    }

    /// Gives the job back if there is no thread.
    fn hand_over(&self, mut job: Job) -> Option<Job> {
        for _ in 0..2 {
            let Some(crew) = self.crew() else { break };
            match crew.jobs.send(job) {
                Ok(()) => return None,
                // Its thread is gone, which only a panic of the store does while somebody has the crew.
                Err(back) => job = back.0,
            }
            self.housekeeper.0.compare_and_swap(&Some(crew), None);
        }
        Some(job)
    }

    fn crew(&self) -> Option<Arc<Crew>> {
        let generation = fork_generation();
        let known = self.housekeeper.0.load_full();
        if let Some(crew) = known.as_ref().filter(|crew| crew.generation == generation) {
            return Some(crew.clone());
        }
        let (jobs, queue) = channel();
        let crew = Arc::new(Crew { generation, jobs });
        let house = House {
            ring: self.this.clone(),
            crew: Arc::downgrade(&crew),
            queue,
            watched: self.is_watched.then(|| self.store.clone()),
        };
        std::thread::Builder::new().name("strongroom".to_owned()).spawn(move || house.keep()).ok()?;
        let before = self.housekeeper.0.compare_and_swap(&known, Some(crew.clone()));
        // Another thread of this process may have been faster; then ours ends, since nobody else has it.
        let other = before.as_ref().filter(|other| other.generation == generation).cloned();
        forget_if_inherited(known);
        if self.is_closed() {
            self.housekeeper.dismiss();
        }
        Some(other.unwrap_or(crew))
    }
}

/// What the thread has.
struct House {
    ring: Weak<Engine>,
    crew: Weak<Crew>,
    queue: Receiver<Job>,
    watched: Option<Arc<dyn Store>>,
}

impl House {
    fn keep(self) {
        IS_HOUSEKEEPER.set(true);
        let mut pause = if self.watched.is_some() { Duration::ZERO } else { IDLE };
        loop {
            match (self.queue.recv_timeout(pause), &self.watched) {
                (Ok(job), _) => match self.work(job) {
                    Some(()) => continue,
                    None => return,
                },
                (Err(RecvTimeoutError::Disconnected), _) => return,
                (Err(RecvTimeoutError::Timeout), None) => return self.retire(),
                (Err(RecvTimeoutError::Timeout), Some(store)) => {
                    // Not with the keyring in hand: nobody who drops it is to wait for the store.
                    let Some(since) = self.ring.upgrade().map(|ring| ring.known_epoch()) else { return };
                    let found = store.changed(since, WITHIN);
                    pause = if found.is_ok() { Duration::ZERO } else { WITHIN };
                    let Some(ring) = self.ring.upgrade() else { return };
                    ring.watched(found);
                }
            }
            stack::overwrite_up_to(4 * stack::DEEP);
        }
    }

    /// `None` if there is no keyring any more.
    fn work(&self, job: Job) -> Option<()> {
        let answer = self.ring.upgrade().map(|ring| job(&ring))?;
        // Documents were opened on this stack.
        stack::overwrite_up_to(4 * stack::DEEP);
        answer();
        Some(())
    }

    /// Takes no new callers, and serves those who have come. The queue ends when the last of them has let go
    /// of it.
    fn retire(&self) {
        if let (Some(ring), Some(crew)) = (self.ring.upgrade(), self.crew.upgrade()) {
            ring.housekeeper.0.compare_and_swap(&Some(crew), None);
        }
        while let Ok(job) = self.queue.recv() {
            if self.work(job).is_none() {
                return;
            }
        }
    }
}
