//! The one table of ratios: how many times ours each peer takes, who does the same job in the same language.

use super::figures::{At, Figures, Program};
use super::number;
use super::tables::Table;

/// What everything is measured against.
const OURS: &str = "Strongroom aes256-gcm96";

/// How one peer does what we do.
struct Peer {
    from: &'static str,
    label: &'static str,
    program: Program,
    who: &'static str,
    /// The works of ours, and of the peer where they have other names.
    works: [(&'static str, &'static str); 2],
}

const TEXT: [(&str, &str); 2] = [("encrypt text", "encrypt text"), ("decrypt text", "decrypt text")];
const BINARY: [(&str, &str); 2] =
    [("encrypt binary", "encrypt binary"), ("decrypt binary", "decrypt binary")];
/// A bare primitive is measured sealing only.
const IN_PLACE: [(&str, &str); 2] = [("encrypt_into", "seal in place"), ("decrypt_into", "open in place")];

macro_rules! peers {
    ($($from:literal $program:ident $works:ident $label:literal = $who:literal;)*) => {
        &[$(Peer { from: $from, label: $label, program: Program::$program, who: $who, works: $works },)*]
    };
}

#[rustfmt::skip]
const PEERS: &[Peer] = peers! {
    "Rust" AwsLc IN_PLACE "the bare primitive of aws-lc-rs, in place" = "aws-lc-rs AES-256-GCM";
    "Rust" AwsLc IN_PLACE "the bare primitive of ring, in place" = "ring AES-256-GCM";
    "Rust" AwsLc IN_PLACE "the bare primitive of graviola, in place" = "graviola AES-256-GCM";
    "Rust" AwsLc IN_PLACE "the bare primitive of RustCrypto, in place" = "RustCrypto AES-256-GCM";
    "Rust" AwsLc TEXT "by hand with aws-lc-rs, text" = "by hand, aws-lc-rs";
    "Rust" AwsLc TEXT "by hand with ring, text" = "by hand, ring";
    "Rust" AwsLc TEXT "our default, `xaes256-gcm`, text" = "Strongroom xaes256-gcm";
    "Python" Python BINARY "pyca AESGCM, binary" = "pyca AESGCM";
    "Python" Python TEXT "pyca AESGCM and base64, text" = "pyca AESGCM and base64";
    "Python" Python BINARY "PyNaCl SecretBox, binary" = "PyNaCl SecretBox";
    "Python" Python TEXT "PyNaCl SecretBox and base64, text" = "PyNaCl SecretBox and base64";
    "Python" Python BINARY "Tink AES-256-GCM, binary" = "Tink AES-256-GCM";
    "Python" Python TEXT "Tink AES-256-GCM and base64, text" = "Tink AES-256-GCM and base64";
    "Python" Python TEXT "Fernet, text" = "Fernet";
    "Python" Python BINARY "AWS Encryption SDK with a raw keyring, binary"
        = "AWS Encryption SDK, raw keyring";
    "Python" Python TEXT "AWS Encryption SDK with a raw keyring and base64, text"
        = "AWS Encryption SDK, raw keyring and base64";
    "Python" Python TEXT "OpenBao's Transit over HTTP, text" = "OpenBao's Transit over HTTP";
    "Python" Python TEXT "our default, `xaes256-gcm`, text" = "Strongroom xaes256-gcm";
    "Node" Node BINARY "node:crypto, binary" = "node:crypto";
    "Node" Node TEXT "node:crypto and base64, text" = "node:crypto and base64";
    "Node" Node TEXT "our default, `xaes256-gcm`, text" = "Strongroom xaes256-gcm";
};

/// A row for each peer that was measured, a column for each size.
pub(super) fn table(figures: &Figures) -> String {
    let sizes: Vec<u64> =
        figures.sizes(Program::AwsLc, "encrypt text").into_iter().filter(|&size| size != 16 << 10).collect();
    let heads = ["from", "beside"].map(str::to_owned);
    let heads: Vec<String> = heads.into_iter().chain(sizes.iter().map(|&size| number::size(size))).collect();
    let mut table = Table::new(figures, &heads);
    for peer in PEERS {
        let Peer { from, label, program, who, works } = *peer;
        let cell = |table: &mut Table<'_>, size| {
            let [encrypt, decrypt] = works.map(|(ours, theirs)| {
                let ours = At { program, work: ours, size, who: OURS };
                table.ratio(At { program, work: theirs, size, who }, ours)
            });
            match (encrypt, decrypt) {
                (None, None) => None,
                (encrypt, decrypt) => {
                    Some([encrypt, decrypt].map(|cell| cell.unwrap_or_else(|| "–".to_owned())).join(", "))
                }
            }
        };
        let mut cells = vec![Some(label.to_owned())];
        cells.extend(sizes.iter().map(|&size| cell(&mut table, size)));
        if cells[1..].iter().any(Option::is_some) {
            table.row(from, &cells);
        }
    }
    table.end()
}
