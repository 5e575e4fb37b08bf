//! The layout of every struct of the header, for the test that asks a C compiler for the same.

use crate::fields::{Layout, layouts};
use crate::key_options;

/// All of them.
pub fn layout() -> Vec<Layout> {
    let mut all = layouts! {
        crate::options::Options<'_> = "strongroom_options":
            size aad aad_len aad_map aad_map_count context context_len context_map context_map_count version
            hash form reserved prehashed padding salt salt_length;
        crate::maps::Pair<'_> = "strongroom_pair": name name_len value value_len;
        crate::batch::BatchItem<'_> = "strongroom_item":
            input input_len options signature signature_len plaintext out capacity len status reserved;
        crate::column::ColumnValues<'_> = "strongroom_values": data data_len offsets validity;
        crate::column::ColumnInput<'_> = "strongroom_column":
            size count values aads contexts offset_bits refused_as_null threads;
        crate::column::ColumnOutput<'_> = "strongroom_new_column":
            size data capacity offsets validity statuses len refused;
        crate::index_options::IndexOptions<'_> = "strongroom_index_options":
            size name name_len normalize bits version;
        crate::token::TokenOptions<'_> = "strongroom_token_form": size prefix leeway_ms;
        crate::import::ImportSource<'_> = "strongroom_import":
            size material material_len allow_rotation kdf format reserved passphrase passphrase_len hash
            version;
        crate::keyring_options::KeyringOptions<'_> = "strongroom_keyring_options":
            size max_staleness_ms usage_limit label pinned_id pinned_generation nonces reserved pin witness
            witness_len;
        crate::provider::ProviderTable<'_> = "strongroom_provider": size user kind id wrap unwrap release;
        crate::maintenance::Report = "strongroom_report":
            documents keys faults warnings unfinished_reseal reserved;
        crate::seal_info::SealInfo = "strongroom_seal_info": kind id label added in_use reserved;
        crate::version::Version = "strongroom_version_info":
            version state key_type imported counted created retired trimmed uses unusable;
    };
    all.extend(key_options::layout());
    all
}
