//! Handles: numbers that stand for objects, safe against being freed twice, mixed up or made up.
//!
//! `u32 generation ‖ u8 kind ‖ u24 index`. A slot's generation rises when its object is freed, so an old
//! number fits no more; a slot whose generations are used up is never filled again. There is no lock: looking
//! up costs two atomic operations, and a child of `fork` finds nothing held by a thread that it does not
//! have.

use crate::failure::Failure;
use crate::object::{Kind, Object};
use arc_swap::ArcSwapOption;
use once_cell::race::OnceBox;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

const INDEX_BITS: u32 = 24;
/// Slots of the first chunk; each further chunk has twice as many.
const FIRST: u32 = 64;
const CHUNKS: usize = 18;

struct Slot {
    generation: AtomicU32,
    /// The next free slot, as its index plus one.
    next: AtomicU32,
    entry: ArcSwapOption<(u64, Object)>,
}

static TABLE: [OnceBox<Box<[Slot]>>; CHUNKS] = [const { OnceBox::new() }; CHUNKS];
/// Slots that were ever used.
static USED: AtomicU32 = AtomicU32::new(0);
/// `u32 counter ‖ u32 index plus one` of the first free slot. The counter tells a slot that was taken and
/// given back from one that stayed.
static FREE: AtomicU64 = AtomicU64::new(0);

/// A number for an object.
pub(crate) fn add(object: Object) -> Result<u64, Failure> {
    let index = take_slot()?;
    let slot = slot(index).ok_or(Failure::Handle)?;
    let number = u64::from(slot.generation.load(Ordering::Acquire)) << 32
        | (object.kind() as u64) << INDEX_BITS
        | u64::from(index);
    slot.entry.store(Some(Arc::new((number, object))));
    Ok(number)
}

/// Calls with the object of a number. It stays until the call ends, even if its handle is freed meanwhile.
#[inline]
pub(crate) fn with<T>(number: u64, call: impl FnOnce(&Object) -> Result<T, Failure>) -> Result<T, Failure> {
    let entry = find(number).ok_or(Failure::Handle)?.entry.load();
    match entry.as_deref() {
        Some((known, object)) if *known == number => call(object),
        _ => Err(Failure::Handle),
    }
}

/// Ends a number of this kind. Zero is no handle, and freeing it does nothing.
pub(crate) fn free(number: u64, kind: Kind) -> Result<(), Failure> {
    if number == 0 {
        return Ok(());
    }
    let slot = find(number).ok_or(Failure::Handle)?;
    let entry = slot.entry.load();
    match entry.as_deref() {
        Some((known, object)) if *known == number && object.kind() == kind => {}
        _ => return Err(Failure::Handle),
    }
    let before = slot.entry.compare_and_swap(&entry, None);
    let ours = matches!((&*before, &*entry), (Some(before), Some(entry)) if Arc::ptr_eq(before, entry));
    if !ours {
        return Err(Failure::Handle);
    }
    if slot.generation.fetch_add(1, Ordering::AcqRel) < u32::MAX - 1 {
        give_slot(index_of(number), slot);
    }
    Ok(())
}

fn index_of(number: u64) -> u32 {
    (number & ((1 << INDEX_BITS) - 1)) as u32
}

fn find(number: u64) -> Option<&'static Slot> {
    let index = index_of(number);
    let (chunk, at) = place(index);
    TABLE.get(chunk)?.get()?.get(at)
}

/// The chunk of an index and the place in it.
fn place(index: u32) -> (usize, usize) {
    let chunk = (index / FIRST + 1).ilog2();
    (chunk as usize, (index - FIRST * ((1 << chunk) - 1)) as usize)
}

fn slot(index: u32) -> Option<&'static Slot> {
    let (chunk, at) = place(index);
    let make = || {
        let slots = (0..(FIRST as usize) << chunk).map(|_| Slot {
            generation: AtomicU32::new(1),
            next: AtomicU32::new(0),
            entry: ArcSwapOption::empty(),
        });
        Box::new(slots.collect())
    };
    TABLE.get(chunk)?.get_or_init(make).get(at)
}

fn take_slot() -> Result<u32, Failure> {
    loop {
        let head = FREE.load(Ordering::Acquire);
        let Some(index) = ((head & 0xFFFF_FFFF) as u32).checked_sub(1) else { break };
        let next = slot(index).map_or(0, |slot| slot.next.load(Ordering::Acquire));
        if FREE.compare_exchange(head, raised(head, next), Ordering::AcqRel, Ordering::Acquire).is_ok() {
            return Ok(index);
        }
    }
    let grown = USED.fetch_update(Ordering::AcqRel, Ordering::Acquire, |used| {
        (used < 1 << INDEX_BITS).then_some(used + 1)
    });
    grown.map_err(|_| Failure::Argument("too many handles are open; free those that are no longer used"))
}

fn give_slot(index: u32, slot: &Slot) {
    loop {
        let head = FREE.load(Ordering::Acquire);
        slot.next.store((head & 0xFFFF_FFFF) as u32, Ordering::Release);
        if FREE.compare_exchange(head, raised(head, index + 1), Ordering::AcqRel, Ordering::Acquire).is_ok() {
            return;
        }
    }
}

fn raised(head: u64, first: u32) -> u64 {
    ((head >> 32) + 1) << 32 | u64::from(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_index_has_a_place_of_its_own() {
        let mut expected = (0, 0);
        for index in 0..100_000 {
            assert_eq!(place(index), expected);
            expected = if expected.1 + 1 == (FIRST as usize) << expected.0 {
                (expected.0 + 1, 0)
            } else {
                (expected.0, expected.1 + 1)
            };
        }
        assert_eq!(
            place((1 << INDEX_BITS) - 1).0,
            CHUNKS,
            "the last indices lie behind the last chunk, and are never given out"
        );
    }
}
