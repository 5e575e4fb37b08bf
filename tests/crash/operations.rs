//! What a process may be doing when it is interrupted.

use crate::scene::{Base, MADE, NOW, Scene, builder, seal, store, write};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use strongroom::{Aad, Error, Import, KeyConfig, KeySpec, KeyType, Keyring, Memory, Version};
use strongroom_tests::disk::{Disk, Fault};

pub(crate) struct Operation {
    pub(crate) name: &'static str,
    pub(crate) base: fn() -> Base,
    /// The seal of the process that does it; `None` if there is no keyring yet.
    pub(crate) actor: Option<u8>,
    /// The seal of another one that has the keyring open.
    pub(crate) bystander: Option<u8>,
    pub(crate) run: fn(&mut Scene) -> Result<(), Error>,
    pub(crate) exactness: Exactness,
    /// Whether it makes several changes, which can be interrupted between them.
    pub(crate) many: bool,
    /// Whether one of these changes can fail without the others.
    pub(crate) is_by_parts: bool,
    /// Whether `Ok` means that it was done.
    pub(crate) acknowledges: bool,
    /// Whether it changes what can be seen.
    pub(crate) changes: bool,
    /// Whether the keyring can be used afterwards.
    pub(crate) goes_on: bool,
    /// At least as many calls, and states looked at in the long form, there must be.
    pub(crate) calls: usize,
    pub(crate) points: usize,
}

/// What has to be as it was, or as it is to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exactness {
    Whole,
    /// For each key, and for the seals, by themselves: as before or as after.
    Parts,
    /// All but the counts of encryptions.
    WithoutCounts,
}

const USUAL: Operation = Operation {
    name: "",
    base: furnished,
    actor: Some(7),
    bystander: Some(8),
    run: |_| Ok(()),
    exactness: Exactness::Whole,
    many: false,
    is_by_parts: false,
    acknowledges: true,
    changes: true,
    goes_on: true,
    calls: 16,
    points: 1_900,
};

pub(crate) const OPERATIONS: &[Operation] = &[
    Operation {
        name: "create",
        base: empty,
        actor: None,
        bystander: None,
        run: create,
        calls: 12,
        points: 700,
        ..USUAL
    },
    Operation {
        name: "create_key",
        run: |scene| scene.ring().create_key("new", KeySpec::default()).and_then(|_| scene.write("new")),
        ..USUAL
    },
    Operation {
        name: "key_or_create",
        run: |scene| scene.ring().key_or_create("new", KeyType::Aes256Siv).and_then(|_| scene.write("new")),
        ..USUAL
    },
    Operation {
        name: "create_key again",
        run: |scene| scene.ring().create_key("gone", KeySpec::default()).and_then(|_| scene.write("gone")),
        ..USUAL
    },
    Operation {
        name: "rotate",
        run: |scene| scene.ring().key("cards")?.rotate().and_then(|_| scene.write("cards")),
        ..USUAL
    },
    Operation {
        name: "rotate_to",
        run: |scene| {
            scene.ring().key("counted")?.rotate_to(KeyType::Xaes256Gcm).and_then(|_| scene.write("counted"))
        },
        ..USUAL
    },
    Operation { name: "configure", run: configure, ..USUAL },
    Operation { name: "trim", run: |scene| scene.ring().key("ready")?.trim(v(2)), ..USUAL },
    Operation { name: "disable", run: |scene| scene.ring().key("cards")?.disable(), ..USUAL },
    Operation {
        name: "enable",
        run: |scene| scene.ring().key("off")?.enable().and_then(|_| scene.write("off")),
        ..USUAL
    },
    Operation { name: "delete_key", run: |scene| scene.ring().delete_key("doomed"), ..USUAL },
    Operation { name: "import_key", run: import_key, ..USUAL },
    Operation { name: "import_version", run: import_version, ..USUAL },
    Operation { name: "restore_key", run: restore_key, ..USUAL },
    Operation {
        name: "add_seal",
        run: |scene| scene.ring().add_seal(seal(9)),
        calls: 12,
        points: 1_500,
        ..USUAL
    },
    Operation {
        name: "rewrap_seals",
        run: |scene| scene.ring().rewrap_seals([]),
        // Nothing that is looked at tells one wrapping from another.
        changes: false,
        calls: 12,
        points: 1_500,
        ..USUAL
    },
    Operation { name: "remove_seal", run: remove_seal, calls: 12, points: 1_500, ..USUAL },
    Operation { name: "reseal", run: |scene| scene.ring().reseal([seal(8), seal(9)]).map(drop), ..RESEAL },
    Operation {
        name: "reseal, the second",
        base: resealed,
        bystander: Some(9),
        run: |scene| scene.ring().reseal([seal(9), seal(10)]).map(drop),
        ..RESEAL
    },
    Operation {
        name: "reseal, interrupted before",
        base: half_resealed,
        run: |scene| scene.ring().reseal([seal(8), seal(9)]).map(drop),
        ..RESEAL
    },
    Operation { name: "snapshot_bytes", run: snapshot, changes: false, calls: 41, points: 1_900, ..USUAL },
    Operation {
        name: "restore_bytes",
        base: elsewhere,
        actor: None,
        bystander: None,
        run: restore,
        many: true,
        calls: 40,
        points: 2_000,
        ..USUAL
    },
    Operation {
        name: "encrypt, the first lease",
        run: |scene| (0..3).try_for_each(|_| scene.write("fresh")),
        ..USUAL
    },
    Operation {
        name: "encrypt, another lease",
        run: |scene| (0..3).try_for_each(|_| scene.write("counted")),
        ..USUAL
    },
    Operation {
        name: "encrypt, an early lease",
        run: renew,
        acknowledges: false,
        exactness: Exactness::WithoutCounts,
        many: true,
        calls: 30,
        points: 2_000,
        ..USUAL
    },
    Operation {
        name: "close",
        run: close,
        acknowledges: false,
        exactness: Exactness::WithoutCounts,
        many: true,
        goes_on: false,
        calls: 55,
        points: 2_200,
        ..USUAL
    },
    Operation {
        name: "rotate_due",
        run: rotate_due,
        exactness: Exactness::Parts,
        many: true,
        is_by_parts: true,
        calls: 90,
        points: 5_000,
        ..USUAL
    },
];

