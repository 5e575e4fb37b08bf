//! Processes that change and use one key all at once, without a kill.

use crate::WORKER;
use strongroom::{Aad, Directory, KeyType, Keyring};
use strongroom_tests::process::{Place, seal};
use strongroom_tests::soak::scaled;

#[test]
fn eight_processes_rotate_one_key_a_thousand_times_and_open_each_others_ciphertexts() {
    let rounds = scaled(1, 20);
    let (mut ciphertexts, mut opened_by_others) = (0, 0);
    for _ in 0..rounds {
        let (made, opened) = a_thousand_rotations();
        ciphertexts += made;
        opened_by_others += opened;
    }
    println!(
        "rotations: {} by 8 processes, {ciphertexts} ciphertexts, {opened_by_others} opened by others",
        rounds * 1000
    );
    assert_eq!(ciphertexts, rounds * 4000);
    assert!(opened_by_others >= rounds * 4000);
}

fn a_thousand_rotations() -> (usize, usize) {
    let mut place = Place::in_memory();
    Keyring::create(Directory::new(place.keys()), seal())
        .unwrap()
        .create_key("cards", KeyType::Aes256Gcm96)
        .unwrap();
    let words = |slot: usize| ["0".to_owned(), "125".to_owned(), format!("slot{slot}")];
    let processes: Vec<_> = (0..8).map(|slot| place.start(WORKER, "rotate", &words(slot))).collect();
    let (mut versions, mut ciphertexts, mut opened) = (Vec::new(), Vec::new(), 0);
    for process in processes {
        let (success, lines) = process.wait();
        assert!(success && lines.last().is_some_and(|line| line == "done 125"), "{:?}", lines.last());
        for line in lines {
            match line.split(' ').collect::<Vec<_>>().as_slice() {
                ["rotated", version] => versions.push(version.parse::<u32>().unwrap()),
                ["encrypted", "cards", ciphertext, text] => {
                    ciphertexts.push(((*ciphertext).to_owned(), (*text).to_owned()))
                }
                ["opened", count] => opened += count.parse::<usize>().unwrap(),
                ["done", _] => {}
                _ => panic!("{line}"),
            }
        }
    }
    versions.sort_unstable();
    assert_eq!(
        versions,
        (2..=1001).collect::<Vec<_>>(),
        "versions are not those of a thousand rotations one after the other"
    );
    let ring = Keyring::open(Directory::new(place.keys()), seal()).unwrap();
    let cards = ring.key("cards").unwrap();
    let info = cards.info().unwrap();
    assert_eq!((info.latest_version.get(), info.versions.len()), (1001, 1001));
    assert_eq!(info.labels.len(), 8);
    assert!(info.labels.values().all(|done| done == "125"), "a change was lost: {:?}", info.labels);
    for (ciphertext, text) in &ciphertexts {
        assert_eq!(cards.decrypt(ciphertext, Aad::NONE).unwrap().expose(), text.as_bytes());
    }
    // Everyone closed, so what was leased and not used came back, but for versions that had been rotated away
    // before.
    assert!(
        info.versions.iter().map(|version| version.uses.unwrap()).sum::<u64>() >= ciphertexts.len() as u64
    );
    assert!(ring.check().unwrap().faults.is_empty());
    (ciphertexts.len(), opened)
}
