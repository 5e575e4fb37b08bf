//! Children of a process that has a pool already draw other nonces than it does, and than each other.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[path = "children/table.rs"]
mod table;

use std::sync::atomic::{AtomicBool, Ordering};

use rand_core::{Rng, TryRng};
use strongroom_entropy::{Generator, fork_generation, generate};
use table::{Nonce, Spawn, Table, assert_all_differ, child, ended_well, family, fork, nonce};

#[test]
fn a_thousand_forked_children_repeat_nothing() {
    family(fork, 1000, 1000, Vec::new);
}

#[test]
#[cfg(target_os = "linux")]
fn a_thousand_children_of_a_bare_clone_repeat_nothing() {
    family(table::bare_clone, 1000, 1000, Vec::new);
}

/// Children are made while other threads are in the middle of drawing: they must neither repeat what those
/// draw nor wait for something that a vanished thread held.
fn children_of_a_busy_process(spawn: Spawn) {
    let enough = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    let mut drawn = Vec::with_capacity(100_000);
                    while !enough.load(Ordering::Relaxed) {
                        let next = nonce();
                        if drawn.len() < drawn.capacity() {
                            drawn.push(next);
                        }
                    }
                    drawn
                })
            })
            .collect();
        family(spawn, 200, 200, || {
            enough.store(true, Ordering::Relaxed);
            threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
        });
    });
}

#[test]
fn children_forked_while_other_threads_draw_repeat_nothing() {
    children_of_a_busy_process(fork);
}

#[test]
#[cfg(target_os = "linux")]
fn children_cloned_while_other_threads_draw_repeat_nothing() {
    children_of_a_busy_process(table::bare_clone);
}

/// A draw of the one generator, and one of what is lent.
fn of_generators() -> [Nonce; 2] {
    let mut first = [0; 24];
    Generator.try_fill_bytes(&mut first).unwrap();
    let second = generate(|lent| {
        let mut bytes = [0; 24];
        lent.fill_bytes(&mut bytes);
        bytes
    });
    [first, second.unwrap()]
}

#[test]
fn generators_of_forked_children_repeat_nothing() {
    const CHILDREN: usize = 50;
    let table = Table::new(CHILDREN, 2);
    let mut drawn = of_generators().to_vec();
    for row in 0..CHILDREN {
        let child = child(fork, || {
            let [first, second] = of_generators();
            table.set(row, 0, first);
            table.set(row, 1, second);
            true
        });
        drawn.extend(of_generators());
        assert!(ended_well(child));
    }
    drawn.extend(table.cells());
    assert_all_differ(drawn);
}

/// Rows of a child and its child, each written between two forks.
fn a_line_of_descent(first: Spawn, second: Spawn) {
    const FAMILIES: usize = 50;
    let table = Table::new(FAMILIES * 3, 50);
    let mut nonces = vec![nonce()];
    for family in 0..FAMILIES {
        let child = child(first, || {
            let drawn = table.draw_row(family * 3);
            let grandchild = child(second, || table.draw_row(family * 3 + 1));
            drawn && table.draw_row(family * 3 + 2) && ended_well(grandchild)
        });
        nonces.push(nonce());
        assert!(ended_well(child));
    }
    nonces.extend(table.cells());
    assert_all_differ(nonces);
}

#[test]
fn grandchildren_repeat_nothing() {
    a_line_of_descent(fork, fork);
}

#[test]
#[cfg(target_os = "linux")]
fn grandchildren_of_mixed_descent_repeat_nothing() {
    a_line_of_descent(fork, table::bare_clone);
    // Not the other way about: glibc's `fork` takes the lock of its at-fork handlers, which in the child of a
    // bare clone is held for ever when another thread was forking at that moment.
    a_line_of_descent(table::bare_clone, table::bare_clone);
}

/// The generation stays in the parent, and goes up from parent to child to grandchild.
fn generations(spawn: Spawn) {
    let own = fork_generation();
    for _ in 0..20 {
        let child = child(spawn, || {
            let childs = fork_generation();
            let grandchild =
                child(spawn, || fork_generation() > childs && fork_generation() == fork_generation());
            childs > own && ended_well(grandchild) && fork_generation() == childs
        });
        assert!(ended_well(child), "the generation did not go up in a child, or did not stay there");
        assert_eq!(fork_generation(), own);
    }
}

#[test]
fn the_generation_goes_up_in_forked_children() {
    generations(fork);
}

#[test]
#[cfg(target_os = "linux")]
fn the_generation_goes_up_in_children_of_a_bare_clone() {
    generations(table::bare_clone);
}