const RESEAL: Operation = Operation {
    calls: 60,
    points: 3_300,
    base: small,
    actor: Some(8),
    exactness: Exactness::Parts,
    many: true,
    ..USUAL
};

/// The keys that something is encrypted with.
pub(crate) const ENCRYPTING: [&str; 8] =
    ["cards", "counted", "fresh", "outside", "ready", "off", "due", "new"];

fn v(number: u32) -> Version {
    Version::new(number).unwrap()
}

fn create(scene: &mut Scene) -> Result<(), Error> {
    scene.ring = Some(builder(NOW).create(store(&scene.process), seal(7))?);
    Ok(())
}

fn configure(scene: &mut Scene) -> Result<(), Error> {
    let info = scene
        .ring()
        .key("counted")?
        .configure(KeyConfig::new().label("team", Some("payments".to_owned())).exportable(true))?;
    assert!(info.exportable && info.labels.len() == 1);
    Ok(())
}

fn import_key(scene: &mut Scene) -> Result<(), Error> {
    scene.ring().import_key(
        "new",
        Import::raw(*b"raw material of another program!"),
        KeyType::XChaCha20Poly1305,
    )?;
    scene.write("new")
}

fn import_version(scene: &mut Scene) -> Result<(), Error> {
    scene.ring().key("outside")?.import_version(Import::raw(*b"further material of that program"))?;
    scene.write("outside")
}

fn restore_key(scene: &mut Scene) -> Result<(), Error> {
    scene.ring().restore_key(&scene.backup, seal(10), Some("new"))?;
    scene.write("new")
}

fn remove_seal(scene: &mut Scene) -> Result<(), Error> {
    let gone = scene.ring().seals()?.into_iter().next().unwrap();
    scene.ring().remove_seal(&gone.kind, &gone.id)
}

fn snapshot(scene: &mut Scene) -> Result<(), Error> {
    let bytes = scene.ring().snapshot_bytes()?;
    let copy = builder(NOW).restore_bytes(&bytes, Memory::new(), seal(7)).unwrap();
    let (copied, there) = (copy.keys().unwrap(), scene.ring().keys()?);
    assert!(copied.iter().all(|name| there.contains(name)));
    // Of a key whose document could not be read just now it is not known that it was deleted.
    for name in there.iter().filter(|name| !copied.contains(name)) {
        assert!(scene.ring().key(name.as_str()).is_err(), "{name} is not in the snapshot");
    }
    Ok(())
}

fn restore(scene: &mut Scene) -> Result<(), Error> {
    scene.ring = Some(builder(NOW).restore_bytes(&scene.snapshot, store(&scene.process), seal(7))?);
    Ok(())
}

/// More than a first lease covers.
fn renew(scene: &mut Scene) -> Result<(), Error> {
    let key = scene.ring().key("fresh")?;
    (0..199).try_for_each(|_| key.encrypt(b"x", Aad::NONE).map(drop))?;
    scene.write("fresh")
}

