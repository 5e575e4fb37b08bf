//! A column is the singles, value by value, in one buffer.

#[path = "columns/threads.rs"]
mod threads;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use strongroom::{
    Clock, Column, ColumnError, Error, Item, Key, KeySpec, KeyType, Keyring, Memory, OffsetBuffer, Offsets,
    Seal, SecretArray, Values, View,
};

const AEADS: [KeyType; 6] = [
    KeyType::Xaes256Gcm,
    KeyType::Aes256Siv,
    KeyType::Aes256Gcm96,
    KeyType::Aes128Gcm96,
    KeyType::ChaCha20Poly1305,
    KeyType::XChaCha20Poly1305,
];

fn seal() -> Seal {
    Seal::root_key(SecretArray::copy_of(&[7, 1].repeat(16)).unwrap())
}

/// Values with their buffers.
struct Own {
    data: Vec<u8>,
    offsets: OffsetBuffer,
    bitmap: Option<Vec<u8>>,
    given: Vec<Option<Vec<u8>>>,
}

impl Own {
    /// Behind a few bytes that belong to no value, and with garbage where one is null.
    fn new(given: Vec<Option<Vec<u8>>>, is_wide: bool) -> Self {
        let mut data = b"before".to_vec();
        let mut ends = vec![data.len()];
        let mut bitmap = vec![0; given.len().div_ceil(8)];
        for (at, value) in given.iter().enumerate() {
            data.extend_from_slice(value.as_deref().unwrap_or(b"garbage"));
            ends.push(data.len());
            bitmap[at / 8] |= u8::from(value.is_some()) << (at % 8);
        }
        let offsets = if is_wide {
            OffsetBuffer::I64(ends.iter().map(|end| *end as i64).collect())
        } else {
            OffsetBuffer::I32(ends.iter().map(|end| *end as i32).collect())
        };
        let bitmap = given.iter().any(Option::is_none).then_some(bitmap);
        Self { data, offsets, bitmap, given }
    }

    fn values(&self) -> Values<'_> {
        let values = Values::new(&self.data, &self.offsets);
        self.bitmap.as_ref().map_or(values, |bitmap| values.validity(bitmap, 0))
    }
}

fn shown(values: Values<'_>) -> Vec<Option<Vec<u8>>> {
    (0..values.len()).map(|index| values.get(index).map(<[u8]>::to_vec)).collect()
}

/// What a column says, and what its singles say.
type Says = (
    &'static str,
    for<'c> fn(Column<'c>, &'c Own) -> Column<'c>,
    for<'i> fn(Item<'i>, Option<&'i Vec<u8>>) -> Item<'i>,
);

/// As what they are for, in a column of their own: some are not there.
fn says(is_derived: bool, is_convergent: bool) -> Vec<Says> {
    let mut says: Vec<Says> = Vec::new();
    if is_derived {
        says.push(("one context", |column, _| column.context("acme"), |item, _| item.context("acme")));
        says.push((
            "contexts",
            |column, own| column.contexts(own.values()),
            |item, own| match own {
                Some(own) => item.context(own),
                None => item,
            },
        ));
        return says;
    }
    says.push(("nothing", |column, _| column, |item, _| item));
    if !is_convergent {
        says.push(("one aad", |column, _| column.aad("order-17"), |item, _| item.aad("order-17")));
        says.push((
            "aads",
            |column, own| column.aads(own.values()),
            |item, own| match own {
                Some(own) => item.aad(own),
                None => item.aad(""),
            },
        ));
    }
    says
}

