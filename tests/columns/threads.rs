//! A column that several threads work on is the one that one of them makes.

use crate::{AEADS, Own, shown};
use strongroom::{Column, ColumnError, Error, KeySpec, KeyType, Keyring, Values};

/// More values than one thread is begun for, some null, with an aad and a context for each.
fn many(count: usize) -> [Own; 3] {
    let value = |at: usize| at.to_string().repeat(at % 7).into_bytes();
    let values = (0..count).map(|at| (at % 11 != 3).then(|| value(at))).collect();
    let others = |what: &str| (0..count).map(|at| Some(format!("{what} {}", at % 50).into_bytes())).collect();
    [
        Own::new(values, count.is_multiple_of(2)),
        Own::new(others("aad"), true),
        Own::new(others("context"), false),
    ]
}

#[test]
fn a_column_in_threads_is_the_column() {
    let ring = Keyring::in_memory();
    for (key_type, count) in AEADS.into_iter().zip([2047, 2048, 2049, 5000, 5003, 9999]) {
        let [own, aads, contexts] = many(count);
        let key = ring.create_key(key_type.name(), KeySpec::new(key_type).derived(true)).unwrap();
        for threads in [0, 2, 3, 64, usize::MAX] {
            let column = Column::new(own.values())
                .aads(aads.values())
                .contexts(contexts.values())
                .refused_as_null()
                .threads(threads);
            let old = key.encrypt_column(&column).unwrap();
            assert_eq!(old.values.len(), key.encrypted_column_len(&column).unwrap());
            assert_eq!((old.validity.as_ref(), &*old.refused), (own.bitmap.as_ref(), &[][..]));
            let texts = Column::new(old.as_values()).aads(aads.values()).contexts(contexts.values());
            let in_one = key.decrypt_column(&texts).unwrap();
            let decrypted = key.decrypt_column(&texts.clone().threads(threads)).unwrap();
            assert_eq!(shown(decrypted.as_values()), own.given);
            assert_eq!(
                (decrypted.values.expose(), &decrypted.offsets, &decrypted.validity),
                (in_one.values.expose(), &in_one.offsets, &in_one.validity)
            );
            key.rotate().unwrap();
            let new = key.rewrap_column(&texts.clone().threads(threads)).unwrap();
            let texts = Column::new(new.as_values()).aads(aads.values()).contexts(contexts.values());
            assert_eq!(shown(key.decrypt_column(&texts).unwrap().as_values()), own.given);
            assert_eq!(key.rewrap_column(&texts.threads(threads)).unwrap().values, new.values);
        }
    }
}

#[test]
fn what_a_thread_refuses_is_the_first_that_is_refused_and_leaves_nothing() {
    let key = Keyring::in_memory().create_key("cards", KeyType::Aes256Siv).unwrap();
    let given: Vec<Option<Vec<u8>>> = (0..6000).map(|at| Some(format!("{at:09}").into_bytes())).collect();
    let own = Own::new(given.clone(), false);
    let column = Column::new(own.values()).threads(4);
    let mut texts = key.encrypt_column(&column).unwrap();
    assert_eq!(texts.values, key.encrypt_column(&column.clone().threads(1)).unwrap().values);
    let len = texts.values.len() / 6000;
    let wrong = [100, 1499, 1500, 4000, 5999];
    wrong.iter().for_each(|at| texts.values[len * at + len - 1] ^= 1);
    let column = Column::new(texts.as_values()).threads(4);
    let mut buffer = vec![0xEE; key.decrypted_column_len(&column).unwrap()];
    let refused = key.decrypt_column_into(&column, &mut buffer).unwrap_err();
    assert_eq!(refused, key.decrypt_column(&column.clone().threads(1)).unwrap_err());
    assert_eq!(refused.index, Some(100));
    assert!(buffer.iter().all(|byte| *byte == 0));

    let whole = key.decrypt_column(&column.clone().refused_as_null()).unwrap();
    assert_eq!(whole.refused.iter().map(|(at, _)| *at).collect::<Vec<_>>(), wrong);
    let expected = given.iter().enumerate().map(|(at, value)| value.clone().filter(|_| !wrong.contains(&at)));
    assert_eq!(shown(whole.as_values()), expected.collect::<Vec<_>>());
    let mut buffer = vec![0xEE; key.decrypted_column_len(&column).unwrap()];
    let end = key.decrypt_column_into(&column.clone().refused_as_null(), &mut buffer).unwrap().values;
    assert_eq!(&buffer[..end], whole.values.expose());
    // No plaintext stays where it was before it was moved.
    let digits = buffer[end..].iter().filter(|byte| byte.is_ascii_digit()).count();
    assert_eq!(digits, 0);

    let short = key.decrypt_column_into(&column, &mut buffer[1..]).unwrap_err();
    assert!(matches!(short, ColumnError { index: None, error: Error::BufferTooSmall { .. } }), "{short}");
    let wide = vec![0i64; 5000];
    let column = Column::new(Values::new(b"", &wide)).threads(2);
    assert_eq!(key.encrypt_column(&column).unwrap().as_values().len(), 4999);
}
