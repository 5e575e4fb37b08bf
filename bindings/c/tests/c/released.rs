//! The layout of structs, as programs were compiled with it: nothing moves. What is declared beside that is
//! compared in `tests/released`.
#![cfg(target_pointer_width = "64")]

#[path = "../../../../tests/released/record.rs"]
mod record;

use std::collections::BTreeSet;

#[test]
fn structs_keep_their_layout() {
    let mut lines = BTreeSet::new();
    for (name, size, offsets) in strongroom_c::layout() {
        // One that says its size may grow.
        if offsets.first().is_none_or(|(field, _)| *field != "size") {
            lines.insert(format!("{name} has {size} bytes"));
        }
        lines.extend(offsets.iter().map(|(field, offset)| format!("{name}.{field} at {offset}")));
    }
    record::check("layout", &lines, 80);
}
