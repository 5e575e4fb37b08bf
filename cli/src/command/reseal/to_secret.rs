//! `strongroom reseal --to-secret`: a new root key in a secret of a platform.

use crate::command::init::labelled;
use crate::failure::Failure;
use std::time::Duration;
use strongroom::{Error, Keyring, Seal};
use strongroom_platforms::WritableSecret;

/// How often it is looked whether the secret holds the new key: some platforms take a moment.
const LOOKS: u32 = 30;
const BETWEEN: Duration = Duration::from_secs(1);

/// A secret that holds a new root key.
pub(super) struct Replaced {
    secret: Box<dyn WritableSecret>,
    pub(super) seal: Seal,
    id: String,
}

/// Makes a root key, and puts it in the place of the one that the secret holds, which has to open the
/// keyring. What is left to do is the reseal to it.
///
/// First the keyring has a copy for it, then the secret holds it. So the keyring opens with what the secret
/// holds at every moment, wherever this is interrupted, and whoever runs it again begins with a further key;
/// the reseal takes away what was left over.
pub(super) fn replace(ring: &Keyring, url: &str, label: Option<String>) -> Result<Replaced, Failure> {
    let secret = strongroom_platforms::writable(url)?;
    let newest = secret.newest()?;
    // A mistyped URL may name the root key of another keyring, which would be lost.
    let held = secret.seal().id()?;
    if !ring.seals()?.iter().any(|copy| copy.kind == "root-key" && copy.id == held) {
        return Err(Failure::usage(
            "the secret holds a root key that this keyring has no copy for, so it is not replaced; --to-secret \
             is for the secret that opens the keyring",
        ));
    }
    let key = Seal::generate_root_key()?;
    let seal = labelled(Seal::root_key_text(key.expose()), label);
    let id = seal.id()?;
    ring.add_seal(seal.clone())?;
    let replaced = secret.replace(&newest, &key);
    let new = Replaced { secret, seal, id };
    match replaced {
        Ok(()) => {
            for _ in 0..LOOKS {
                if new.holds() == Some(true) {
                    return Ok(new);
                }
                std::thread::sleep(BETWEEN);
            }
            Err(Failure::Files(format!(
                "the secret was written and does not hold the new root key yet, or somebody else wrote it; \
                 {AGAIN}"
            )))
        }
        // It was done all the same, and an answer was lost.
        Err(_) if new.holds() == Some(true) => Ok(new),
        // Nobody has the key any more, so nobody misses its copy.
        Err(not) if not.is_certain && new.secret.seal().id().is_ok_and(|now| now == held) => {
            let _ = ring.remove_seal("root-key", &new.id);
            Err(not.error.into())
        }
        Err(not) => Err(Failure::Files(format!("{}; {AGAIN}", not.error))),
    }
}

const AGAIN: &str =
    "the keyring opens with the old root key and has a copy for the new one, so run this again";

impl Replaced {
    /// Whether the secret holds the new key; `None` where it cannot be read.
    fn holds(&self) -> Option<bool> {
        self.secret.seal().id().ok().map(|held| held == self.id)
    }

    /// After the reseal: of two who replaced the secret at once, the one may have resealed the keyring to a
    /// key that the other has taken out of the secret. Then the keyring opens with what the secret holds too.
    pub(super) fn settle(&self, ring: &Keyring) -> Result<(), Failure> {
        if self.holds() != Some(false) {
            return Ok(());
        }
        match ring.add_seal(self.secret.seal()) {
            Ok(()) | Err(Error::SealExists) => Err(Failure::Files(
                "somebody else replaced the secret at the same time; the keyring was resealed, and has a copy \
                 for what the secret holds, so run this again alone"
                    .to_owned(),
            )),
            Err(error) => Err(error.into()),
        }
    }
}