/// Holds a column against its singles.
fn check(view: &View, own: &Own, others: &Own, says: Says) {
    let (what, of_column, of_single) = says;
    let column = of_column(Column::new(own.values()), others).refused_as_null();
    let single = |index: usize, item| of_single(item, others.given[index].as_ref());
    let encrypted = view.encrypt_column(&column).unwrap();
    let texts = shown(encrypted.as_values());
    let mut refused = encrypted.refused.iter();
    let mut singles: Vec<Option<Vec<u8>>> = Vec::new();
    for (index, (text, value)) in texts.iter().zip(&own.given).enumerate() {
        let Some(value) = value else {
            assert_eq!(text, &None, "{what}");
            singles.push(None);
            continue;
        };
        match view.encrypt_item(&single(index, Item::plaintext(value))) {
            Ok(other) => {
                let text = std::str::from_utf8(text.as_ref().unwrap()).unwrap();
                assert_eq!(text.len(), other.len(), "{what} {index}");
                let item = Item::ciphertext(text);
                assert_eq!(
                    view.decrypt_item(&single(index, item)).unwrap().expose(),
                    value,
                    "{what} {index}"
                );
                singles.push(Some(other.into_bytes()));
            }
            Err(error) => {
                let refused = refused.next().map(|(index, error)| (*index, error.name()));
                assert_eq!((text, refused), (&None, Some((index, error.name()))), "{what}");
                singles.push(None);
            }
        }
    }
    assert_eq!(refused.next(), None);
    assert_eq!(texts.len(), own.given.len());
    if encrypted.refused.is_empty() {
        assert_eq!(view.encrypted_column_len(&column), Ok(encrypted.values.len()), "{what}");
    }
    // One that does not open, and one that is no text.
    if let Some(Some(text)) = singles.get_mut(5) {
        let last = text.len() - 6;
        text[last] = if text[last] == b'A' { b'B' } else { b'A' };
    }
    if let Some(Some(text)) = singles.get_mut(6) {
        text[3] = 0xFF;
    }
    let of_singles = Own::new(singles, matches!(own.offsets, OffsetBuffer::I64(_)));
    let column = of_column(Column::new(of_singles.values()), others).refused_as_null();
    let decrypted = view.decrypt_column(&column).unwrap();
    let rewrapped = view.rewrap_column(&column).unwrap();
    assert_eq!(decrypted.refused, rewrapped.refused, "{what}");
    let wide = matches!(own.offsets, OffsetBuffer::I64(_));
    assert!(
        [&encrypted.offsets, &decrypted.offsets, &rewrapped.offsets]
            .iter()
            .all(|offsets| matches!(offsets, OffsetBuffer::I64(_)) == wide)
    );
    assert!(view.decrypted_column_len(&column).unwrap() >= decrypted.values.len());
    assert!(view.rewrapped_column_len(&column).unwrap() >= rewrapped.values.len());
    let (plaintexts, renewed) = (shown(decrypted.as_values()), shown(rewrapped.as_values()));
    for (index, text) in of_singles.given.iter().enumerate() {
        let refusal = decrypted.refused.iter().find(|(at, _)| *at == index).map(|(_, error)| error);
        let Some(text) = text else {
            assert_eq!(
                (&plaintexts[index], &renewed[index], refusal),
                (&None, &None, None),
                "{what} {index}"
            );
            continue;
        };
        let Ok(text) = std::str::from_utf8(text) else {
            assert_eq!((&plaintexts[index], refusal), (&None, Some(&Error::Malformed)));
            continue;
        };
        match view.decrypt_item(&single(index, Item::ciphertext(text))) {
            Ok(plaintext) => {
                assert_eq!(plaintexts[index].as_deref(), Some(plaintext.expose()), "{what} {index}");
                let new = view.rewrap_item(&single(index, Item::ciphertext(text))).unwrap();
                let ours = renewed[index].as_ref().unwrap();
                assert_eq!(ours.len(), new.len());
                assert_eq!(ours == text.as_bytes(), new == text, "{what} {index}");
                let ours = std::str::from_utf8(ours).unwrap();
                let again = view.decrypt_item(&single(index, Item::ciphertext(ours))).unwrap();
                assert_eq!(again.expose(), plaintext.expose(), "{what} {index}");
            }
            Err(error) => assert_eq!((&plaintexts[index], refusal), (&None, Some(&error)), "{what} {index}"),
        }
    }
}

