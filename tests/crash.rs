//! Nothing is lost when the machine stops: every operation, cut off or failing at every call that it makes of
//! the file system.
//!
//! The disk is the one of `src/disk.rs`, which forgets what was not flushed. For each operation and each
//! number N of a call:
//!
//! - the power goes at call N, and every disk that may be left is opened;
//! - the process is killed at call N; those that are running and new ones go on; then the power goes;
//! - call N fails, in several ways; the process goes on and does the operation again; then the power goes.
//!
//! What is found is the old or the new state and nothing between, with every change that was acknowledged and
//! every ciphertext that was returned.

#[path = "crash/failures.rs"]
mod failures;
#[path = "crash/operations.rs"]
mod operations;
#[path = "crash/picture.rs"]
mod picture;
#[path = "crash/scene.rs"]
mod scene;
#[path = "crash/stops.rs"]
mod stops;

use operations::{Exactness, OPERATIONS, Operation};
use picture::{Picture, look};
use scene::Scene;
use std::sync::atomic::{AtomicUsize, Ordering};
use strongroom::Error;
use strongroom_tests::disk::{Call, Fault};
use strongroom_tests::soak::scaled;

#[test]
fn every_operation_is_done_wholly_or_not_at_all() {
    println!("{:28} {:>5} {:>10} {:>6} {:>8}", "operation", "calls", "power cuts", "kills", "failures");
    let taken = AtomicUsize::new(0);
    let next = || OPERATIONS.get(taken.fetch_add(1, Ordering::Relaxed));
    let some = || {
        let _stop = StopOthers(&taken);
        std::iter::from_fn(next).map(try_every_call).collect::<Vec<_>>()
    };
    let totals: Vec<Points> = std::thread::scope(|scope| {
        let others = scope.spawn(some);
        let mut totals = some();
        totals.extend(others.join().unwrap());
        totals
    });
    let sum = |of: fn(&Points) -> usize| totals.iter().map(of).sum::<usize>();
    println!(
        "{:28} {:>5} {:>10} {:>6} {:>8}",
        "all",
        sum(|p| p.calls),
        sum(|p| p.cuts),
        sum(|p| p.kills),
        sum(|p| p.failures)
    );
    let tried = sum(|p| p.cuts + p.kills + p.failures);
    assert!(tried >= scaled(24_000, 60_000), "only {tried} states were looked at");
}

/// When one thread fails, the other begins nothing new.
struct StopOthers<'a>(&'a AtomicUsize);

impl Drop for StopOthers<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.store(OPERATIONS.len(), Ordering::Relaxed);
        }
    }
}

/// How many states were looked at.
#[derive(Debug, Default)]
struct Points {
    /// Calls of the operation.
    calls: usize,
    /// Disks after a power cut.
    cuts: usize,
    /// Kills, each with what survives a power cut later.
    kills: usize,
    /// Calls that failed, each in one way, with what survives a power cut later.
    failures: usize,
}

/// What an operation makes of a keyring: the states that may be found.
struct Outcomes<'a> {
    operation: &'a Operation,
    old: Option<Picture>,
    new: Option<Picture>,
}

