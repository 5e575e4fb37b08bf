//! Every cryptography crate under the library wipes its state on drop.

use anyhow::{Result, ensure};

use crate::step::{cargo, output};

/// The library cannot be built without them.
#[rustfmt::skip]
const LINKED: [&str; 11] = [
    "aes", "argon2", "blake2", "chacha20", "ctr", "ed25519-dalek", "ghash", "poly1305", "sha1",
    "sha2", "sha3",
];
/// Named by the workspace or by those above: never without the feature, wherever they are linked.
#[rustfmt::skip]
const WHERE_LINKED: [&str; 8] = [
    "aes-kw", "block-buffer", "cipher", "curve25519-dalek", "digest", "hmac", "polyval", "sponge-cursor",
];

pub(crate) fn check() -> Result<()> {
    eprintln!("\n==> wiping features of the library's cryptography crates");
    // Only the library is selected: another package's features must not hide that its own are missing.
    let tree =
        ["tree", "--package", "strongroom", "--edges", "normal", "--prefix", "none", "--format", "{p} [{f}]"];
    let faults = faults(&String::from_utf8(output(&mut cargo(&tree))?)?);
    ensure!(faults.is_empty(), "not wiping:\n  {}", faults.join("\n  "));
    println!("all have the feature `zeroize`");
    Ok(())
}

/// What is wrong in a tree of lines such as `aes v0.9.4 [zeroize] (*)`.
fn faults(tree: &str) -> Vec<String> {
    let packages: Vec<(&str, &str)> = tree.lines().filter_map(|line| line.split_once(' ')).collect();
    let absent = LINKED
        .iter()
        .filter(|&&name| packages.iter().all(|package| package.0 != name))
        .map(|name| format!("{name} is not in the tree"));
    let named = packages.iter().filter(|(name, _)| LINKED.contains(name) || WHERE_LINKED.contains(name));
    let without = named
        .filter(|(_, rest)| !features(rest).any(|feature| feature == "zeroize"))
        .map(|(name, rest)| format!("{name} {rest}"));
    absent.chain(without).collect()
}

fn features(rest: &str) -> impl Iterator<Item = &str> {
    rest.rsplit_once('[').and_then(|(_, list)| list.split_once(']')).map_or("", |(list, _)| list).split(',')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree() -> String {
        LINKED.map(|name| format!("{name} v1.0.0 [alloc,zeroize]\n")).concat()
    }

    #[test]
    fn accepts_a_tree_with_every_feature() {
        assert!(faults(&tree()).is_empty());
        assert!(faults(&(tree() + "hmac v1.0.0 [zeroize] (*)")).is_empty());
    }

    #[test]
    fn refuses_a_missing_feature_and_a_missing_crate() {
        assert_eq!(
            faults(&tree().replace("sha3 v1.0.0 [alloc,zeroize]", "sha3 v1.0.0 [alloc]")),
            ["sha3 v1.0.0 [alloc]"]
        );
        assert_eq!(faults(&(tree() + "hmac v1.0.0 [zeroized] (*)")), ["hmac v1.0.0 [zeroized] (*)"]);
        assert_eq!(faults(&tree().replace("ctr v", "other v")), ["ctr is not in the tree"]);
    }
}
