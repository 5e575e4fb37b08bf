//! The layout of every struct of the header, for the test that asks a C compiler for the same.

use std::mem::{offset_of, size_of};

/// A struct: its name in C, its size, and the offsets of its fields by their names in C.
pub type Layout = (&'static str, usize, Vec<(&'static str, usize)>);

macro_rules! layouts {
    ($($path:ty = $name:literal: $($field:ident)*;)*) => {
        vec![$((
            $name,
            size_of::<$path>(),
            vec![$((stringify!($field).trim_start_matches("r#"), offset_of!($path, $field))),*],
        )),*]
    };
}

/// All of them.
pub fn layout() -> Vec<Layout> {
    layouts! {
        crate::options::Options<'_> = "strongroom_options":
            size aad aad_len aad_map aad_map_count context context_len context_map context_map_count version
            hash form reserved;
        crate::maps::Pair<'_> = "strongroom_pair": name name_len value value_len;
        crate::batch::BatchItem<'_> = "strongroom_item":
            input input_len options signature signature_len plaintext out capacity len status reserved;
        crate::spec::Spec<'_> = "strongroom_key_spec":
            size key_type flags key_size version_template auto_rotate_period labels labels_count;
        crate::spec::ImportSource<'_> = "strongroom_import":
            size material material_len allow_rotation kdf format reserved;
        crate::config::Config<'_> = "strongroom_key_config":
            size min_decryption_version min_encryption_version deletion_allowed exportable
            allow_plaintext_backup reserved
            auto_rotate_period labels labels_count;
        crate::keyring_options::KeyringOptions<'_> = "strongroom_keyring_options":
            size max_staleness usage_limit label pinned_id pinned_generation nonces reserved pin witness
            witness_len;
        crate::provider::ProviderTable<'_> = "strongroom_provider": size user kind id wrap unwrap release;
        crate::maintenance::Report = "strongroom_report":
            documents keys faults warnings unfinished_reseal reserved;
        crate::info::Info = "strongroom_key_details":
            size name key_type version_template flags latest_version min_available_version
            min_decryption_version min_encryption_version
            key_size auto_rotate_period;
        crate::version::Version = "strongroom_version_info":
            version state key_type imported counted created retired trimmed uses unusable;
    }
}