#[test]
fn a_column_is_the_singles() {
    let ring = Keyring::in_memory();
    let (mut keys, mut columns) = (0, 0);
    for (number, key_type) in AEADS.into_iter().enumerate() {
        for (kind, spec) in [
            ("plain", KeySpec::new(key_type)),
            ("template", KeySpec::new(key_type).version_template("app-{{version}}-")),
            ("derived", KeySpec::new(key_type).derived(true)),
            ("convergent", KeySpec::new(key_type).derived(true).convergent(true)),
        ] {
            let Ok(key) = ring.create_key(&format!("{kind}-{number}"), spec) else { continue };
            keys += 1;
            let lengths = [16, 0, 1, 255, 256, 257, 15, 64, 2100, 70_000, 33];
            for count in [0, 1, 2, 9, 513] {
                let value = |index: usize| {
                    let len = if index > 20 { lengths[index % 8] } else { lengths[index % 11] };
                    (index % 7 != 4).then(|| (0..len).map(|at| (at * 7 + index) as u8).collect())
                };
                // An empty one is refused, and none is none.
                let other = |index: usize| match index % 10 {
                    7 => Some(Vec::new()),
                    8 => None,
                    number => Some(vec![b'c'; 1 + number / 2]),
                };
                let own = Own::new((0..count).map(value).collect(), count == 9);
                let others = Own::new((0..count).map(other).collect(), count == 2);
                for says in says(kind == "derived" || kind == "convergent", kind == "convergent") {
                    check(&key, &own, &others, says);
                    columns += 1;
                }
            }
        }
    }
    println!("{columns} columns of {keys} keys");
    assert_eq!(keys, 22, "two of the types are not convergent");
    assert!(columns >= 260, "{columns}");
}

#[test]
fn an_old_column_is_renewed_under_another_type_and_a_current_one_comes_back() {
    let key = Keyring::in_memory().create_key("cards", KeyType::Aes256Gcm96).unwrap();
    let own = Own::new((0..1700).map(|i| Some(vec![i as u8; i % 90])).collect(), false);
    let old = key.encrypt_column(&Column::new(own.values())).unwrap();
    key.rotate_to(KeyType::Xaes256Gcm).unwrap();
    let column = Column::new(old.as_values());
    let new = key.rewrap_column(&column).unwrap();
    assert!(shown(new.as_values()).iter().flatten().all(|text| text.starts_with(b"strongroom:v2:")));
    assert_eq!(shown(key.decrypt_column(&Column::new(new.as_values())).unwrap().as_values()), own.given);
    let mut buffer = vec![0; key.rewrapped_column_len(&column).unwrap()];
    assert_eq!(key.rewrap_column_into(&column, &mut buffer).unwrap().values, new.values.len());
    let again = key.rewrap_column(&Column::new(new.as_values())).unwrap();
    assert_eq!((again.values, again.offsets), (new.values, new.offsets));
}

/// Rotates a key when a column asks for the time for the second time, which is when it looks at the key
/// again.
#[derive(Default)]
struct Rotating {
    asked: AtomicU64,
    other: OnceLock<Key>,
    at: AtomicU64,
}

impl Clock for Rotating {
    fn now(&self) -> u64 {
        1_800_000_000_000_000_000
    }

    fn coarse_millis(&self) -> u64 {
        let asked = self.asked.fetch_add(1, Ordering::SeqCst) + 1;
        if asked == self.at.load(Ordering::SeqCst)
            && let Some(other) = self.other.get()
        {
            other.rotate_to(KeyType::Xaes256Gcm).unwrap();
        }
        asked * 1000
    }
}

