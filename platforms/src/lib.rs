//! Seals that platforms keep: a key of theirs wraps the root key, or a sealing key lies among their secrets.
//!
//! [`seal`] makes one of a URL, and each platform has a builder beside it. A URL never holds a secret:
//! credentials are found where the platform's own tools find them. Nothing is asked until a keyring is opened
//! or created.
//!
//! ```
//! use strongroom::{Error, Keyring, Memory};
//! let seal = strongroom_platforms::seal("env:NOT_SET")?;
//! assert!(matches!(Keyring::create(Memory::new(), seal), Err(Error::InvalidRootKey { .. })));
//! # Ok::<(), Error>(())
//! ```
#![forbid(unsafe_code)]
#![warn(missing_docs)]

#[cfg(feature = "http")]
mod answer;
#[cfg(feature = "aws")]
mod aws;
#[cfg(feature = "aws")]
mod aws_client;
#[cfg(feature = "azure")]
mod azure;
#[cfg(feature = "http")]
mod base64;
#[cfg(feature = "http")]
mod connection;
#[cfg(feature = "google")]
mod crc32c;
#[cfg(feature = "seals")]
mod credentials;
#[cfg(feature = "http")]
mod deadline;
#[cfg(feature = "seals")]
mod failure;
#[cfg(feature = "seals")]
mod file;
#[cfg(feature = "google")]
mod google;
#[cfg(feature = "http")]
mod http;
#[cfg(feature = "infisical")]
mod infisical;
#[cfg(feature = "http")]
mod json;
#[cfg(feature = "pkcs11")]
mod pkcs11;
#[cfg(feature = "http")]
mod proxy;
#[cfg(feature = "seals")]
mod seals;
#[cfg(feature = "http")]
mod secrets;
mod url;
#[cfg(feature = "vault")]
mod vault;
#[cfg(feature = "http")]
mod wiped;
mod writable;

#[cfg(feature = "aws")]
pub use aws::place::AwsRegion;
#[cfg(feature = "azure")]
pub use azure::AzureVault;
#[cfg(feature = "azure")]
pub use credentials::azure::AzureLogin;
#[cfg(feature = "google")]
pub use credentials::google::GoogleLogin;
#[cfg(feature = "infisical")]
pub use credentials::infisical::InfisicalLogin;
#[cfg(feature = "vault")]
pub use credentials::vault::VaultLogin;
#[cfg(feature = "google")]
pub use google::GoogleCloud;
#[cfg(feature = "infisical")]
pub use infisical::InfisicalServer;
#[cfg(feature = "aws")]
pub use seals::aws_kms::AwsKms;
#[cfg(feature = "azure")]
pub use seals::azure::AzureKey;
#[cfg(feature = "google")]
pub use seals::google::GoogleKms;
#[cfg(feature = "infisical")]
pub use seals::infisical::InfisicalKey;
#[cfg(feature = "pkcs11")]
pub use seals::pkcs11::{Pkcs11Key, Pkcs11Mechanism};
#[cfg(feature = "vault")]
pub use seals::vault::{VaultBind, VaultTransit};
#[cfg(feature = "aws")]
pub use secrets::aws_secret::AwsSecret;
#[cfg(feature = "azure")]
pub use secrets::azure::AzureSecret;
#[cfg(feature = "google")]
pub use secrets::google::GoogleSecret;
#[cfg(feature = "infisical")]
pub use secrets::infisical::InfisicalSecret;
#[cfg(feature = "vault")]
pub use secrets::vault_kv::VaultKv;
#[cfg(feature = "vault")]
pub use vault::VaultServer;
#[cfg(feature = "vault")]
pub use vault::mount::{MountError, MountedKey, TransitMount};
pub use writable::{NotReplaced, SecretVersion, WritableSecret};

use strongroom::{Error, Seal};
use url::Url;

/// The seal that a URL names (`docs/seals.md`).
///
/// # Errors
/// [`Error::InvalidUrl`]
pub fn seal(text: &str) -> Result<Seal, Error> {
    let mut url = Url::parse(text)?;
    match url.scheme() {
        "file" => url.local_path().and_then(|path| alone(url, Seal::root_key_file(path))),
        "env" => url.variable().and_then(|name| alone(url, Seal::root_key_env(name))),
        "passphrase" => {
            let (path, id) = (url.local_path()?, url.take("id"));
            let seal = match id {
                Some(id) => Seal::passphrase_file_named(id, path),
                None => Seal::passphrase_file(path),
            };
            alone(url, seal)
        }
        #[cfg(feature = "aws")]
        "awskms" => seals::aws_kms::of(url),
        #[cfg(feature = "aws")]
        "awssecret" => secrets::aws_secret::of(url),
        #[cfg(feature = "pkcs11")]
        "pkcs11" => seals::pkcs11::of(&url),
        #[cfg(feature = "azure")]
        "azurekv" | "azurekv+http" => seals::azure::of(url),
        #[cfg(feature = "azure")]
        "azuresecret" | "azuresecret+http" => secrets::azure::of(url),
        #[cfg(feature = "google")]
        "gcpkms" => seals::google::of(url),
        #[cfg(feature = "google")]
        "gcpsecret" => secrets::google::of(url),
        #[cfg(feature = "infisical")]
        "infisical" | "infisical+http" => seals::infisical::of(url),
        #[cfg(feature = "infisical")]
        "infisicalsecret" | "infisicalsecret+http" => secrets::infisical::of(url),
        #[cfg(feature = "vault")]
        "vault" | "vault+http" => seals::vault::of(url),
        #[cfg(feature = "vault")]
        "vaultkv" | "vaultkv+http" => secrets::vault_kv::of(url),
        scheme => Err(url::unknown(scheme)),
    }
}

/// The secret that a URL names, in which a root key can be put in the place of the one that is there.
///
/// ```
/// use strongroom::Error;
/// let secret = strongroom_platforms::writable("file:/run/secrets/root-key");
/// assert!(matches!(secret.err(), Some(Error::InvalidUrl { .. })));
/// ```
///
/// # Errors
/// [`Error::InvalidUrl`], also for a place into which nothing can be put from here
pub fn writable(text: &str) -> Result<Box<dyn WritableSecret>, Error> {
    let url = Url::parse(text)?;
    match url.scheme() {
        #[cfg(feature = "aws")]
        "awssecret" => secrets::aws_secret::writable(url),
        #[cfg(feature = "azure")]
        "azuresecret" | "azuresecret+http" => secrets::azure::writable(url),
        #[cfg(feature = "google")]
        "gcpsecret" => secrets::google::writable(url),
        #[cfg(feature = "infisical")]
        "infisicalsecret" | "infisicalsecret+http" => secrets::infisical::writable(url),
        #[cfg(feature = "vault")]
        "vaultkv" | "vaultkv+http" => secrets::vault_kv::writable(url),
        scheme => Err(url::not_writable(scheme)),
    }
}

/// The seal, if the URL says nothing more.
fn alone(url: Url, seal: Seal) -> Result<Seal, Error> {
    url.finish()?;
    Ok(seal)
}
