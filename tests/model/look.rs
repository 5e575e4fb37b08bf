//! Steps that show what a key is.

use strongroom::{ExportKind, Expose, Key, SecretBytes, Store, Version, VersionState};

use crate::state::KeyModel;
use crate::world::{World, agrees};

pub(crate) fn export<S: Store + Clone + 'static>(world: &mut World<S>, who: usize, name: usize, key: &Key) {
    let exported = key.export(ExportKind::HmacKey, Expose::SecretMaterial);
    let explains = |state: &Option<KeyModel>| {
        let Some(state) = state else {
            return exported.as_ref().is_err_and(|error| error.name() == "key_not_found");
        };
        let numbers = |keys: &std::collections::BTreeMap<Version, SecretBytes>| {
            keys.keys().map(|version| version.get()).eq(state.min_decryption..=state.latest())
        };
        agrees(&exported, &state.export()) && exported.as_ref().is_ok_and(numbers) == exported.is_ok()
    };
    let state = world
        .believed(who, name)
        .iter()
        .find(|state| explains(state))
        .expect("a state that explains the export")
        .clone();
    for (version, secret) in exported.into_iter().flatten() {
        let hmac_key =
            state.as_ref().and_then(|key| key.version(version.get())).expect("the version").hmac_key;
        let before = world.exported.entry((true, hmac_key)).or_insert_with(|| secret.expose().to_vec());
        assert_eq!(secret.expose(), before, "an hmac key is not what it was");
    }
}

pub(crate) fn info<S: Store + Clone + 'static>(world: &mut World<S>, who: usize, name: usize, key: &Key) {
    let info = key.info();
    let same = |state: &Option<KeyModel>| match (&info, state) {
        (Err(error), None) => error.name() == "key_not_found",
        (Ok(info), Some(state)) => {
            let versions = info.versions.iter().zip(1..).all(|(version, number)| {
                let expected = if number < state.min_available {
                    VersionState::Destroyed
                } else if number < state.min_decryption {
                    VersionState::Suspended
                } else if number == state.latest() || state.min_encryption.is_some_and(|min| number >= min) {
                    VersionState::Active
                } else {
                    VersionState::Deactivated
                };
                let model = state.version(number).expect("as many versions");
                version.state == expected
                    && version.key_type == model.key_type
                    && version.retired == model.retired
                    && version.trimmed.is_some() == model.trimmed
            });
            let windows = (
                info.min_available_version,
                info.min_decryption_version.get(),
                info.min_encryption_version.map(Version::get),
            );
            let flags = (
                info.derived,
                info.convergent,
                info.disabled,
                info.imported,
                info.exportable,
                info.deletion_allowed,
            );
            let rotates = !state.imported || state.allow_rotation;
            versions
                && info.versions.len() == state.versions.len()
                && windows == (state.min_available, state.min_decryption, state.min_encryption)
                && info.allow_rotation == rotates
                && flags
                    == (
                        state.derived,
                        state.convergent,
                        state.disabled,
                        state.imported,
                        state.exportable,
                        state.deletion_allowed,
                    )
        }
        _ => false,
    };
    assert!(
        world.believed(who, name).iter().any(same),
        "{info:?} instead of one of {:?}",
        world.believed(who, name)
    );
}