/// Others may change the key meanwhile: no more than a thousand values are worked on with one look.
#[test]
fn a_rotation_in_the_middle_is_seen() {
    let (store, clock) = (Memory::new(), Arc::new(Rotating::default()));
    let there = Keyring::create(store.clone(), seal()).unwrap();
    let other = there.create_key("cards", KeyType::Aes256Gcm96).unwrap();
    let key = Keyring::builder().clock(clock.clone()).open(store, seal()).unwrap().key("cards").unwrap();
    let own = Own::new((0..2500).map(|_| Some(b"4111".to_vec())).collect(), false);
    key.encrypt_column(&Column::new(own.values())).unwrap();
    clock.other.set(other).ok().unwrap();
    clock.at.store(clock.asked.load(Ordering::SeqCst) + 3, Ordering::SeqCst);
    let encrypted = key.encrypt_column(&Column::new(own.values())).unwrap();
    let texts = shown(encrypted.as_values());
    let first = texts.iter().flatten().position(|text| text.starts_with(b"strongroom:v2:")).unwrap();
    assert!((1..=2000).contains(&first), "{first}");
    assert!(texts[..first].iter().flatten().all(|text| text.starts_with(b"vault:v1:")));
    assert!(texts[first..].iter().flatten().all(|text| text.starts_with(b"strongroom:v2:")));
    assert_eq!(
        shown(key.decrypt_column(&Column::new(encrypted.as_values())).unwrap().as_values()),
        own.given
    );
}

#[test]
fn a_column_meets_versions_that_others_have_made() {
    let (store, clock) = (Memory::new(), Arc::new(Rotating::default()));
    let there = Keyring::create(store.clone(), seal()).unwrap();
    let other = there.create_key("cards", KeyType::Aes256Gcm96).unwrap();
    let key = Keyring::builder().clock(clock).open(store, seal()).unwrap().key("cards").unwrap();
    let encrypt =
        |number: u8| Some(other.encrypt([b'0' + number], strongroom::Aad::NONE).unwrap().into_bytes());
    let mut texts = vec![encrypt(0)];
    for number in 1..4 {
        other.rotate().unwrap();
        texts.push(encrypt(number));
    }
    let own = Own::new(texts.clone(), true);
    assert_eq!(key.decrypt_column(&Column::new(own.values())).unwrap().values.expose(), b"0123");
    let unknown = String::from_utf8(texts[0].clone().unwrap()).unwrap().replace("v1:", "v9:");
    let own = Own::new(vec![texts[1].clone(), Some(unknown.into_bytes()), texts[2].clone()], false);
    let decrypted = key.decrypt_column(&Column::new(own.values()).refused_as_null()).unwrap();
    assert_eq!(
        (decrypted.values.expose(), decrypted.refused),
        (b"12".as_slice(), vec![(1, Error::VersionTooNew)])
    );
}

fn code(refused: ColumnError) -> (Option<usize>, Option<&'static str>) {
    (refused.index, refused.error.detail())
}

#[test]
fn what_is_no_column_is_refused_before_anything_is_done() {
    let key = Keyring::builder().usage_limit(1000).create(Memory::new(), seal()).unwrap();
    let key = key.create_key("cards", KeyType::Aes256Gcm96).unwrap();
    let refused = |column: &Column<'_>| {
        let told = [
            code(key.encrypt_column(column).unwrap_err()),
            code(key.decrypt_column(column).unwrap_err()),
            code(key.rewrap_column(column).unwrap_err()),
            code(key.encrypt_column_into(column, &mut [0; 999]).unwrap_err()),
            code(key.encrypted_column_len(column).unwrap_err().into()),
        ];
        assert!(told.iter().all(|other| *other == told[0]), "{told:?}");
        assert_eq!(told[0].0, None);
        told[0].1.unwrap()
    };
    let data = b"41114242";
    let good = Values::new(data, &[0i32, 4, 8]);
    for offsets in [
        Offsets::I32(&[0, 4, 9]),
        Offsets::I32(&[0, 5, 4]),
        Offsets::I32(&[-1, 4, 8]),
        Offsets::I64(&[0, 4, i64::MAX]),
        Offsets::I64(&[0, i64::MIN, 8]),
    ] {
        let bad = Values::new(data, offsets);
        assert_eq!(refused(&Column::new(bad)), "column_offsets_malformed");
        assert_eq!(refused(&Column::new(good).aads(bad)), "column_offsets_malformed");
        assert_eq!(refused(&Column::new(good).contexts(bad)), "column_offsets_malformed");
    }
    assert_eq!(refused(&Column::new(good.validity(&[], 0))), "column_validity_too_short");
    assert_eq!(refused(&Column::new(good.validity(&[0xFF], 7))), "column_validity_too_short");
    for other in [Values::new(data, &[0i32, 8]), Values::new(data, &[0i64, 1, 2, 3])] {
        assert_eq!(refused(&Column::new(good).aads(other)), "columns_differ");
        assert_eq!(refused(&Column::new(good).contexts(other)), "columns_differ");
    }
    assert_eq!(key.info().unwrap().versions[0].uses, Some(0), "nothing was encrypted");
}

