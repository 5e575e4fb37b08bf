//! The threads of calls that may wait for a seal written in JavaScript.
//!
//! They are not those of Node's pool: of these there are four, and the seal may need one to answer, as
//! whoever looks up the name of a host does.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// Is told whether it is on a thread of its own; where none can be had, it is on that of whoever
/// handed it in.
pub(crate) type Task = Box<dyn FnOnce(bool) + Send>;

/// As many wait for seals at a time; the others wait for them.
const MOST: usize = 16;

/// How long a thread waits for the next task before it ends.
const IDLE: Duration = Duration::from_secs(2);

static CREW: Mutex<Crew> = Mutex::new(Crew { tasks: VecDeque::new(), threads: 0, idle: 0 });
static HANDED_IN: Condvar = Condvar::new();

struct Crew {
    tasks: VecDeque<Task>,
    threads: usize,
    idle: usize,
}

/// Has a task done.
pub(crate) fn hand_in(task: Task) {
    let mut crew = crew();
    crew.tasks.push_back(task);
    if crew.tasks.len() > crew.idle && crew.threads < MOST {
        crew.threads += 1;
        if thread::Builder::new().name("strongroom-seal".to_owned()).spawn(work).is_err() {
            crew.threads -= 1;
        }
    }
    let left = if crew.threads == 0 { crew.tasks.pop_back() } else { None };
    drop(crew);
    match left {
        Some(task) => task(false),
        None => HANDED_IN.notify_one(),
    }
}

fn work() {
    let mut crew = crew();
    loop {
        if let Some(task) = crew.tasks.pop_front() {
            drop(crew);
            task(true);
            crew = self::crew();
            continue;
        }
        crew.idle += 1;
        let (back, waited) = HANDED_IN.wait_timeout(crew, IDLE).unwrap_or_else(PoisonError::into_inner);
        crew = back;
        crew.idle -= 1;
        if waited.timed_out() && crew.tasks.is_empty() {
            crew.threads -= 1;
            return;
        }
    }
}

fn crew() -> MutexGuard<'static, Crew> {
    CREW.lock().unwrap_or_else(PoisonError::into_inner)
}
