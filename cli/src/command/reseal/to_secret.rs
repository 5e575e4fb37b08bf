//! `strongroom reseal --to-secret`: a new root key in a secret of a platform.

use crate::command::init::labelled;
use crate::failure::Failure;
use std::time::Duration;
use strongroom::{Keyring, Seal};
use strongroom_platforms::WritableSecret;

/// How often it is looked whether the secret holds the new key: some platforms take a moment.
const LOOKS: u32 = 30;
const BETWEEN: Duration = Duration::from_secs(1);

/// Makes a root key, and puts it in the place of the one that the secret holds. What is left to do is the
/// reseal to it.
///
/// First the keyring has a copy for it, then the secret holds it. So the keyring opens with what the secret
/// holds at every moment, wherever this is interrupted, and whoever runs it again begins with a further key;
/// the reseal takes away what was left over.
pub(super) fn replace(ring: &Keyring, url: &str, label: Option<String>) -> Result<Seal, Failure> {
    let secret = strongroom_platforms::writable(url)?;
    let newest = secret.newest()?;
    let key = Seal::generate_root_key()?;
    let seal = labelled(Seal::root_key_text(key.expose()), label);
    let id = seal.id()?;
    ring.add_seal(seal.clone())?;
    match secret.replace(&newest, &key) {
        Ok(()) => {
            for _ in 0..LOOKS {
                if holds(secret.as_ref(), &id) {
                    return Ok(seal);
                }
                std::thread::sleep(BETWEEN);
            }
            Err(Failure::Files(
                "the secret was written and does not hold the new root key yet, or somebody else wrote it; the \
                 keyring opens with the old one and the new one, so run this again"
                    .to_owned(),
            ))
        }
        // It was done all the same, and an answer was lost.
        Err(_) if holds(secret.as_ref(), &id) => Ok(seal),
        Err(not) => {
            if not.is_certain {
                // Nobody has the key any more, so nobody misses its copy.
                let _ = ring.remove_seal("root-key", &id);
            }
            Err(not.error.into())
        }
    }
}

fn holds(secret: &dyn WritableSecret, id: &str) -> bool {
    secret.seal().id().is_ok_and(|held| held == id)
}
