//! Normalization Forms C and KC (UAX #15).

use super::{Characters, tables};
use zeroize::Zeroizing;

/// What is composed of jamo is computed (The Unicode Standard 16.0, section 3.12).
const SYLLABLES: u32 = 0xac00;
const LEADING: u32 = 0x1100;
const VOWELS: u32 = 0x1161;
/// One before the first of them: none counts as one.
const TRAILING: u32 = 0x11a7;
const LEADING_COUNT: u32 = 19;
const VOWEL_COUNT: u32 = 21;
const TRAILING_COUNT: u32 = 28;
const SYLLABLE_COUNT: u32 = LEADING_COUNT * VOWEL_COUNT * TRAILING_COUNT;

impl Characters {
    /// Normalization Form C.
    pub(crate) fn composed(self) -> Self {
        self.decomposed(false).recomposed()
    }

    /// Normalization Form KC.
    pub(crate) fn compatible(self) -> Self {
        self.decomposed(true).recomposed()
    }

    fn decomposed(self, compatibly: bool) -> Self {
        let mut out = Self::with_room(self.0.len() + self.0.len() / 2);
        self.0.iter().for_each(|character| out.decompose(*character, compatibly));
        out.reorder();
        out
    }

    fn decompose(&mut self, character: char, compatibly: bool) {
        let code = u32::from(character);
        if let Some(at) = code.checked_sub(SYLLABLES).filter(|at| *at < SYLLABLE_COUNT) {
            let (pair, trailing) = (at / TRAILING_COUNT, at % TRAILING_COUNT);
            self.push_code(LEADING + pair / VOWEL_COUNT);
            self.push_code(VOWELS + pair % VOWEL_COUNT);
            if trailing > 0 {
                self.push_code(TRAILING + trailing);
            }
            return;
        }
        let mapped = tables::canonical(character, |to| self.decompose(to, compatibly))
            || compatibly && tables::compatibility(character, |to| self.decompose(to, compatibly));
        if !mapped {
            self.push(character);
        }
    }

    fn push_code(&mut self, code: u32) {
        if let Some(character) = char::from_u32(code) {
            self.push(character);
        }
    }

    /// Sorts each run of marks by their classes; of one class they stay as they are.
    fn reorder(&mut self) {
        let mut at = 0;
        while at < self.0.len() {
            let rest = self.0.get_mut(at..).unwrap_or_default();
            let len = rest.iter().take_while(|character| tables::class(**character) != 0).count();
            let run = rest.get_mut(..len).unwrap_or_default();
            if !run.is_sorted_by_key(|character| tables::class(*character)) {
                sort(run);
            }
            at += len + 1;
        }
    }

    /// Canonical composition, in place.
    fn recomposed(mut self) -> Self {
        // Where the last starter is, and the class of the last mark that stayed behind it.
        let (mut starter, mut before): (Option<usize>, u8) = (None, 0);
        let mut written = 0;
        for at in 0..self.0.len() {
            let Some(character) = self.0.get(at).copied() else { break };
            let class = tables::class(character);
            // A mark of the same class or a higher one in between blocks it, and so does any to a starter.
            let is_blocked = before != 0 && before >= class;
            if !is_blocked
                && let Some(place) = starter.and_then(|at| self.0.get_mut(at))
                && let Some(composed) = compose(*place, character)
            {
                *place = composed;
                continue;
            }
            if class == 0 {
                starter = Some(written);
            }
            before = class;
            if let Some(place) = self.0.get_mut(written) {
                *place = character;
            }
            written += 1;
        }
        // What is behind is wiped with the rest of the memory.
        self.0.truncate(written);
        self
    }
}

/// In memory of its own, and wiped: what the standard library sorts by a key without changing the order of
/// equals, it sorts in memory that nothing wipes.
fn sort(run: &mut [char]) {
    let places = (0u64..).zip(run.iter());
    let mut keys: Zeroizing<Vec<u64>> = Zeroizing::new(Vec::with_capacity(run.len()));
    keys.extend(places.map(|(at, character)| {
        u64::from(tables::class(*character)) << 56 | at << 21 | u64::from(u32::from(*character))
    }));
    keys.sort_unstable();
    for (place, key) in run.iter_mut().zip(keys.iter()) {
        *place = tables::character(*key);
    }
}

fn compose(first: char, second: char) -> Option<char> {
    let (a, b) = (u32::from(first), u32::from(second));
    let within = |code: u32, first: u32, count: u32| code.checked_sub(first).filter(|at| *at < count);
    if let (Some(leading), Some(vowel)) = (within(a, LEADING, LEADING_COUNT), within(b, VOWELS, VOWEL_COUNT))
    {
        return char::from_u32(SYLLABLES + (leading * VOWEL_COUNT + vowel) * TRAILING_COUNT);
    }
    if let (Some(at), Some(trailing)) =
        (within(a, SYLLABLES, SYLLABLE_COUNT), within(b, TRAILING, TRAILING_COUNT))
        && at % TRAILING_COUNT == 0
        && trailing > 0
    {
        return char::from_u32(a + trailing);
    }
    tables::composed(first, second)
}
