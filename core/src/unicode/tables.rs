//! What the tables say of a character. A row is three numbers of 21 bits in one of 64, sorted by the first.
#![allow(clippy::unreadable_literal, reason = "the tables are generated")]

mod canonical;
mod classes;
mod compatibility;
mod composed;
mod digits;
mod expansions;
mod folding;

use canonical::CANONICAL;
use classes::CLASSES;
use compatibility::COMPATIBILITY;
use composed::COMPOSED;
use digits::ZEROS;
use expansions::{EXPANDED, EXPANSIONS};
use folding::{FOLDED, FOLDS, LONGER_FOLDS};

const BITS: u32 = 21;
const PART: u64 = (1 << BITS) - 1;

/// The three numbers.
fn parts(row: u64) -> [u32; 3] {
    [(row >> (2 * BITS) & PART) as u32, (row >> BITS & PART) as u32, (row & PART) as u32]
}

/// The row of a character, or of the nearest one before it.
fn row(table: &[u64], code: u32) -> Option<[u32; 3]> {
    let behind = table.partition_point(|row| *row >> (2 * BITS) <= u64::from(code));
    table.get(behind.checked_sub(1)?).copied().map(parts)
}

/// The character in the last bits of a number. The tables have no others.
pub(super) fn character(bits: u64) -> char {
    char::from_u32((bits & PART) as u32).unwrap_or(char::REPLACEMENT_CHARACTER)
}

fn of(code: u32) -> char {
    character(u64::from(code))
}

/// Gives what a character decomposes to canonically in one step, if it does.
pub(super) fn canonical(from: char, mut to: impl FnMut(char)) -> bool {
    let code = u32::from(from);
    // The first one that does.
    if code < 0xc0 {
        return false;
    }
    let Some([_, first, second]) = row(&CANONICAL, code).filter(|row| row[0] == code) else { return false };
    to(of(first));
    if second != 0 {
        to(of(second));
    }
    true
}

/// Gives what a character decomposes to compatibly in one step, if it does.
pub(super) fn compatibility(from: char, mut to: impl FnMut(char)) -> bool {
    let code = u32::from(from);
    // The first one that does.
    if code < 0xa0 {
        return false;
    }
    if let Some([first, count, target]) = row(&COMPATIBILITY, code)
        && code - first < count
    {
        to(of(target + (code - first)));
        return true;
    }
    longer(&EXPANSIONS, &EXPANDED, code, to)
}

/// Gives what a character folds to, which may be itself.
pub(super) fn fold(from: char, mut to: impl FnMut(char)) {
    if from.is_ascii() {
        return to(from.to_ascii_lowercase());
    }
    let code = u32::from(from);
    if let Some([first, counted, target]) = row(&FOLDS, code) {
        // Every one of a run, or every second one.
        let (count, step) = (counted >> 1, (counted & 1) + 1);
        let beyond = code - first;
        if beyond.is_multiple_of(step) && beyond / step < count {
            return to(of(target + beyond));
        }
    }
    if !longer(&LONGER_FOLDS, &FOLDED, code, &mut to) {
        to(from);
    }
}

fn longer(rows: &[u64], pool: &[u16], code: u32, to: impl FnMut(char)) -> bool {
    let Some([_, at, len]) = row(rows, code).filter(|row| row[0] == code) else { return false };
    let (at, len) = (at as usize, len as usize);
    pool.get(at..at + len).unwrap_or_default().iter().map(|code| of(u32::from(*code))).for_each(to);
    true
}

/// The combining class.
pub(super) fn class(character: char) -> u8 {
    let code = u32::from(character);
    // The first one that has one.
    if code < 0x300 {
        return 0;
    }
    match row(&CLASSES, code) {
        Some([first, count, class]) if code - first < count => (class & 0xff) as u8,
        _ => 0,
    }
}

/// What two characters are composed to.
pub(super) fn composed(first: char, second: char) -> Option<char> {
    let pair = [u32::from(first), u32::from(second)];
    let row = |place: &u16| CANONICAL.get(usize::from(*place)).copied().map(parts);
    let found = COMPOSED
        .binary_search_by(|place| row(place).map_or([0; 2], |[_, first, second]| [first, second]).cmp(&pair));
    found.ok().and_then(|at| COMPOSED.get(at)).and_then(row).map(|[code, ..]| of(code))
}

/// The digit of a decimal digit.
pub(super) fn digit(character: char) -> Option<char> {
    let code = u32::from(character);
    let zero = ZEROS.get(ZEROS.partition_point(|zero| *zero <= code).checked_sub(1)?)?;
    char::from_digit(code - zero, 10)
}
