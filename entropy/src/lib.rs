//! Random bytes for Strongroom: keys straight from the operating system, nonces from a fork-safe pool per
//! thread.
//!
//! A nonce drawn twice under one AES-GCM key gives away the key that authenticates, and with it every promise
//! the cipher makes. This crate exists so that no two calls of [`nonce`], in any thread, process or child of
//! a process, ever see the same bytes, at a price small enough that nobody is tempted to do it another way.
//!
//! # Why a pool at all
//!
//! A `getrandom` system call takes 360–580 ns, several times an AES-256-GCM encryption of 64 bytes with a
//! ready key, and takes longer the more bytes it is asked for. A thread therefore asks for a seed of 32
//! bytes, expands it to [4,032 bytes](nonce) and hands those out. Only nonces come from there: keys, salts
//! and data keys are made with [`fill`], which keeps nothing. A crate that makes a key with a generator of
//! `rand_core` is given [`Generator`], or what [`generate`] lends if it wants one that does not fail; both
//! are [`fill`] too.
//!
//! # Why no nonce comes twice
//!
//! A pool is `AES(seed, 0) ‖ AES(seed, 1) ‖ … ‖ AES(seed, 251)` with AES-256 under a fresh seed of 256 bits,
//! which is wiped, with the key schedule, before the first nonce is handed out. Each byte of it is handed out
//! once. Nothing is carried from one pool to the next, so there is no state to steal, to fork or to forget.
//!
//! - *Within a pool* AES is a permutation, so its 252 blocks all differ, where random blocks would be equal
//!   now and then. A nonce of 12 bytes is a part of a block or lies across two, so two of a pool may still be
//!   equal, as random nonces may.
//! - *Between pools* the blocks are those of two AES under two seeds that have nothing to do with each other.
//!   Two of `p` seeds are the same with a probability below `p² / 2^257`.
//! - *The bound.* Who can tell pools from random bytes can tell AES-256 from a random permutation, or sees
//!   that no two blocks of a pool are equal: that shows with a probability below `252² / 2^129`, which is
//!   `2^-113`, for each pool. So `q` nonces of `n` bits are all different as random ones are: two are equal
//!   with a probability of at most `q² / 2^(n+1)`, plus `2^-113` for each pool. For 2^32 nonces of 96 bits,
//!   which no key is given more of (SP 800-38D section 8.3), that is `2^-33` and, from 2^24 pools, `2^-89`:
//!   what counts is the length of the nonce, and the pool adds nothing to it. For nonces of 192 bits the
//!   second part is the larger one, and so small that it does not matter.
//!
//! # What could go wrong, and what is done about it
//!
//! **Fork.** A child starts with a copy of its parent's pool. Every draw compares [`fork_generation`] with
//! the generation under which the pool was filled and throws the pool away when they differ. The generation
//! lives in a page that the kernel wipes in every child (`MADV_WIPEONFORK`, Linux 4.14), so that children
//! made by `_Fork` or a bare `clone` are seen too; a `pthread_atfork` handler wipes it a second time, and is
//! the only mechanism on other Unixes. Where the kernel or an emulator does not wipe, Linux has no pool:
//! [`nonce`] then behaves as [`nonce_unbuffered`]. There is no call of `getpid`, and no lock that a vanished
//! thread of the parent could have held.
//!
//! A nonce that was drawn *before* the fork and is used after it in both processes is beyond this crate: draw
//! it directly before the encryption, never ahead of time.
//!
//! **Copies of a running machine.** A virtual machine that is resumed twice from one snapshot, or cloned
//! while it runs (and likewise a process restored by CRIU), has in both copies the same pool, the same
//! generation and the same clock. Nothing in user space notices. The pool holds at most 4,032 bytes and is
//! dropped once it is older than a second, which makes the window small and does not close it, for the
//! guest's clock may stand still in between. On such machines use
//! [`nonce_unbuffered`]: what remains is then the kernel's own generator, which is told of a clone through
//! the hypervisor's `vmgenid` device (Linux 5.18).
//!
//! **Memory that is read later**, as in a core dump or in swap. Bytes are wiped from the pool as they are
//! handed out, and the rest when they grow old and when the thread ends. What a dump can hold is less than
//! 4,032 bytes of *future* nonces, which are not secret: a nonce is sent along with the ciphertext. Nothing
//! that must stay secret comes from the pool. The seed is not in it any more; what the compiler may have left
//! of it on the stack tells nonces that are as public.
//!
//! **Running in the middle of itself.** A signal handler that draws a nonce while its thread draws one finds
//! the pool taken and asks the operating system. A pool that lost its thread (a destructor of another
//! thread-local value that encrypts) does the same. A failed refill leaves an empty pool, never a half-filled
//! one.
//!
//! **No random bytes.** The functions return [`Error`]; there is no second source to fall back to, and no
//! panic.
//!
//! # Limits
//!
//! On Unixes other than Linux a child made without running `pthread_atfork` handlers is not noticed. Handlers
//! run in the order in which they were registered: one that was registered before the first use of this
//! crate, and that draws nonces in the child, would there run too early.
//!
//! The first nonce of a process registers the handler, for which the C library takes a lock. A child of a
//! bare `clone` that draws the first nonce of its line may wait for ever when another thread of its parent
//! was forking at that very moment (as it may in any call of `fork` or `malloc`): draw one in the parent.
//! Later draws take no lock.

//! # Beside that
//!
//! [`stack_left`] has nothing to do with random bytes: it is here because it needs the operating system too,
//! and the library itself has no unsafe code.

#![deny(unsafe_op_in_unsafe_fn)]

mod clock;
mod expand;
mod fork;
mod generator;
mod nonce;
mod os;
mod pool;
mod stack;
#[cfg(feature = "streams")]
pub mod streams;

/// The example of the front page is run as well.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod front_page {}

pub use clock::coarse_millis;
pub use fork::fork_generation;
pub use generator::{Generator, Lent, generate};
pub use nonce::{nonce, nonce_unbuffered};
pub use os::{Error, fill};
pub use stack::stack_left;
