//! The names that stand in URLs: schemes and parameters.

use strongroom::{Error, Near};

/// The schemes of each feature, whether this build has it or not.
const SCHEMES: [(&str, &[&str]); 6] = [
    ("aws", &["awskms", "awssecret"]),
    ("azure", &["azurekv", "azurekv+http", "azuresecret", "azuresecret+http"]),
    ("google", &["gcpkms", "gcpsecret"]),
    ("infisical", &["infisical", "infisical+http", "infisicalsecret", "infisicalsecret+http"]),
    ("pkcs11", &["pkcs11"]),
    ("vault", &["vault", "vault+http", "vaultkv", "vaultkv+http"]),
];

/// Schemes of secrets that are written.
const WRITABLE: [&str; 8] = [
    "awssecret",
    "azuresecret",
    "azuresecret+http",
    "gcpsecret",
    "infisicalsecret",
    "infisicalsecret+http",
    "vaultkv",
    "vaultkv+http",
];

/// Schemes of what is on this machine: what follows them is a path or the name of a variable.
pub(super) const LOCAL: [&str; 3] = ["env", "file", "passphrase"];

/// Schemes with a grammar of their own.
pub(super) const OTHERS: [&str; 1] = ["pkcs11"];

/// The parameters that some platform takes. Another name is not repeated: it may be a secret that stands
/// where none should.
pub(super) const KNOWN: [&str; 32] = [
    "auth",
    "auth_mount",
    "authority",
    "bind",
    "ca_file",
    "client_id",
    "client_id_file",
    "client_secret_file",
    "credentials_file",
    "endpoint",
    "environment",
    "field",
    "id",
    "jwt_file",
    "mount",
    "namespace",
    "path",
    "profile",
    "project",
    "public_wrap",
    "region",
    "resource",
    "role",
    "role_id",
    "role_id_file",
    "secret_id_file",
    "stage",
    "sts_endpoint",
    "tenant",
    "tenant_id",
    "token_file",
    "version",
];

/// Names of what would be a secret.
pub(super) const SECRET: [&str; 10] = [
    "aws_secret_access_key",
    "client_secret",
    "jwt",
    "key",
    "passphrase",
    "password",
    "pin",
    "secret",
    "secret_id",
    "token",
];

/// What platforms are called elsewhere, and here.
const ELSEWHERE: [(&str, &str); 12] = [
    ("aws", "awskms"),
    ("awskmskey", "awskms"),
    ("awssecretsmanager", "awssecret"),
    ("azure", "azurekv"),
    ("azurekeyvault", "azurekv"),
    ("bao", "vault"),
    ("gcp", "gcpkms"),
    ("gcpsecretmanager", "gcpsecret"),
    ("hashivault", "vault"),
    ("hcvault", "vault"),
    ("openbao", "vault"),
    ("transit", "vault"),
];

pub(crate) fn invalid(reason: impl Into<String>) -> Error {
    Error::InvalidUrl { reason: reason.into().into() }
}

/// A scheme that this build has nothing for.
pub(crate) fn unknown(scheme: &str) -> Error {
    if matches!(scheme, "http" | "https") {
        return invalid(
            "its scheme says how a server is asked and not what it is; Vault and OpenBao are \
             vault://HOST:PORT/MOUNT/NAME, which is over TLS, and docs/seals.md lists the others",
        );
    }
    let feature = SCHEMES.iter().find(|(_, schemes)| schemes.contains(&scheme)).map(|(feature, _)| feature);
    invalid(feature.map_or_else(
        || format!("its scheme names no platform{}; docs/seals.md lists them", meant(scheme)),
        |feature| format!("{scheme} needs the feature `{feature}`, which this build is without"),
    ))
}

/// What stands before the colon of a URL and is no scheme, such as `VAULT` or `aws-kms`.
pub(super) fn no_scheme(written: &str) -> Error {
    let plain: String = written.to_lowercase().chars().filter(|c| !matches!(c, '-' | '_' | '.')).collect();
    invalid(format!("what stands before its colon is no scheme{}", meant(&plain)))
}

