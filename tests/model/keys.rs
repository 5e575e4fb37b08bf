//! Steps on one key.

use strongroom::{Aad, Import, Item, Key, KeyConfig, Store, Version};

use crate::look;
use crate::messages::{self, CONTEXTS};
use crate::op::Op;
use crate::shape::{SHAPES, TYPES, added, fresh, known, raw, spec};
use crate::state::KeyModel;
use crate::world::{NAMES, World, expect, seal};

pub(crate) fn v(number: u32) -> Version {
    Version::new(number).expect("a version")
}

pub(crate) fn act<S: Store + Clone + 'static>(world: &mut World<S>, who: usize, name: usize, op: &Op) {
    match op {
        Op::Create { shape, deletion_allowed, exportable } => {
            let shape = SHAPES[shape % SHAPES.len()];
            let spec = spec(shape).deletion_allowed(*deletion_allowed).exportable(*exportable);
            let created = world.handles[who].ring.create_key(NAMES[name], spec);
            let (material, hmac_key) = (world.number(), world.number());
            let state = fresh(world, shape, material, hmac_key, None);
            add(
                world,
                who,
                name,
                created,
                KeyModel { deletion_allowed: *deletion_allowed, exportable: *exportable, ..state },
            );
        }
        Op::Import { shape, material, allow_rotation } => {
            let shape = SHAPES[shape % SHAPES.len()];
            let import = Import::raw(raw(shape.0, *material)).allow_rotation(*allow_rotation);
            let created =
                world.handles[who].ring.import_key(NAMES[name], import, spec(shape).exportable(true));
            let hmac_key = world.number();
            let state = fresh(world, shape, known(shape.0, *material), hmac_key, Some(*allow_rotation));
            add(world, who, name, created, KeyModel { exportable: true, ..state });
        }
        Op::Restore { backup } => restore(world, who, name, *backup),
        Op::Delete => {
            let deleted = world.handles[who].ring.delete_key(NAMES[name]);
            match world.truth(name).map(|key| key.deletion_allowed) {
                None => expect("delete", &deleted, &["key_not_found"].into()),
                Some(false) => expect("delete", &deleted, &["deletion_not_allowed"].into()),
                Some(true) => {
                    deleted.unwrap();
                    world.changed(who, name, None);
                }
            }
        }
        _ => {
            let Some(key) = handle(world, who, name) else { return };
            match op {
                Op::Make { version, context, aad, message } => {
                    messages::make(world, who, name, &key, *version, *context, *aad, *message)
                }
                Op::Mac { version, context, message } => {
                    messages::mac(world, who, name, &key, *version, *context, *message)
                }
                Op::Issue { version, context, aad, message } => {
                    messages::issue(world, who, name, &key, *version, *context, *aad, *message)
                }
                Op::Index { version, context, message } => {
                    messages::index(world, who, name, &key, *version, *context, *message)
                }
                Op::Read { made, wrong_context, wrong_aad, wrong_message } => {
                    messages::read(world, who, name, &key, *made, *wrong_context, *wrong_aad, *wrong_message);
                }
                Op::Rewrap { made, wrong_aad } => messages::rewrap(world, who, name, &key, *made, *wrong_aad),
                Op::Export => look::export(world, who, name, &key),
                Op::Info => look::info(world, who, name, &key),
                _ => manage(world, who, name, &key, op),
            }
        }
    }
}

/// A handle that was kept, or a new one. Of a name that stands for no key there is none.
fn handle<S: Store + Clone + 'static>(world: &mut World<S>, who: usize, name: usize) -> Option<Key> {
    if let Some(key) = world.handles[who].keys.get(&name) {
        return Some(key.clone());
    }
    let found = world.handles[who].ring.key(NAMES[name]);
    let believed = world.believed(who, name);
    match found {
        Ok(key) => {
            assert!(believed.iter().any(Option::is_some), "a key was found that never was");
            world.handles[who].keys.insert(name, key.clone());
            Some(key)
        }
        Err(error) => {
            assert_eq!(error.name(), "key_not_found");
            assert!(believed.iter().any(Option::is_none), "a key was not found");
            None
        }
    }
}

