//! All processes together encrypt no more often under a version than they may, also when they are killed.

use crate::WORKER;
use std::collections::BTreeMap;
use std::time::Duration;
use strongroom::{Directory, KeyType, Keyring};
use strongroom_tests::dice::Dice;
use strongroom_tests::process::{Place, seal};
use strongroom_tests::soak::scaled;

const LIMIT: u64 = 1000;
/// In one folder, so that the documents do not grow for ever.
const KILLS: u64 = 120;

#[test]
fn killed_processes_never_encrypt_more_often_than_the_limit() {
    let folders = scaled(1, 20);
    let mut sum = Said::default();
    for folder in 0..folders {
        let said = campaign(folder);
        sum.refused += said.refused;
        sum.used.extend(said.used.into_iter().map(|((_, version), used)| ((folder, version), used)));
    }
    let (versions, most) = (sum.used.len() as u64, sum.used.values().max().copied().unwrap_or(0));
    let encryptions: u64 = sum.used.values().sum();
    println!(
        "counts: {} kills, {versions} versions, {encryptions} encryptions, {} refusals, at most {most} under one version",
        folders * KILLS,
        sum.refused
    );
    assert!(versions >= 3 * folders && sum.refused >= 3 * folders, "the limit was hardly ever reached");
    assert!(most > LIMIT / 2 && most <= LIMIT, "{most}");
}

/// What the processes said.
#[derive(Default)]
struct Said {
    /// Encryptions by folder and version.
    used: BTreeMap<(u64, usize), u64>,
    refused: u64,
}

impl Said {
    fn read(&mut self, lines: Vec<String>) {
        for line in lines {
            match line.split(' ').collect::<Vec<_>>().as_slice() {
                ["used", version] => *self.used.entry((0, version.parse().unwrap())).or_default() += 1,
                ["refused"] => self.refused += 1,
                ["open"] | ["rotated", _] => {}
                _ => panic!("{line}"),
            }
        }
    }
}

fn campaign(folder: u64) -> Said {
    let mut place = Place::in_memory();
    let ring = Keyring::builder().usage_limit(LIMIT).create(Directory::new(place.keys()), seal()).unwrap();
    let counted = ring.create_key("counted", KeyType::Aes256Gcm96).unwrap();
    let (mut dice, mut said) = (Dice::new(folder), Said::default());
    let start = |place: &mut Place| place.start(WORKER, "count", &["0".to_owned(), LIMIT.to_string()]);
    let mut alive: Vec<_> = (0..8).map(|_| start(&mut place)).collect();
    for kill in 0..KILLS {
        std::thread::sleep(Duration::from_micros(2_000 + dice.below(15_000)));
        let process = alive.remove(dice.below(alive.len() as u64) as usize);
        said.read(process.kill());
        if kill + 8 < KILLS {
            alive.push(start(&mut place));
        }
    }
    ring.refresh().unwrap();
    let versions = counted.info().unwrap().versions;
    for ((_, version), used) in &said.used {
        let leased = versions[version - 1].uses.unwrap();
        assert!(*used <= leased, "version {version} encrypted {used} times, of which {leased} were leased");
        assert!(leased <= LIMIT, "version {version} leased {leased} times");
    }
    said
}