/// The scheme that was perhaps meant. What was written is not repeated: it may be a secret.
fn meant(scheme: &str) -> String {
    let all = || SCHEMES.iter().flat_map(|(_, schemes)| *schemes).chain(&LOCAL).copied();
    let (name, tls) = scheme.strip_suffix("+https").map_or((scheme, false), |name| (name, true));
    let (name, http) = name.strip_suffix("+http").map_or((name, ""), |name| (name, "+http"));
    if name.len() > 32 {
        return String::new();
    }
    let elsewhere = ELSEWHERE.iter().find(|(elsewhere, _)| *elsewhere == name).map(|(_, here)| *here);
    let known = |name: &str| all().find(|known| *known == name);
    let near = || Near::of(name, all()).name().and_then(known);
    let Some(here) = known(name).or(elsewhere).or_else(near) else { return String::new() };
    // A platform that is not asked over HTTP alone has no such scheme.
    let here = known(&format!("{here}{http}")).unwrap_or(here);
    let too = if matches!(name, "bao" | "openbao") { " OpenBao is that too" } else { "" };
    match tls {
        true if too.is_empty() => format!(" ({here}: is over TLS already)"),
        true => format!(" (did you mean {here:?}?{too}, and it is over TLS already)"),
        false => format!(" (did you mean {here:?}?{too})"),
    }
}

/// A scheme of what cannot be written, or not by this build.
pub(crate) fn not_writable(scheme: &str) -> Error {
    let is_known = LOCAL.contains(&scheme) || SCHEMES.iter().any(|(_, schemes)| schemes.contains(&scheme));
    if !is_known || WRITABLE.contains(&scheme) {
        return unknown(scheme);
    }
    invalid(
        "no new root key can be put there from here; it can at awssecret:, azuresecret:, gcpsecret:, \
         infisicalsecret: and vaultkv:",
    )
}

/// How a parameter is said.
pub(super) fn told(name: &str) -> String {
    let is_known = KNOWN.contains(&name) || SECRET.contains(&name);
    if is_known { format!("the parameter {name}") } else { "a parameter of it".to_owned() }
}

/// The name that was perhaps meant. What was written is not repeated.
pub(super) fn near(name: &str) -> Near {
    if name.len() > 32 { Near::default() } else { Near::of(name, KNOWN) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_build_without_a_platform_says_which_feature_it_needs() {
        for (scheme, feature) in [
            ("awskms", "aws"),
            ("gcpsecret", "google"),
            ("azurekv", "azure"),
            ("pkcs11", "pkcs11"),
            ("vaultkv", "vault"),
        ] {
            let said = unknown(scheme).to_string();
            assert!(said.contains(&format!("{scheme} needs the feature `{feature}`")), "{said}");
        }
        assert!(unknown("hunter2").to_string().contains("names no platform"));
        assert!(!unknown("hunter2").to_string().contains("hunter2"));
        assert!(not_writable("hunter2").to_string().contains("names no platform"));
        assert!(not_writable("awssecret").to_string().contains("needs the feature `aws`"));
        assert!(not_writable("vault").to_string().contains("can be put there"));
    }

    #[test]
    fn a_scheme_that_is_called_otherwise_elsewhere_is_answered_with_ours() {
        for (written, meant) in [
            ("openbao", "did you mean \"vault\"? OpenBao is that too"),
            ("bao+http", "did you mean \"vault+http\"? OpenBao is that too"),
            ("openbao+https", "did you mean \"vault\"? OpenBao is that too, and it is over TLS already"),
            ("aws+http", "did you mean \"awskms\"?"),
            ("hashivault+https", "vault: is over TLS already"),
            ("vault+https", "vault: is over TLS already"),
            ("vaultkv+https", "vaultkv: is over TLS already"),
            ("awskm", "did you mean \"awskms\"?"),
            ("gcpkm", "did you mean \"gcpkms\"?"),
            ("fil", "did you mean \"file\"?"),
        ] {
            let said = unknown(written).to_string();
            assert!(said.contains(&format!("names no platform ({meant})")), "{written}: {said}");
        }
    }

    #[test]
    fn what_cannot_be_a_scheme_is_answered_with_the_one_that_was_meant() {
        for (written, meant) in [
            ("VAULT", "vault"),
            ("Vault+HTTP", "vault+http"),
            ("aws-kms", "awskms"),
            ("gcp-kms", "gcpkms"),
            ("azure_kv", "azurekv"),
            ("AWS", "awskms"),
            ("PKCS11", "pkcs11"),
        ] {
            let said = no_scheme(written).to_string();
            assert!(
                said.ends_with(&format!("is no scheme (did you mean \"{meant}\"?)")),
                "{written}: {said}"
            );
        }
        for written in ["", "Hunter2", &"V".repeat(40)] {
            assert!(no_scheme(written).to_string().ends_with("is no scheme"), "{written}");
        }
    }

    #[test]
    fn http_is_no_platform() {
        for scheme in ["http", "https"] {
            let said = unknown(scheme).to_string();
            assert!(said.contains("vault://HOST:PORT/MOUNT/NAME, which is over TLS"), "{said}");
        }
    }
}
