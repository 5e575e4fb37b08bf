//! Each model in many orders: at random, and with few changes of thread in places where they count.

use std::sync::atomic::{AtomicUsize, Ordering};

use strongroom_races::models::{leases, looks, publishing};

/// Of each way to choose.
const ORDERS: usize = 4_000;

fn explore(model: fn()) {
    let ran = std::sync::Arc::new(AtomicUsize::new(0));
    let count = |ran: &std::sync::Arc<AtomicUsize>| {
        let ran = ran.clone();
        move || {
            ran.fetch_add(1, Ordering::Relaxed);
            model();
        }
    };
    let factor = if std::env::var_os("STRONGROOM_SOAK").is_some_and(|value| value != "0") { 100 } else { 1 };
    shuttle::check_random(count(&ran), ORDERS * factor);
    shuttle::check_pct(count(&ran), ORDERS * factor, 3);
    let ran = ran.load(Ordering::Relaxed);
    println!("{ran} orders");
    assert!(ran >= 2 * ORDERS, "only {ran} orders were tried");
}

#[test]
fn leased_uses_are_spent_once() {
    explore(leases::nothing_is_spent_twice);
}

#[test]
fn one_renews_at_a_time() {
    explore(leases::one_renews_at_a_time);
}

#[test]
fn every_caller_gets_a_look_that_began_after_it_came() {
    explore(looks::every_caller_gets_a_look_that_began_after_it_came);
}

#[test]
fn the_newest_document_stays() {
    explore(publishing::the_newest_stays);
}

#[test]
fn nothing_stays_after_close() {
    explore(publishing::nothing_stays_after_close);
}
