//! Every verb has a command, or it is said why it has none.

use crate::place::Place;
use strongroom::Verb;

/// A verb and how it is asked for, up to the option that makes the difference.
const COMMANDS: [(Verb, &str); 50] = [
    (Verb::Encrypt, "encrypt"),
    (Verb::Decrypt, "decrypt"),
    (Verb::Rewrap, "rewrap"),
    (Verb::DataKey, "datakey"),
    (Verb::EncryptStream, "encrypt --stream"),
    (Verb::DecryptStream, "decrypt --stream"),
    (Verb::RewrapStream, "rewrap --stream"),
    (Verb::Issue, "token issue"),
    (Verb::Redeem, "token redeem"),
    (Verb::Sign, "sign"),
    (Verb::Verify, "verify"),
    (Verb::Hmac, "hmac"),
    (Verb::VerifyHmac, "hmac --verify"),
    (Verb::Index, "index"),
    (Verb::Indexes, "index --all"),
    (Verb::NeedsReindex, "needs-reindex"),
    (Verb::PublicKey, "key public-key"),
    (Verb::DeriveKey, "key derive"),
    (Verb::CertificateRequest, "key csr"),
    (Verb::SetCertificateChain, "key certificate --set"),
    (Verb::CertificateChain, "key certificate"),
    (Verb::Context, "encrypt --context"),
    (Verb::Info, "key show"),
    (Verb::Rotate, "key rotate"),
    (Verb::ImportVersion, "key import --add-version"),
    (Verb::Configure, "key configure"),
    (Verb::Disable, "key disable"),
    (Verb::Enable, "key enable"),
    (Verb::Trim, "key trim"),
    (Verb::Export, "key export"),
    (Verb::Backup, "key backup"),
    (Verb::Keys, "key list"),
    (Verb::CreateKey, "key create"),
    (Verb::ImportKey, "key import"),
    (Verb::RestoreKey, "key restore"),
    (Verb::DeleteKey, "key delete"),
    (Verb::RotateDue, "key rotate-due"),
    (Verb::Check, "check"),
    (Verb::Repair, "repair"),
    (Verb::RemoveUnreadable, "repair --confirm"),
    (Verb::Snapshot, "snapshot"),
    (Verb::Seals, "seal list"),
    (Verb::AddSeal, "seal add"),
    (Verb::RewrapSeals, "seal refresh"),
    (Verb::RemoveSeal, "seal remove"),
    (Verb::Reseal, "reseal"),
    (Verb::Upgrade, "upgrade"),
    (Verb::SetMaxStaleness, "configure --max-staleness"),
    (Verb::Pin, "check"),
    (Verb::Witness, "witness"),
];

/// These have none, and why.
const NONE: [(Verb, &str); 3] = [
    (Verb::NeedsRewrap, "a rewrap leaves alone what does not need one"),
    (Verb::Key, "whatever is done with a key finds it first"),
    (Verb::Refresh, "a program that has just started has looked"),
];

#[test]
fn every_verb_has_a_command() {
    let place = Place::new();
    for verb in Verb::ALL {
        if NONE.iter().any(|(none, _)| none == verb) {
            continue;
        }
        let command = COMMANDS.iter().find(|(known, _)| known == verb).map(|(_, command)| *command);
        let command = command.unwrap_or_else(|| panic!("{verb} has no command, and no reason why"));
        let (words, option) = command.split_once(" --").unwrap_or((command, "help"));
        let help = String::from_utf8(place.run(&format!("{words} --help")).ok()).unwrap();
        assert!(help.contains(&format!("--{option}")), "{verb}: `{words}` has no --{option}");
    }
}
