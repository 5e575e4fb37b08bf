//! Generators for crates that ask for one of `rand_core`.

use rand_core::{Infallible, TryCryptoRng, TryRng};
use zeroize::Zeroizing;

use crate::{Error, fill};

/// A generator of `rand_core`: random bytes straight from the operating system, each time.
///
/// Crates draw from a generator what makes a private key, or what a signature must not show. That is secret,
/// so nothing of it comes from the pool, which is for nonces: every draw is a [`fill`], and nothing is kept,
/// so that a forked child has nothing of its parent's.
///
/// ```
/// use rand_core::{TryCryptoRng, TryRng};
/// use strongroom_entropy::{Error, Generator};
/// fn key<R: TryCryptoRng>(generator: &mut R) -> Result<[u8; 32], R::Error> {
///     let mut key = [0; 32];
///     generator.try_fill_bytes(&mut key).map(|()| key)
/// }
/// assert_ne!(key(&mut Generator)?, key(&mut Generator)?);
/// # Ok::<(), Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Generator;

impl TryRng for Generator {
    type Error = Error;

    fn try_next_u32(&mut self) -> Result<u32, Error> {
        let mut word = Zeroizing::new([0; 4]);
        fill(&mut *word)?;
        Ok(u32::from_ne_bytes(*word))
    }

    fn try_next_u64(&mut self) -> Result<u64, Error> {
        let mut word = Zeroizing::new([0; 8]);
        fill(&mut *word)?;
        Ok(u64::from_ne_bytes(*word))
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Error> {
        fill(out)
    }
}

impl TryCryptoRng for Generator {}

/// Lends `work` a generator that does not fail, which is what the crates want that look for primes.
///
/// If the operating system gives no random bytes, `work` is not interrupted, for it could only be by a panic.
/// From then on it is given bytes that are no secret but differ, so that whoever looks for a prime finds one
/// and ends; and what it made is dropped, and the error given instead. Nothing may leave `work` by another
/// way.
///
/// ```
/// use rand_core::{CryptoRng, Rng};
/// fn key<R: CryptoRng + ?Sized>(generator: &mut R) -> [u8; 32] {
///     let mut key = [0; 32];
///     generator.fill_bytes(&mut key);
///     key
/// }
/// assert_ne!(strongroom_entropy::generate(key)?, [0; 32]);
/// # Ok::<(), strongroom_entropy::Error>(())
/// ```
///
/// # Errors
///
/// [`Error`] when the operating system gives no random bytes.
pub fn generate<T>(work: impl FnOnce(&mut Lent) -> T) -> Result<T, Error> {
    generate_from(fill, work)
}

fn generate_from<T>(source: Source, work: impl FnOnce(&mut Lent) -> T) -> Result<T, Error> {
    let mut lent = Lent { source, failed: None };
    let made = work(&mut lent);
    if lent.failed.is_some() { Err(Error::new()) } else { Ok(made) }
}

/// As [`fill`].
type Source = fn(&mut [u8]) -> Result<(), Error>;

/// The generator that [`generate`] lends: a generator of `rand_core` that does not fail.
///
/// ```
/// use strongroom_entropy::{Lent, generate};
/// let number = generate(|generator: &mut Lent| rand_core::Rng::next_u64(generator))?;
/// # Ok::<(), strongroom_entropy::Error>(())
/// ```
#[derive(Debug)]
pub struct Lent {
    source: Source,
    /// How many words that are no secret were given since the source failed.
    failed: Option<u64>,
}

impl Lent {
    fn draw(&mut self, out: &mut [u8]) {
        if self.failed.is_none() && (self.source)(out).is_err() {
            self.failed = Some(0);
        }
        // Also what the source has failed to fill.
        if let Some(given) = &mut self.failed {
            for word in out.chunks_mut(8) {
                *given += 1;
                word.copy_from_slice(&scattered(*given).to_ne_bytes()[..word.len()]);
            }
        }
    }
}

impl TryRng for Lent {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut word = Zeroizing::new([0; 4]);
        self.draw(&mut *word);
        Ok(u32::from_ne_bytes(*word))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut word = Zeroizing::new([0; 8]);
        self.draw(&mut *word);
        Ok(u64::from_ne_bytes(*word))
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Infallible> {
        self.draw(out);
        Ok(())
    }
}

impl TryCryptoRng for Lent {}

/// A number of which every bit depends on every bit of another: the last step of SplitMix64. Not secret.
fn scattered(number: u64) -> u64 {
    let number = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand_core::Rng;
    use std::cell::Cell;
    use std::collections::BTreeSet;

    thread_local! {
        static DRAWS: Cell<u32> = const { Cell::new(0) };
    }

    /// Gives ones three times, then fails.
    fn three_times(out: &mut [u8]) -> Result<(), Error> {
        DRAWS.set(DRAWS.get() + 1);
        if DRAWS.get() > 3 {
            return Err(Error::new());
        }
        out.fill(1);
        Ok(())
    }

    #[test]
    fn what_is_made_of_random_bytes_is_given() {
        DRAWS.set(0);
        let made = generate_from(three_times, |generator| {
            let mut bytes = [0; 5];
            generator.fill_bytes(&mut bytes);
            (generator.next_u32(), generator.next_u64(), bytes)
        });
        assert_eq!(made, Ok((0x0101_0101, 0x0101_0101_0101_0101, [1; 5])));
        assert_eq!(DRAWS.get(), 3);
    }

    #[test]
    fn what_is_made_of_anything_else_is_dropped() {
        DRAWS.set(0);
        let finished = Cell::new(false);
        let made = generate_from(three_times, |generator| {
            // Whoever looks for something finds it, and goes on asking for different bytes.
            let mut seen = BTreeSet::new();
            while generator.next_u32() % 1009 != 17 {}
            for _ in 0..1000 {
                let mut bytes = [0; 29];
                generator.fill_bytes(&mut bytes);
                assert!(bytes.chunks(8).all(|word| word.iter().any(|byte| *byte != 0)), "{bytes:?}");
                seen.insert(bytes);
            }
            finished.set(true);
            seen.len()
        });
        assert_eq!(made, Err(Error::new()));
        assert!(finished.get());
        assert_eq!(DRAWS.get(), 4, "who has failed once is not asked again");
    }

    #[test]
    fn a_source_that_fails_at_the_last_draw_has_failed() {
        DRAWS.set(2);
        assert_eq!(generate_from(three_times, |generator| generator.next_u32()), Ok(0x0101_0101));
        assert_eq!(generate_from(three_times, |generator| generator.next_u32()), Err(Error::new()));
        assert_eq!(generate_from(three_times, |_| "nothing was drawn"), Ok("nothing was drawn"));
    }
}