/// Changes work on what the store has, whatever the handle has seen.
fn manage<S: Store + Clone + 'static>(world: &mut World<S>, who: usize, name: usize, key: &Key, op: &Op) {
    let (now, delay) = (world.now(), world.delay());
    let truth = world.truth(name).cloned();
    let predicted = |refusals: &dyn Fn(&KeyModel) -> crate::state::Refusals| {
        truth.as_ref().map_or(["key_not_found"].into(), refusals)
    };
    match op {
        Op::Rotate | Op::RotateTo { .. } => {
            let to = if let Op::RotateTo { to } = op { Some(TYPES[to % TYPES.len()]) } else { None };
            let rotated = to.map_or_else(|| key.rotate(), |to| key.rotate_to(to));
            expect("rotate", &rotated, &predicted(&|key| key.rotate(to)));
            if let Ok(version) = rotated {
                let (material, hmac_key) = (world.number(), world.number());
                world.change(who, name, |key| {
                    key.add(added(to.unwrap_or(key.key_type()), material, hmac_key, false), now)
                });
                assert_eq!(version.get(), world.truth(name).expect("a key").latest());
            }
        }
        Op::ImportVersion { material } => {
            let Some(key_type) = truth.as_ref().map(KeyModel::key_type) else { return };
            let imported = key.import_version(Import::raw(raw(key_type, *material)));
            expect(
                "import_version",
                &imported,
                &predicted(&|key| key.import_version(key_type, known(key_type, *material))),
            );
            if imported.is_ok() {
                let hmac_key = world.number();
                world.change(who, name, |key| {
                    key.add(added(key_type, known(key_type, *material), hmac_key, true), now)
                });
            }
        }
        Op::Windows { decryption, encryption } => {
            // Up to one more than there is.
            let near = |number: u32| 1 + (number - 1) % (truth.as_ref().map_or(1, KeyModel::latest) + 1);
            let (decryption, encryption) =
                (&decryption.map(near), &encryption.map(|encryption| encryption.map(near)));
            let mut config = KeyConfig::new();
            config = decryption.map_or(config.clone(), |version| config.min_decryption_version(v(version)));
            config =
                encryption.map_or(config.clone(), |version| config.min_encryption_version(version.map(v)));
            let configured = key.configure(config);
            expect("configure", &configured, &predicted(&|key| key.configure(*decryption, *encryption)));
            if configured.is_ok() {
                world.change(who, name, |key| {
                    key.min_decryption = decryption.unwrap_or(key.min_decryption);
                    key.min_encryption = encryption.unwrap_or(key.min_encryption);
                });
            }
        }
        Op::AllowDeletion => {
            let configured = key.configure(KeyConfig::new().deletion_allowed(true));
            expect("configure", &configured, &predicted(&|_| Default::default()));
            if configured.is_ok() {
                world.change(who, name, |key| key.deletion_allowed = true);
            }
        }
        Op::MakeExportable => {
            let configured = key.configure(KeyConfig::new().exportable(true));
            expect("configure", &configured, &predicted(&|_| Default::default()));
            if configured.is_ok() {
                world.change(who, name, |key| key.exportable = true);
                let off = key.configure(KeyConfig::new().exportable(false));
                expect("configure", &off, &["invalid_option"].into());
            }
        }
        Op::Trim { available } => {
            // As often as not what can be trimmed, and late enough.
            if available % 2 == 0 {
                world.wait();
            }
            let available =
                &truth.as_ref().filter(|_| available % 2 == 0).map_or(*available, |key| key.min_decryption);
            let now = world.now();
            let trimmed = key.trim(v(*available));
            expect("trim", &trimmed, &predicted(&|key| key.trim(*available, now, delay)));
            if trimmed.is_ok() {
                world.change(who, name, |key| {
                    key.min_available = *available;
                    key.versions
                        .iter_mut()
                        .take(*available as usize - 1)
                        .for_each(|version| version.trimmed = true);
                });
            }
        }
        Op::Disable | Op::Enable => {
            let disabled = matches!(op, Op::Disable);
            let changed = if disabled { key.disable() } else { key.enable() };
            expect("disable", &changed, &predicted(&|_| Default::default()));
            if changed.is_ok() {
                world.change(who, name, |key| key.disabled = disabled);
            }
        }
        Op::Backup => {
            let backup = key.backup(seal(7));
            expect(
                "backup",
                &backup,
                &predicted(&|key| if key.disabled { ["key_disabled"].into() } else { Default::default() }),
            );
            if let Ok(backup) = backup {
                world.backups.push((backup, truth.expect("a key")));
            }
        }
        _ => unreachable!("{op:?} is not a change"),
    }
}

fn restore<S: Store + Clone + 'static>(world: &mut World<S>, who: usize, name: usize, backup: usize) {
    let Some((backup, state)) = world.backups.get(backup % world.backups.len().max(1)).cloned() else {
        return;
    };
    assert_eq!(
        world.handles[who].ring.restore_key(&backup, seal(8), Some(NAMES[name])).unwrap_err().name(),
        "wrong_seal"
    );
    let restored = world.handles[who].ring.restore_key(&backup, seal(7), Some(NAMES[name]));
    let lineage = world.number();
    // Also what was made since the backup.
    for version in 1..=state.latest() {
        if let Some(count) = world.encryptions.get(&(state.lineage, version)).copied() {
            world.encryptions.insert((lineage, version), count);
        }
    }
    add(world, who, name, restored, KeyModel { lineage, ..state });
}

/// A key was put under a name, if there was none.
fn add<S: Store + Clone + 'static>(
    world: &mut World<S>,
    who: usize,
    name: usize,
    created: Result<Key, strongroom::Error>,
    state: KeyModel,
) {
    if world.truth(name).is_some() {
        expect("create", &created, &["key_exists"].into());
    } else {
        world.handles[who].keys.insert(name, created.unwrap());
        world.changed(who, name, Some(state));
    }
}

/// Contexts are taken by derived keys; now and then the wrong is asked.
pub(crate) fn context(key: Option<&KeyModel>, pick: usize) -> Option<&'static str> {
    let derived = key.is_some_and(|key| key.derived) != pick.is_multiple_of(16);
    derived.then(|| CONTEXTS[pick % CONTEXTS.len()])
}

/// Convergent keys take no aad; now and then one is given.
pub(crate) fn aad(key: Option<&KeyModel>, pick: usize) -> &'static str {
    let takes = !key.is_some_and(|key| key.convergent) || pick.is_multiple_of(16);
    if takes { ["", "order-17", "order-18"][pick % 3] } else { "" }
}

/// An item with a context, if there is one.
pub(crate) fn with<'a>(item: Item<'a>, context: Option<&'a str>, aad: &'a str) -> Item<'a> {
    let item = if aad.is_empty() { item } else { item.aad(Aad::from(aad)) };
    match context {
        Some(context) => item.context(context),
        None => item,
    }
}
