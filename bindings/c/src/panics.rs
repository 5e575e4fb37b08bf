//! A panic to order, for the test of the boundary.

use crate::failure::Status;

/// Panics.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_test_panic() -> Status {
    boundary!({ panic!("to order") })
}
