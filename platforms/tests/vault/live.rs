//! An OpenBao with what the tests need.

use base64ct::{Base64, Encoding};
use std::path::PathBuf;
use strongroom::{Aad, Binding, Error, KeySpec, Keyring, Memory, Seal};
use strongroom_servers::{Server, Skipped, bao};

pub(crate) struct Live {
    program: PathBuf,
    pub(crate) server: Server,
}

/// A policy that lets keys be used and none be made.
pub(crate) const USE: &str = r#"
path "transit/encrypt/app" { capabilities = ["update"] }
path "transit/decrypt/app" { capabilities = ["update"] }
path "transit/encrypt/absent" { capabilities = ["update"] }
path "transit/decrypt/absent" { capabilities = ["update"] }
"#;

impl Live {
    /// With Transit, a key `app`, and the policy `use`.
    pub(crate) fn start() -> Result<Self, Skipped> {
        Ok(Self::of(bao::program()?, bao::start()?))
    }

    pub(crate) fn start_tls() -> Result<Self, Skipped> {
        Ok(Self::of(bao::program()?, bao::start_tls()?))
    }

    fn of(program: PathBuf, server: Server) -> Self {
        let live = Self { program, server };
        live.ask(&["secrets", "enable", "transit"]);
        live.ask(&["write", "-f", "transit/keys/app"]);
        live.policy("use", USE);
        live
    }

    /// What the program prints, asked as root.
    pub(crate) fn ask(&self, arguments: &[&str]) -> String {
        bao::ask(&self.server, &self.program, arguments)
            .unwrap_or_else(|error| panic!("{arguments:?}: {error}"))
    }

    /// Whether root is answered.
    pub(crate) fn takes(&self, arguments: &[&str]) -> bool {
        bao::ask(&self.server, &self.program, arguments).is_ok()
    }

    pub(crate) fn policy(&self, name: &str, text: &str) {
        let file = self.file(&format!("{name}.hcl"), text);
        self.ask(&["policy", "write", name, &file]);
    }

    /// A file of the server's folder.
    pub(crate) fn file(&self, name: &str, text: &str) -> String {
        let path = self.server.home().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    }

    /// A token of these policies.
    pub(crate) fn token(&self, policy: &str) -> String {
        self.ask(&["token", "create", "-field=token", "-no-default-policy", &format!("-policy={policy}")])
    }

    /// `vault+http://…/transit/NAME` with a token of the policy `use` in a file, and more parameters.
    pub(crate) fn url(&self, name: &str, more: &str) -> String {
        let file = self.file("token-use", &self.token("use"));
        format!("vault+http://{}/transit/{name}?token_file={file}{more}", self.server.address)
    }
}

pub(crate) fn seal(url: &str) -> Seal {
    strongroom_platforms::seal(url).unwrap_or_else(|error| panic!("{url}: {error}"))
}

/// A keyring that the seal made, and a text of it.
pub(crate) fn create(seal: Seal) -> Result<(Memory, Keyring, String), Error> {
    let store = Memory::new();
    let ring = Keyring::create(store.clone(), seal)?;
    let text = ring.create_key("cards", KeySpec::default())?.encrypt(b"4111", Aad::NONE)?;
    Ok((store, ring, text))
}

/// Whether it opens, and opens what was made.
pub(crate) fn open(store: &Memory, seal: Seal, text: &str) -> Result<(), Error> {
    let ring = Keyring::open(store.clone(), seal)?;
    assert_eq!(ring.key("cards")?.decrypt(text, Aad::NONE)?.expose(), b"4111");
    Ok(())
}

/// What the copy of a keyring's root key is bound to, as the server is told.
pub(crate) fn bound_to(ring: &Keyring, root: u32) -> String {
    let bound = Binding::keyring(ring.id(), root).encoded();
    Base64::encode(&bound, &mut vec![0; 4 * bound.len()]).unwrap().to_owned()
}

/// Why a seal failed.
pub(crate) fn reason<T>(result: Result<T, Error>) -> String {
    match result {
        Err(Error::SealFailed { reason }) => reason.as_str().to_owned(),
        Err(other) => panic!("{other:?}"),
        Ok(_) => panic!("it did not fail"),
    }
}