/// Twenty million empty values, whose texts have 110 bytes each.
#[test]
fn what_has_no_room_under_32_bits_is_refused_before_anything_is_done() {
    let key = Keyring::in_memory().create_key("cards", KeyType::Xaes256Gcm).unwrap();
    let narrow = vec![0i32; 20_000_000];
    let column = Column::new(Values::new(b"", &narrow));
    for column in [column.clone(), column.refused_as_null()] {
        assert_eq!(code(key.encrypt_column(&column).unwrap_err()), (None, Some("column_too_large")));
    }
    let wide = vec![0i64; 20_000_000];
    let len = key.encrypted_column_len(&Column::new(Values::new(b"", &wide))).unwrap();
    assert_eq!(len, 19_999_999 * 110);
}

#[test]
fn the_first_value_that_is_refused_ends_the_call_or_each_becomes_null() {
    let ring = Keyring::in_memory();
    let key = ring.create_key("cards", KeySpec::default()).unwrap();
    let own = Own::new((0..9).map(|i| Some(vec![i; 40])).collect(), false);
    let mut encrypted = key.encrypt_column(&Column::new(own.values()).aad("a")).unwrap();
    let OffsetBuffer::I32(ends) = &encrypted.offsets else { panic!("as wide as those that were given") };
    encrypted.values[ends[3] as usize + 30] ^= 1;
    encrypted.values[ends[7] as usize + 3] ^= 1;
    let texts = Column::new(encrypted.as_values()).aad("a");
    let refused = key.decrypt_column(&texts).unwrap_err();
    assert_eq!(refused.index, Some(3));
    let mut buffer = [7; 2000];
    assert_eq!(key.decrypt_column_into(&texts, &mut buffer).unwrap_err(), refused);
    assert!(buffer[..160].iter().all(|byte| *byte == 0), "nothing of the plaintexts is left");
    let decrypted = key.decrypt_column(&texts.refused_as_null()).unwrap();
    assert_eq!(decrypted.refused.iter().map(|(index, _)| *index).collect::<Vec<_>>(), [3, 7]);
    assert_eq!(decrypted.refused[1].1, Error::Malformed);
    assert_eq!(decrypted.validity, Some(vec![0b0111_0111, 0b1]));
    assert_eq!(decrypted.values.len(), 7 * 40);
    // What stands in the way of all stands in the way of each.
    key.disable().unwrap();
    let column = Column::new(own.values());
    let disabled = || Error::KeyDisabled { name: "cards".to_owned() };
    assert_eq!(key.encrypt_column(&column).unwrap_err(), ColumnError { index: Some(0), error: disabled() });
    assert_eq!(key.encrypt_column(&column.clone().refused_as_null()).unwrap().refused.len(), 9);
    ring.close();
    let closed = ColumnError { index: Some(0), error: Error::Closed };
    assert_eq!(key.encrypt_column(&column).unwrap_err(), closed);
    assert_eq!(key.decrypt_column(&column.refused_as_null()).unwrap().refused.len(), 9);
}

#[test]
fn a_buffer_that_may_be_too_small_is_refused_before_anything_is_done() {
    let key = Keyring::in_memory().create_key("cards", KeyType::Aes256Gcm96).unwrap();
    let own = Own::new((0..100).map(|i| Some(vec![i; 40])).collect(), false);
    let column = Column::new(own.values()).refused_as_null();
    let mut buffer = vec![0; key.encrypted_column_len(&column).unwrap()];
    let needed = buffer.len();
    let small = key.encrypt_column_into(&column, &mut buffer[1..]).unwrap_err();
    assert_eq!(small, Error::BufferTooSmall { needed }.into());
    assert_eq!(key.info().unwrap().versions[0].uses, Some(0));
    assert_eq!(key.encrypt_column_into(&column, &mut buffer).unwrap().values, needed);
}

