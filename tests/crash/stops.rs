//! The process, or the machine, stops at a call.

use crate::Outcomes;
use crate::picture::{Picture, look};
use crate::scene::{Base, Scene, ring_at, write_all};
use strongroom_tests::disk::{Disk, Fault};
use strongroom_tests::soak::scaled;

/// The power goes at a call. Gives the number of disks that were looked at.
pub(crate) fn power_cut(outcomes: &Outcomes<'_>, base: &Base, at: usize) -> usize {
    let (scene, said) = stop(outcomes, base.copy(), at);
    let cuts = scene.disk.power_cuts();
    for (survival, disk) in &cuts {
        let point = format!("{}, power cut at call {at}, {survival:?}", outcomes.operation.name);
        outcomes.check(&look(disk, &scene.written, &point).0, &said, false, &point);
    }
    cuts.len()
}

/// The process is killed at a call. Another one, that was running or is new, goes on; then the power goes.
/// All that it has seen and written is there.
pub(crate) fn kill(outcomes: &Outcomes<'_>, base: &Base, at: usize) -> usize {
    let point = format!("{}, killed at call {at}", outcomes.operation.name);
    let mut tried = 0;
    if let Some(byte) = outcomes.operation.bystander {
        let base = base.copy();
        let bystander = ring_at(&base.disk.process(), byte).unwrap();
        Picture::of(&bystander, &base.written, &point);
        let (scene, said) = stop(outcomes, base, at);
        let point = format!("{point}, a running process goes on");
        bystander.refresh().unwrap();
        let seen = Picture::of(&bystander, &scene.written, &point);
        assert_eq!(
            look(&scene.disk.copy(), &scene.written, &point).0.as_ref(),
            Some(&seen),
            "{point}: a new one sees something else"
        );
        outcomes.check(&Some(seen.clone()), &said, true, &point);
        let mut written = scene.written.clone();
        write_all(&bystander, &mut written, &point);
        tried += lasts(&scene.disk, &Some(seen), &written, at, &point);
    }
    let (scene, said) = stop(outcomes, base.copy(), at);
    let point = format!("{point}, a new process goes on");
    let (seen, ring) = look(&scene.disk, &scene.written, &point);
    outcomes.check(&seen, &said, true, &point);
    let mut written = scene.written.clone();
    if let Some(ring) = &ring {
        write_all(ring, &mut written, &point);
    }
    tried + lasts(&scene.disk, &seen, &written, at, &point)
}

/// Cuts the power: what was seen has to be there, whatever survives, and what was written has to open.
pub(crate) fn lasts(
    disk: &Disk,
    seen: &Option<Picture>,
    written: &[crate::scene::Written],
    at: usize,
    point: &str,
) -> usize {
    let mut tried = 0;
    for (survival, disk) in some(disk.power_cuts(), at) {
        let point = format!("{point}, then power cut, {survival:?}");
        let after = look(&disk, written, &point).0;
        let counted = |picture: &Option<Picture>| picture.as_ref().map(Picture::without_counts);
        assert_eq!(counted(&after), counted(seen), "{point}: what was seen and used is gone");
        tried += 1;
    }
    tried
}

/// Of what a power cut may leave when something else went wrong before, a third, and another third from call
/// to call; in the long form all.
pub(crate) fn some<T>(cuts: Vec<T>, at: usize) -> impl Iterator<Item = T> {
    let step = scaled(3, 1);
    cuts.into_iter().skip(at % step).step_by(step)
}

fn stop(outcomes: &Outcomes<'_>, base: Base, at: usize) -> (Scene, Result<(), strongroom::Error>) {
    let mut scene = Scene::open(base, outcomes.operation.actor);
    scene.process.plan(Some((at, Fault::Death)));
    let said = (outcomes.operation.run)(&mut scene);
    (scene, said)
}
