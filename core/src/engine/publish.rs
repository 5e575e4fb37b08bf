//! Making a document what the handles of its slot see.

use crate::sync::ArcSwapOption;
use crate::sync::atomic::{AtomicBool, Ordering};
use std::cmp;
use std::sync::Arc;

/// There is another document of the same generation, or a newer one under an older root key: one of the two
/// was not written by the rules.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Differs;

/// What a document is compared by.
pub(super) trait Generation {
    /// `None` if one of the two cannot follow the other.
    fn compare(&self, other: &Self) -> Option<cmp::Ordering>;
}

/// Puts a document into its place unless a newer one is there, which another thread has opened meanwhile, or
/// the same. It does not stay in the place of a keyring that was closed: whoever closes says so first and
/// empties the places then, so one of the two sees the other.
pub(super) fn publish<T: Generation>(
    place: &ArcSwapOption<T>,
    closed: &AtomicBool,
    new: &Arc<T>,
) -> Result<(), Differs> {
    let mut current = place.load();
    loop {
        match current.as_ref().map(|known| new.compare(known)) {
            Some(None) => return Err(Differs),
            Some(Some(cmp::Ordering::Less | cmp::Ordering::Equal)) => return Ok(()),
            Some(Some(cmp::Ordering::Greater)) | None => {}
        }
        let before = place.compare_and_swap(&*current, Some(new.clone()));
        let swapped = match (before.as_ref(), current.as_ref()) {
            (None, None) => true,
            (Some(a), Some(b)) => Arc::ptr_eq(a, b),
            _ => false,
        };
        if swapped {
            if closed.load(Ordering::SeqCst) {
                place.store(None);
            }
            return Ok(());
        }
        current = before;
    }
}
