//! A signal handler that draws nonces repeats none of those that it interrupts.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::cast_possible_truncation, reason = "a test may panic")]

use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

type Nonce = [u8; 12];

const SLOTS: usize = 100_000;
/// What is drawn at least, and what the handler draws at least.
const ENOUGH: usize = 3_000_000;
const FEW: usize = 100;
static DRAWN: [[AtomicU32; 3]; SLOTS] = [const { [const { AtomicU32::new(0) }; 3] }; SLOTS];
static NEXT: AtomicUsize = AtomicUsize::new(0);

extern "C" fn draw(_: libc::c_int) {
    for _ in 0..3 {
        let slot = NEXT.load(Ordering::Relaxed);
        let (Some(cells), Ok(nonce)) = (DRAWN.get(slot), strongroom_entropy::nonce::<12>()) else {
            return;
        };
        NEXT.store(slot + 1, Ordering::Relaxed);
        let (words, _) = nonce.as_chunks();
        for (cell, word) in cells.iter().zip(words) {
            cell.store(u32::from_ne_bytes(*word), Ordering::Relaxed);
        }
    }
}

#[test]
fn a_handler_in_the_middle_of_a_draw_repeats_nothing() {
    // SAFETY: the handler uses nothing but atomics and the thread's pool, which the loop below has used
    // before.
    unsafe { libc::signal(libc::SIGUSR1, draw as extern "C" fn(libc::c_int) as libc::sighandler_t) };
    let mut nonces: Vec<Nonce> = Vec::with_capacity(ENOUGH);
    nonces.push(strongroom_entropy::nonce().unwrap());

    // SAFETY: names this thread, which does not end before the one that signals it.
    let target = unsafe { libc::pthread_self() } as usize;
    let enough = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !enough.load(Ordering::Relaxed) {
                // SAFETY: the thread that is signalled waits for this one.
                unsafe { libc::pthread_kill(target as libc::pthread_t, libc::SIGUSR1) };
                let start = Instant::now();
                while start.elapsed() < Duration::from_micros(20) {
                    std::hint::spin_loop();
                }
            }
        });
        // On a busy machine the other thread may not have had its turn by then.
        let more = |drawn: usize, handled: usize| handled < SLOTS && (drawn < ENOUGH || handled <= FEW);
        while more(nonces.len(), NEXT.load(Ordering::Relaxed)) {
            nonces.push(strongroom_entropy::nonce().unwrap());
        }
        enough.store(true, Ordering::Relaxed);
    });

    let handled = NEXT.load(Ordering::Relaxed);
    assert!(handled > FEW, "only {handled} nonces were drawn by the handler");
    for cells in &DRAWN[..handled] {
        let mut nonce = [0; 12];
        for (place, cell) in nonce.as_chunks_mut::<4>().0.iter_mut().zip(cells) {
            *place = cell.load(Ordering::Relaxed).to_ne_bytes();
        }
        nonces.push(nonce);
    }
    let drawn = nonces.len();
    nonces.sort_unstable();
    assert_ne!(nonces[0], [0; 12]);
    nonces.dedup();
    assert_eq!(nonces.len(), drawn, "repeated nonces, {handled} of {drawn} from the handler");
}
