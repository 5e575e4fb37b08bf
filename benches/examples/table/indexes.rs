//! Blind indexes, of a value as long as an e-mail address.

use crate::rounds::Measure;
use std::hint::black_box;
use strongroom::{BlindIndex, Key, KeySpec, Keyring, Normalize};

const VALUE: &str = "Ingrid.Adeyemi80@mail.example.com";
const NOT_ASCII: &str = "Ingrid.Adéyemi80@mail.example.com";
/// Of a batch.
const ITEMS: usize = 10_000;

pub(crate) fn add(measures: &mut Vec<Measure>) {
    let ring = Keyring::in_memory();
    let key = ring.create_key("users", KeySpec::default()).unwrap();
    let rotated = ring.create_key("rotated", KeySpec::default()).unwrap();
    (0..2).for_each(|_| _ = rotated.rotate().unwrap());
    let derived = ring.create_key("tenants", KeySpec::default().derived(true)).unwrap();
    let (plain, email) =
        (BlindIndex::new("users.email"), BlindIndex::new("users.email").normalize(Normalize::Email));
    let mut add = |work, call: Box<dyn FnMut()>| {
        measures.push(Measure::of(work, VALUE.len(), "Strongroom", call));
    };
    let one = |key: &Key, column: &BlindIndex, value: &'static str| -> Box<dyn FnMut()> {
        let (key, column) = (key.clone(), column.clone());
        Box::new(move || drop(black_box(key.index(black_box(value), &column).unwrap())))
    };
    add("index", one(&key, &plain, VALUE));
    add("index normalised", one(&key, &email, VALUE));
    add("index normalised, not ASCII", one(&key, &email, NOT_ASCII));
    add("index of three versions", one(&rotated, &plain, VALUE));
    let (ours, column) = (key.clone(), email.clone());
    add(
        "index_binary normalised",
        Box::new(move || drop(black_box(ours.index_binary(black_box(VALUE), &column).unwrap()))),
    );
    let (ours, column) = (rotated, email.clone());
    add(
        "indexes under three versions",
        Box::new(move || drop(black_box(ours.indexes(black_box(VALUE), &column).unwrap()))),
    );
    let (view, column) = (derived.context("tenant").unwrap(), email.clone());
    add(
        "index, context seen",
        Box::new(move || drop(black_box(view.index(black_box(VALUE), &column).unwrap()))),
    );
    let values: Vec<String> =
        (0..ITEMS).map(|number| format!("Ingrid.Adeyemi{number:04}@mail.example.com")).collect();
    measures.push(Measure::of_many("index batch", VALUE.len(), "Strongroom", ITEMS as u32, move || {
        drop(black_box(key.index_batch(black_box(&values), &email)));
    }));
}
