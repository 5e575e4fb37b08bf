//! How often two values have one index by chance: never at 128 bits, and at few as often as is to be
//! expected.

use crate::users;
use std::collections::HashSet;
use strongroom::BlindIndex;

/// As many values as the tests have time for; the long form has ten times as many.
fn values() -> u32 {
    if std::env::var_os("STRONGROOM_SOAK").is_some_and(|value| value != "0") { 1_000_000 } else { 200_000 }
}

fn distinct(bits: u16) -> u32 {
    let (key, column) = (users(), BlindIndex::new("users.number").bits(bits));
    let values: Vec<String> = (0..values()).map(|number| format!("person-{number}")).collect();
    let indexes = key.index_binary_batch(&values, &column);
    indexes.into_iter().map(Result::unwrap).collect::<HashSet<_>>().len() as u32
}

#[test]
fn no_two_values_have_one_index_of_128_bits() {
    assert_eq!(distinct(128), values());
}

#[test]
fn with_few_bits_so_many_have_one_as_chance_gives() {
    // Of n values in m places, m (1 - (1 - 1/m)^n) are taken: seven deviations around that.
    for bits in [16u16, 24, 32] {
        let (n, m) = (f64::from(values()), 2f64.powi(bits.into()));
        let expected = m * -(n * (-1.0 / m).ln_1p()).exp_m1();
        let collided = n - expected;
        let found = f64::from(distinct(bits));
        let deviation = 7.0 * collided.min(expected).sqrt().max(1.0);
        assert!((found - expected).abs() <= deviation, "{bits} bits: {found} of {n}, expected {expected}");
    }
}
