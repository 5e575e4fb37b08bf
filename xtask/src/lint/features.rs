//! Each feature by itself. What is built here has them all, or those that the command line asks for; code
//! that needs another feature than the one it names would be seen only by whoever wants no more than that.

use anyhow::Result;

use crate::step::{cargo, run as step};

/// Packages that others name in their `Cargo.toml`, and their features; an empty one is none.
const ALONE: [(&str, &[&str]); 2] = [
    ("strongroom", &["", "aws-lc", "normalize"]),
    ("strongroom-platforms", &["", "aws", "azure", "google", "infisical", "pkcs11", "vault"]),
];

pub(crate) fn check() -> Result<()> {
    for (package, features) in ALONE {
        for feature in features {
            let words =
                ["clippy", "--quiet", "--package", package, "--no-default-features", "--features", feature];
            step(cargo(&words).args(["--", "-D", "warnings"]))?;
        }
    }
    Ok(())
}
