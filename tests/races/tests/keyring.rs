//! Keyrings on one store that reseal, trim, restore and count meanwhile, each pausing at any step of any
//! call: nothing is lost, and nobody is stuck.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use strongroom::{
    Aad, Clock, Error, Key, KeyConfig, KeySpec, KeyType, Keyring, Memory, Seal, SecretArray, Version,
};
use strongroom_races::turns::{Paused, Turns};
use strongroom_tests::clock::Told;
use strongroom_tests::soak::scaled;

const ORDERS: u64 = 400;

fn seal() -> Seal {
    Seal::root_key(SecretArray::copy_of(&[7, 1].repeat(16)).unwrap())
}

#[derive(Default)]
struct Done {
    /// With the time when it was begun.
    made: Vec<(String, u64)>,
    rotated: u64,
    /// The version below which all were destroyed, and when that was begun.
    trimmed: Vec<(Version, u64)>,
    resealed: u64,
    restored: u64,
    looked: u64,
}

struct World {
    documents: Memory,
    turns: Arc<Turns>,
    clock: Arc<Told>,
    done: Mutex<Done>,
}

impl World {
    fn new(order: u64) -> Self {
        let world = Self {
            documents: Memory::new(),
            turns: Turns::new(order, ROLES.len()),
            clock: Told::at(1_000_000_000),
            done: Mutex::default(),
        };
        let ring =
            Keyring::builder().clock(world.clock.clone()).create(world.documents.clone(), seal()).unwrap();
        ring.create_key("cards", KeyType::Aes256Gcm96).unwrap();
        world
    }

    fn open(&self, who: usize) -> Keyring {
        Keyring::builder()
            .clock(self.clock.clone())
            .open(Paused::new(self.documents.clone(), &self.turns, who), seal())
            .unwrap()
    }

    fn done(&self, note: impl FnOnce(&mut Done)) {
        note(&mut self.done.lock().unwrap());
    }

    fn reseal(&self, ring: &Keyring) {
        ring.reseal([seal()]).unwrap();
        self.done(|done| done.resealed += 1);
    }

    fn encrypt(&self, ring: &Keyring) {
        let key = ring.key("cards").unwrap();
        for _ in 0..3 {
            let begun = self.clock.now();
            let ciphertext = key.encrypt(b"4111", Aad::NONE).unwrap();
            self.done(|done| done.made.push((ciphertext, begun)));
        }
    }

    fn rotate_and_trim(&self, ring: &Keyring) {
        let key = ring.key("cards").unwrap();
        let latest = key.rotate().unwrap();
        self.done(|done| done.rotated += 1);
        key.configure(KeyConfig::new().min_decryption_version(latest).min_encryption_version(Some(latest)))
            .unwrap();
        refused_too_early(&key, latest);
        self.clock.pass(Duration::from_secs(70));
        let begun = self.clock.now();
        key.trim(latest).unwrap();
        self.done(|done| done.trimmed.push((latest, begun)));
    }

    fn restore(&self, ring: &Keyring) {
        let key =
            ring.create_key("passing", KeySpec::new(KeyType::Aes256Gcm96).deletion_allowed(true)).unwrap();
        let ciphertext = key.encrypt(b"4111", Aad::NONE).unwrap();
        let backup = key.backup(seal()).unwrap();
        ring.delete_key("passing").unwrap();
        let key = ring.restore_key(&backup, seal(), None).unwrap();
        assert_eq!(key.decrypt(&ciphertext, Aad::NONE).unwrap().expose(), b"4111");
        key.encrypt(b"4111", Aad::NONE).unwrap();
        // It is due at once, so somebody may have rotated it before that.
        assert!(
            key.info().unwrap().versions[0].uses >= Some(1 << 31),
            "what was encrypted before the backup is not counted"
        );
        ring.delete_key("passing").unwrap();
        self.done(|done| done.restored += 1);
    }