/// What is leased and not spent comes back, also what a batch took at once.
#[test]
fn only_what_was_encrypted_is_counted() {
    let store = Memory::new();
    let ring = Keyring::create(store.clone(), seal()).unwrap();
    let key = ring.create_key("cards", KeyType::Aes256Gcm96).unwrap();
    let own = Own::new((0..1100).map(|i| (i % 10 != 3).then(|| vec![0; 40])).collect(), false);
    // Every tenth aad is empty, which is refused.
    let aads = Own::new((0..1100).map(|i| Some(vec![b'a'; usize::from(i % 10 != 4)])).collect(), false);
    let column = Column::new(own.values()).aads(aads.values()).refused_as_null();
    assert_eq!(key.encrypt_column(&column).unwrap().refused.len(), 110);
    let items = (0..700).map(|i| if i % 7 == 0 { Item::message(b"4111") } else { Item::plaintext(b"4111") });
    assert_eq!(key.encrypt_batch(items).iter().filter(|result| result.is_ok()).count(), 600);
    ring.close();
    let ring = Keyring::open(store, seal()).unwrap();
    assert_eq!(ring.key("cards").unwrap().info().unwrap().versions[0].uses, Some(880 + 600));
}

#[test]
fn no_more_is_encrypted_than_the_limit_allows() {
    let ring = Keyring::builder().usage_limit(1000).create(Memory::new(), seal()).unwrap();
    let key = ring.create_key("cards", KeyType::Aes256Gcm96).unwrap();
    let own = Own::new((0..600).map(|_| Some(vec![0; 40])).collect(), false);
    let column = Column::new(own.values()).refused_as_null();
    assert_eq!(key.encrypt_column(&column).unwrap().refused, []);
    let results = key.encrypt_batch((0..300).map(|_| Item::plaintext(b"4111")));
    assert!(results.iter().all(Result::is_ok));
    let refused = key.encrypt_column(&column).unwrap().refused;
    assert_eq!(refused.first(), Some(&(100, Error::UsageLimitReached)));
    assert_eq!(refused.len(), 500);
}

/// A table that lacks an aad must not lose the binding without a word.
#[test]
fn a_value_whose_aad_or_context_is_null_is_refused() {
    let ring = Keyring::in_memory();
    let own = Own::new(vec![Some(b"one".to_vec()), Some(b"two".to_vec()), None], false);
    let others = Own::new(vec![Some(b"a".to_vec()), None, None], false);
    let cards = ring.create_key("cards", KeyType::Aes256Gcm96).unwrap();
    let refused = cards.encrypt_column(&Column::new(own.values()).aads(others.values())).unwrap_err();
    assert_eq!((refused.index, refused.error.name()), (Some(1), "invalid_aad"));
    let tenants = ring.create_key("tenants", KeySpec::default().derived(true)).unwrap();
    let refused = tenants.encrypt_column(&Column::new(own.values()).contexts(others.values())).unwrap_err();
    assert_eq!((refused.index, refused.error.name()), (Some(1), "context_required"));
}

/// The view that is as lenient as Transit is so for columns too.
#[test]
fn a_column_of_odd_spellings_opens_in_the_lenient_view() {
    let key = Keyring::in_memory().create_key("cards", KeyType::Aes256Gcm96).unwrap();
    let text = key.encrypt(b"4111", strongroom::Aad::NONE).unwrap();
    let own = Own::new(vec![Some(text.replace("v1:", "v01:").into_bytes()), Some(text.into_bytes())], false);
    let column = Column::new(own.values());
    assert_eq!(
        key.decrypt_column(&column).unwrap_err(),
        ColumnError { index: Some(0), error: Error::Malformed }
    );
    assert_eq!(key.transit().decrypt_column(&column).unwrap().values.expose(), b"41114111");
}
