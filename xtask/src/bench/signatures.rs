//! The one table of signatures: what a short message takes with each algorithm, and how many times that each
//! peer takes, who does the same in the same language.

use super::figures::{At, Figures, Program};
use super::tables::Table;

const WORKS: [&str; 2] = ["signature", "verification"];
/// Of the message.
const SIZE: u64 = 64;

const ALGORITHMS: [&str; 9] = [
    "ed25519",
    "ecdsa-p256",
    "ecdsa-p384",
    "ecdsa-p521",
    "rsa-2048 pss",
    "rsa-2048 pkcs1v15",
    "rsa-3072 pss",
    "rsa-4096 pss",
    "ml-dsa-65",
];

/// Who does it in which program, and in which one we do, under what heading.
struct Peer {
    who: &'static str,
    program: Program,
    ours: Program,
    head: &'static str,
}

const PEERS: [Peer; 5] = [
    Peer { who: "aws-lc-rs", program: Program::AwsLc, ours: Program::AwsLc, head: "aws-lc-rs" },
    Peer {
        who: "RustCrypto",
        program: Program::RustCrypto,
        ours: Program::RustCrypto,
        head: "RustCrypto, which we have there too",
    },
    Peer { who: "openssl", program: Program::OpenSsl, ours: Program::AwsLc, head: "openssl speed" },
    Peer { who: "pyca", program: Program::Python, ours: Program::Python, head: "pyca, from Python" },
    Peer { who: "node:crypto", program: Program::Node, ours: Program::Node, head: "node:crypto, from Node" },
];

pub(super) fn table(figures: &Figures) -> String {
    let ours = ["64 B, AWS-LC", "sign", "verify"].map(str::to_owned);
    let theirs = PEERS.iter().map(|peer| format!("× {}", peer.head));
    let mut table = Table::new(figures, &ours.into_iter().chain(theirs).collect::<Vec<_>>());
    for algorithm in ALGORITHMS {
        let own = format!("Strongroom {algorithm}");
        let times = WORKS.map(|work| table.time(at(Program::AwsLc, work, &own)));
        let mut cells = Vec::from(times);
        for Peer { who, program, ours, .. } in PEERS {
            // `openssl speed` knows one padding.
            let named = if who == "openssl" { bare(algorithm) } else { algorithm };
            let who = format!("{who} {named}");
            let ratios = WORKS.map(|work| table.ratio(at(program, work, &who), at(ours, work, &own)));
            let [sign, verify] = ratios;
            cells.push(sign.zip(verify).map(|(sign, verify)| format!("{sign}, {verify}")));
        }
        table.row(&format!("`{}`{}", bare(algorithm), padding(algorithm)), &cells);
    }
    table.end()
}

fn at<'a>(program: Program, work: &'a str, who: &'a str) -> At<'a> {
    At { program, work, size: SIZE, who }
}

fn bare(algorithm: &str) -> &str {
    algorithm.split(' ').next().unwrap_or(algorithm)
}

fn padding(algorithm: &str) -> String {
    algorithm.split_once(' ').map_or_else(String::new, |(_, padding)| format!(", {padding}"))
}

#[test]
fn a_row_has_our_times_and_how_many_times_that_a_peer_takes() {
    let mut figures = Figures::default();
    for (program, who, sign, verify) in [
        (Program::AwsLc, "Strongroom rsa-2048 pss", 1000, 100),
        (Program::AwsLc, "aws-lc-rs rsa-2048 pss", 900, 90),
        (Program::OpenSsl, "openssl rsa-2048", 2000, 300),
        (Program::Python, "pyca rsa-2048 pss", 5, 5),
    ] {
        for (work, ns) in [("signature", sign), ("verification", verify)] {
            let line = format!(r#"{{"work":"{work}","size":64,"who":"{who}","ns":{ns}}}"#);
            figures.read(program, &line).unwrap();
        }
    }
    let made = table(&figures);
    let row = "| `rsa-2048`, pss | 1.00 µs | 100 ns | 0.90, 0.90 | – | 2.0, 3.0 | – | – |";
    assert!(made.contains(row), "{made}");
    assert!(!made.contains("ed25519"), "{made}");
}