    fn look(&self, ring: &Keyring) {
        ring.keys().unwrap();
        ring.snapshot_bytes().unwrap();
        ring.rotate_due().unwrap();
        ring.key("cards").unwrap().info().unwrap();
        ring.witness().unwrap();
        let report = ring.check().unwrap();
        assert!(report.faults.is_empty(), "{:?}", report.faults);
        self.done(|done| done.looked += 1);
    }

    /// A fresh keyring finds everything.
    fn hold(&self) {
        let done = self.done.lock().unwrap();
        let ring = Keyring::open(self.documents.clone(), seal()).unwrap();
        let report = ring.check().unwrap();
        assert!(report.faults.is_empty() && !report.unfinished_reseal, "{report:?}");
        let key = ring.key("cards").unwrap();
        let info = key.info().unwrap();
        assert_eq!(u64::from(info.latest_version.get()), 1 + done.rotated, "a rotation was lost");
        assert_eq!(
            info.min_available_version,
            done.trimmed.iter().map(|(version, _)| version.get()).max().unwrap_or(0)
        );
        let mut used = BTreeMap::<u32, u64>::new();
        for (ciphertext, begun) in &done.made {
            let version: u32 = ciphertext.split(':').nth(1).unwrap()[1..].parse().unwrap();
            *used.entry(version).or_default() += 1;
            let destroyed = done.trimmed.iter().find(|(min, _)| version < min.get());
            match (key.decrypt(ciphertext, Aad::NONE), destroyed) {
                (Ok(plaintext), None) => assert_eq!(plaintext.expose(), b"4111"),
                (Err(Error::VersionTooOld), Some((_, trimmed))) => {
                    assert!(begun < trimmed, "made with a version that had been destroyed")
                }
                (other, _) => panic!("{ciphertext}: {other:?}"),
            }
        }
        for (version, used) in used {
            let counted = info.versions[version as usize - 1].uses;
            assert!(
                version < info.min_available_version || counted >= Some(used),
                "version {version}: {used} encryptions, {counted:?} counted"
            );
        }
        assert!(matches!(ring.key("passing"), Err(Error::KeyNotFound { .. })));
    }
}

fn refused_too_early(key: &Key, version: Version) {
    assert!(
        matches!(key.trim(version), Err(Error::InvalidWindow { .. })),
        "a version that was closed just now was destroyed"
    );
}

type Role = fn(&World, &Keyring);

/// What each of six keyrings does, and how often.
const ROLES: [(Role, u64); 6] = [
    (World::reseal, 4),
    (World::reseal, 3),
    (World::encrypt, 6),
    (World::rotate_and_trim, 3),
    (World::restore, 2),
    (World::look, 2),
];

#[test]
fn reseals_trims_restores_and_leases_meet_at_every_step() {
    let orders = scaled(ORDERS, 20_000);
    let seed: u64 = std::env::var("STRONGROOM_SEED").map_or(0, |seed| seed.parse().expect("a number"));
    let (mut steps, mut made, mut lost) = (0, 0, 0);
    for order in seed..seed + orders {
        let world = World::new(order);
        let ran = thread::scope(|scope| {
            for (who, (role, times)) in ROLES.into_iter().enumerate() {
                let world = &world;
                scope.spawn(move || {
                    let place = Paused::new(world.documents.clone(), &world.turns, who);
                    let _working = place.working();
                    let ring = world.open(who);
                    (0..times).for_each(|_| role(world, &ring));
                    ring.close();
                });
            }
            world.turns.conduct()
        });
        println!("order {order}: {ran} steps");
        world.hold();
        let done = world.done.lock().unwrap();
        assert_eq!(
            (done.resealed, done.rotated, done.restored, done.looked),
            (7, 3, 2, 2),
            "in order {order}"
        );
        steps += ran;
        made += done.made.len();
        lost += done.trimmed.len();
    }
    println!("{orders} orders, {steps} steps, {made} ciphertexts, {lost} trims");
    assert!(steps >= orders * 100, "only {steps} steps were put in order");
}