fn close(scene: &mut Scene) -> Result<(), Error> {
    scene.write("fresh")?;
    scene.write("counted")?;
    scene.ring().close();
    Ok(())
}

fn rotate_due(scene: &mut Scene) -> Result<(), Error> {
    let mut said = Ok(());
    for (name, result) in scene.ring().rotate_due()? {
        match result {
            Ok(version) => {
                assert_eq!(scene.ring().key(name.as_str()).unwrap().info().unwrap().latest_version, version)
            }
            Err(error) => said = Err(error),
        }
    }
    said?;
    scene.write("due")
}

fn nothing(disk: Disk) -> Base {
    Base { disk, written: Vec::new(), backup: Arc::default(), snapshot: Arc::default() }
}

/// A disk without even the folder.
fn empty() -> Base {
    nothing(Disk::new())
}

/// An empty disk, and the snapshot of a keyring.
fn elsewhere() -> Base {
    let base = small();
    // What is in the snapshot opens in its copy; there is nothing before.
    Base { disk: Disk::new(), written: Vec::new(), ..base }
}

/// A keyring with a key in every state.
fn furnished() -> Base {
    static BASE: OnceLock<Base> = OnceLock::new();
    let base = BASE.get_or_init(|| furnish().unwrap());
    base.copy()
}

fn furnish() -> Result<Base, Error> {
    let mut base = nothing(Disk::new());
    let process = base.disk.process();
    let ring = builder(MADE).create(store(&process), seal(7))?;
    ring.add_seal(seal(8))?;
    let written = &mut base.written;
    let cards = ring.create_key("cards", KeySpec::default())?;
    write(&ring, "cards", written)?;
    cards.rotate()?;
    write(&ring, "cards", written)?;
    ring.create_key("counted", KeyType::Aes256Gcm96)?;
    (0..3).try_for_each(|_| write(&ring, "counted", written))?;
    ring.create_key("fresh", KeyType::ChaCha20Poly1305)?;
    ring.create_key("signer", KeyType::Ed25519)?;
    for name in ["gone", "doomed"] {
        ring.create_key(name, KeySpec::default().deletion_allowed(true))?;
    }
    ring.delete_key("gone")?;
    ring.import_key(
        "outside",
        Import::raw(*b"a key that was made elsewhere...").allow_rotation(true),
        KeyType::XChaCha20Poly1305,
    )?;
    write(&ring, "outside", written)?;
    let ready = ring.create_key("ready", KeySpec::default())?;
    ready.rotate()?;
    ready.configure(KeyConfig::new().min_decryption_version(v(2)).min_encryption_version(Some(v(2))))?;
    write(&ring, "ready", written)?;
    let off = ring.create_key("off", KeySpec::default())?;
    write(&ring, "off", written)?;
    off.disable()?;
    for name in ["due", "due-too"] {
        ring.create_key(name, KeySpec::default().auto_rotate_period(Duration::from_secs(3600)))?;
    }
    write(&ring, "due", written)?;
    base.snapshot = Arc::new(ring.snapshot_bytes()?);
    let other = Keyring::in_memory();
    base.backup = Arc::new(other.create_key("there", KeySpec::default())?.backup(seal(10))?);
    ring.close();
    Ok(base)
}

/// A keyring with a document of each kind, for operations that go through all of them.
fn small() -> Base {
    static BASE: OnceLock<Base> = OnceLock::new();
    let make = || -> Result<Base, Error> {
        let mut base = nothing(Disk::new());
        let ring = builder(MADE).create(store(&base.disk.process()), seal(7))?;
        ring.add_seal(seal(8))?;
        ring.create_key("counted", KeyType::Aes256Gcm96)?;
        write(&ring, "counted", &mut base.written)?;
        ring.create_key("gone", KeySpec::default().deletion_allowed(true))?;
        ring.delete_key("gone")?;
        base.snapshot = Arc::new(ring.snapshot_bytes()?);
        Ok(base)
    };
    BASE.get_or_init(|| make().unwrap()).copy()
}

fn resealed() -> Base {
    let base = small();
    let scene = Scene::open(base.copy(), Some(8));
    scene.ring().reseal([seal(8), seal(9)]).unwrap();
    Base { disk: scene.disk, ..base }
}

/// A process that resealed was killed half way.
fn half_resealed() -> Base {
    let base = small();
    let attempt = |at| {
        let scene = Scene::open(base.copy(), Some(8));
        scene.process.plan(at);
        let said = scene.ring().reseal([seal(8), seal(9)]);
        (scene, said)
    };
    let calls = attempt(None).0.process.calls().len();
    let (scene, said) = attempt(Some((calls / 2, Fault::Death)));
    said.unwrap_err();
    Base { disk: scene.disk, ..base }
}
