//! A call fails, and the process goes on.

use crate::Outcomes;
use crate::picture::{Picture, look};
use crate::scene::{Base, Scene, write_all};
use crate::stops::{lasts, some};
use std::io::ErrorKind;
use strongroom::Error;
use strongroom_tests::disk::{Call, Disk, Fault, Survival};

/// A call fails in one way. Gives the number of disks that were looked at.
pub(crate) fn fail(outcomes: &Outcomes<'_>, base: &Base, at: usize, call: Call, fault: Fault) -> usize {
    let operation = outcomes.operation;
    let point = format!("{}, {fault:?} at call {at}, {call:?}", operation.name);
    let mut scene = Scene::open(base.copy(), operation.actor);
    scene.process.plan(Some((at, fault)));
    let said = (operation.run)(&mut scene);
    assert!(
        matches!(said, Ok(()) | Err(Error::StoreFailed { .. } | Error::Uncertain { .. })),
        "{point}: {said:?}"
    );
    check_flushes(&scene, at, call, fault, operation.many, &point);
    check_uncertain(&scene, &said, operation.many, &point);
    scene.process.plan(None);

    // What a new process sees; on a copy, since looking makes a change last.
    let found = look(&scene.disk.copy(), &scene.written, &point).0;
    outcomes.check(&found, &said, true, &point);
    let mut tried = 1;
    for (survival, disk) in cuts(&scene, at, fault) {
        let point = format!("{point}, then power cut, {survival:?}");
        outcomes.check(&look(&disk, &scene.written, &point).0, &said, false, &point);
        tried += 1;
    }
    if operation.goes_on {
        tried += go_on(outcomes, scene, &said, at, fault, &point);
    }
    tried
}

/// The same process goes on: before it looks at the store again and afterwards. Then the power goes.
fn go_on(
    outcomes: &Outcomes<'_>,
    mut scene: Scene,
    said: &Result<(), Error>,
    at: usize,
    fault: Fault,
    point: &str,
) -> usize {
    let mut tried = 0;
    if let Some(ring) = scene.ring.clone() {
        write_all(&ring, &mut scene.written, point);
        for (survival, disk) in cuts(&scene, at, fault) {
            look(&disk, &scene.written, &format!("{point}, went on, then power cut, {survival:?}"));
            tried += 1;
        }
        ring.refresh().unwrap_or_else(|error| panic!("{point}: {error}"));
        let seen = Picture::of(&ring, &scene.written, &format!("{point}, went on"));
        outcomes.without_counts().check(
            &Some(seen.without_counts()),
            said,
            true,
            &format!("{point}, went on"),
        );
        write_all(&ring, &mut scene.written, point);
        tried += lasts(&scene.disk, &Some(seen), &scene.written, at, &format!("{point}, went on and looked"));
    }
    if matches!(said, Err(Error::StoreFailed { .. })) {
        let point = format!("{point}, done again");
        let again = (outcomes.operation.run)(&mut scene);
        again.unwrap_or_else(|error| panic!("{point}: {error}"));
        for (survival, disk) in cuts(&scene, at, fault) {
            let point = format!("{point}, then power cut, {survival:?}");
            let found = look(&disk, &scene.written, &point).0.map(|found| found.without_counts());
            assert_eq!(found, outcomes.new.as_ref().map(Picture::without_counts), "{point}");
            tried += 1;
        }
    }
    tried
}

/// What a power cut may leave. One kind of error is followed by all of it, the other kinds by some.
fn cuts(scene: &Scene, at: usize, fault: Fault) -> impl Iterator<Item = (Survival, Disk)> {
    let step = if matches!(fault, Fault::Once(ErrorKind::Other) | Fault::Short | Fault::ShortThen(_)) {
        1
    } else {
        5
    };
    some(scene.disk.power_cuts(), at).step_by(step)
}

/// After a flush that failed nothing is flushed again: the second time, a system may say that all is well
/// although it is not.
fn check_flushes(scene: &Scene, at: usize, call: Call, fault: Fault, many: bool, point: &str) {
    if !call.flushes() || many {
        return;
    }
    assert!(!matches!(fault, Fault::Short | Fault::ShortThen(_)));
    let later = scene.process.calls().into_iter().skip(at + 1).filter(|(call, _)| call.flushes()).count();
    assert_eq!(later, 0, "{point}: flushed again");
}

/// Uncertain is what became visible, and nothing else is. What an interrupted process had begun became
/// visible before.
fn check_uncertain(scene: &Scene, said: &Result<(), Error>, many: bool, point: &str) {
    if matches!(said, Err(Error::Uncertain { .. })) && !many {
        assert!(
            scene.process.calls().iter().any(|(call, _)| *call == Call::Rename),
            "{point}: nothing was renamed"
        );
    }
}
