//! All processes together encrypt no more often under a version than they may, also when they are killed.

use crate::WORKER;
use std::collections::BTreeMap;
use std::time::Duration;
use strongroom::{Directory, KeyType, Keyring};
use strongroom_tests::dice::Dice;
use strongroom_tests::process::{Place, seal};
use strongroom_tests::soak::scaled;

const LIMIT: u64 = 1000;

#[test]
fn killed_processes_never_encrypt_more_often_than_the_limit() {
    let kills = scaled(120, 2_000);
    let mut place = Place::in_memory();
    let open = || Keyring::builder().usage_limit(LIMIT);
    let ring = open().create(Directory::new(place.keys()), seal()).unwrap();
    let counted = ring.create_key("counted", KeyType::Aes256Gcm96).unwrap();
    let mut dice = Dice::new(1);
    let (mut used, mut refused) = (BTreeMap::<usize, u64>::new(), 0);
    let mut read = |lines: Vec<String>| {
        for line in lines {
            match line.split(' ').collect::<Vec<_>>().as_slice() {
                ["used", version] => *used.entry(version.parse().unwrap()).or_default() += 1,
                ["refused"] => refused += 1,
                ["open"] | ["rotated", _] => {}
                _ => panic!("{line}"),
            }
        }
    };
    let start = |place: &mut Place| place.start(WORKER, "count", &["0".to_owned(), LIMIT.to_string()]);
    let mut alive: Vec<_> = (0..8).map(|_| start(&mut place)).collect();
    for kill in 0..kills {
        std::thread::sleep(Duration::from_micros(2_000 + dice.below(15_000)));
        let process = alive.remove(dice.below(alive.len() as u64) as usize);
        read(process.kill());
        if kill + 8 < kills {
            alive.push(start(&mut place));
        }
    }
    ring.refresh().unwrap();
    let versions = counted.info().unwrap().versions;
    for (version, used) in &used {
        let leased = versions[version - 1].uses.unwrap();
        assert!(*used <= leased, "version {version} encrypted {used} times, of which {leased} were leased");
        assert!(leased <= LIMIT, "version {version} leased {leased} times");
    }
    let most = used.values().max().copied().unwrap_or(0);
    println!(
        "counts: {kills} kills, {} versions, {} encryptions, {refused} refusals, at most {most} encryptions under a version",
        used.len(),
        used.values().sum::<u64>()
    );
    assert!(used.len() >= 3 && refused >= 3, "the limit was hardly ever reached");
    assert!(most > LIMIT / 2 && most <= LIMIT, "{most}");
}