impl Outcomes<'_> {
    fn is_old(&self, found: &Option<Picture>) -> bool {
        self.is(found, &self.old)
    }

    fn is_new(&self, found: &Option<Picture>) -> bool {
        self.is(found, &self.new)
    }

    fn is(&self, found: &Option<Picture>, expected: &Option<Picture>) -> bool {
        match self.operation.exactness {
            Exactness::Whole | Exactness::Parts => found == expected,
            Exactness::WithoutCounts => {
                found.as_ref().map(Picture::without_counts) == expected.as_ref().map(Picture::without_counts)
            }
        }
    }

    fn is_either(&self, found: &Option<Picture>) -> bool {
        match (self.operation.exactness, found, &self.old, &self.new) {
            (Exactness::Parts, Some(found), Some(old), Some(new)) => found.is_of_parts(old, new),
            _ => self.is_old(found) || self.is_new(found),
        }
    }

    /// What may be found, after what the operation has said and as long as the machine runs, or after a power
    /// cut.
    fn check(&self, found: &Option<Picture>, said: &Result<(), Error>, is_running: bool, point: &str) {
        let right = match said {
            Ok(()) if self.operation.acknowledges => self.is_new(found),
            Err(Error::StoreFailed { .. }) if !self.operation.is_by_parts => self.is_old(found),
            Err(Error::Uncertain { .. }) if is_running => {
                self.is_new(found) || self.operation.many && self.is_either(found)
            }
            _ => self.is_either(found),
        };
        let found = |other: &Option<Picture>| {
            found.as_ref().zip(other.as_ref()).map(|(found, other)| found.differences(other))
        };
        assert!(
            right,
            "{point}, which said {said:?}\nit differs from the old state in {:#?}\nfrom the new one in {:#?}",
            found(&self.old),
            found(&self.new)
        );
    }

    /// As it was, but for what has been encrypted meanwhile.
    fn without_counts(&self) -> Self {
        let without = |picture: &Option<Picture>| picture.as_ref().map(Picture::without_counts);
        Self { operation: self.operation, old: without(&self.old), new: without(&self.new) }
    }
}

fn try_every_call(operation: &Operation) -> Points {
    let base = (operation.base)();
    let mut scene = Scene::open(base.copy(), operation.actor);
    let old = look(&scene.disk, &scene.written, "before").0;
    scene.process.plan(None);
    (operation.run)(&mut scene)
        .unwrap_or_else(|error| panic!("{} does not work at all: {error}", operation.name));
    let calls: Vec<Call> = scene.process.calls().into_iter().map(|(call, _)| call).collect();
    let new = look(&scene.disk, &scene.written, "afterwards").0;
    assert!(
        operation.changes == (old != new),
        "{}: a test that sees no difference tests nothing",
        operation.name
    );
    drop(scene);

    let outcomes = Outcomes { operation, old, new };
    let mut points = Points { calls: calls.len(), ..Points::default() };
    for at in 0..=calls.len() {
        points.cuts += stops::power_cut(&outcomes, &base, at);
        points.kills += stops::kill(&outcomes, &base, at);
    }
    for (at, call) in calls.iter().enumerate() {
        for fault in faults(*call, calls.len() <= SHORT) {
            points.failures += failures::fail(&outcomes, &base, at, *call, fault);
        }
    }
    println!(
        "{:28} {:>5} {:>10} {:>6} {:>8}",
        operation.name, points.calls, points.cuts, points.kills, points.failures
    );
    let tried = points.cuts + points.kills + points.failures;
    assert!(
        points.calls >= operation.calls,
        "{}: only {} of at least {} calls",
        operation.name,
        points.calls,
        operation.calls
    );
    let floor = operation.points * scaled(2, 5) / 5;
    assert!(tried >= floor, "{}: only {tried} of at least {floor} states", operation.name);
    points
}

/// Operations of at most so many calls are tried with every fault. Longer ones do the same as these, again
/// and again.
const SHORT: usize = 30;

/// The ways in which a call can fail.
fn faults(call: Call, with_all: bool) -> Vec<Fault> {
    use std::io::ErrorKind::{Interrupted, Other, PermissionDenied, ReadOnlyFilesystem, StorageFull};
    let mut faults = vec![Fault::Once(Other)];
    if call.writes() {
        faults.push(Fault::Lasting(StorageFull));
    }
    if with_all {
        faults.extend([Fault::Once(Interrupted), Fault::Once(PermissionDenied)]);
    }
    if with_all && call.writes() {
        faults.extend([Fault::Once(StorageFull), Fault::Lasting(Other), Fault::Lasting(ReadOnlyFilesystem)]);
    }
    match call {
        Call::Write => faults.extend([Fault::Short, Fault::ShortThen(StorageFull), Fault::ShortThen(Other)]),
        Call::Overwrite => faults.push(Fault::Short),
        _ => {}
    }
    faults
}
