//! The program that is searched, and what it said.

use std::io::{BufRead, BufReader, Lines, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use strongroom::{SecretBytes, hazmat};
use strongroom_tests::closing::{Case, mask, unmask};
use strongroom_tests::soak::scaled;
use tempfile::TempDir;

use crate::core_file;
use crate::memory::Found;
use crate::secrets::Secrets;

pub(crate) struct Program {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
    folder: TempDir,
    said: Vec<Vec<String>>,
    sealing: Vec<u8>,
    passphrase: Vec<u8>,
    plaintext: Vec<u8>,
    materials: Vec<Vec<u8>>,
}

impl Program {
    pub(crate) fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        // The shell lets it leave a core file, in its folder.
        let mut child = Command::new("sh")
            .args(["-c", "ulimit -c unlimited; exec \"$@\"", "sh"])
            .arg(built())
            .arg(folder.path().join("keys"))
            .current_dir(folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a program");
        let lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        let materials = Case::all().iter().map(|case| random(case.material_len())).collect();
        let mut program = Self {
            child,
            lines,
            folder,
            said: Vec::new(),
            sealing: random(32),
            passphrase: random(40),
            plaintext: random(64),
            materials,
        };
        let secrets =
            [&program.sealing, &program.passphrase, &program.plaintext].into_iter().chain(&program.materials);
        let text: String = secrets.map(|secret| mask(secret) + "\n").collect();
        program.say(&text);
        program
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    fn say(&mut self, text: &str) {
        self.child
            .stdin
            .as_mut()
            .expect("its input")
            .write_all(text.as_bytes())
            .expect("a program that reads");
    }

    pub(crate) fn go_on(&mut self) {
        self.say("go on\n");
    }

    /// Reads what it says, up to a word.
    pub(crate) fn wait_for(&mut self, word: &str) {
        loop {
            let line = self
                .lines
                .next()
                .unwrap_or_else(|| panic!("it ended before it said {word}"))
                .expect("a line");
            if line == word {
                return;
            }
            self.said.push(line.split(' ').map(str::to_owned).collect());
        }
    }

    /// Lets it abort, and gives its core file if there is one.
    pub(crate) fn abort(&mut self) -> Option<Vec<u8>> {
        let instead = core_file::ask_debugger(self.id(), self.folder.path());
        self.go_on();
        let status = self.child.wait().expect("an end");
        assert!(!status.success(), "it was to abort");
        let core = core_file::find(self.folder.path(), self.id()).or(instead);
        if core.is_none() {
            println!(
                "SKIPPED: no core file was left, and there is no gcore to make one, so none was searched"
            );
        }
        core
    }

    /// Whose stack an address lies on: that of the nearest thread above it. A stack has two megabytes at
    /// most.
    pub(crate) fn stack_of(&self, address: u64) -> Option<String> {
        let tops = self.said.iter().filter_map(|words| match words.as_slice() {
            [stack, whose, top] if stack == "stack" => Some((top.parse::<u64>().ok()? + ABOVE, whose)),
            _ => None,
        });
        let (top, whose) =
            tops.filter(|(top, _)| (top.saturating_sub(2 << 20)..*top).contains(&address)).min()?;
        Some(format!("the stack of {whose}, {} below", top as i64 - ABOVE as i64 - address as i64))
    }

    /// Takes out what lies on the stack of a thread that worked on a message and then did nothing more.
    pub(crate) fn excuse(&self, found: &mut Vec<Found<'_>>) -> usize {
        let before = found.len();
        found.retain(|found| self.stack_of(found.address).is_none_or(|stack| !stack.contains("-message,")));
        before - found.len()
    }

    /// All secrets, those that it made itself among them.
    pub(crate) fn secrets(&self) -> Vec<crate::secrets::Secret> {
        let mut secrets = Secrets::default();
        secrets.add("plaintext", &self.plaintext);
        secrets.add("passphrase", &self.passphrase);
        let seals = [("sealing key", self.sealing.clone()), ("stretched passphrase", self.stretched())];
        for (what, key) in &seals {
            secrets.add(what, key);
            secrets.add_committing(what, "strongroom.seal.v1", key, 1, 0, &[]);
        }
        let cases = Case::all();
        for (case, material) in cases.iter().zip(&self.materials) {
            secrets.add_version(case, 1, material);
        }
        let id = self
            .said
            .iter()
            .find(|words| words[0] == "keyring")
            .map(|words| unmask(&words[1]))
            .expect("the keyring's id");
        let mut roots = 0;
        for words in &self.said {
            match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
                ["material", _, "1", _] => {}
                ["material", index, version, digits] => {
                    let case = &cases[index.parse::<usize>().expect("an index")];
                    secrets.add_version(case, version.parse().expect("a version"), &unmask(digits));
                }
                ["hmac", index, version, digits] => {
                    let (what, key) = (format!("hmac key {index} version {version}"), unmask(digits));
                    let case = &cases[index.parse::<usize>().expect("an index")];
                    secrets.add_hmac_key(&what, &key);
                    secrets.add_column(&what, case, version.parse().expect("a version"), &key);
                }
                ["wrapped", "backup", digits] => {
                    secrets.add_committing("backup key", "strongroom.backup.v1", &unmask(digits), 1, 0, &[])
                }
                ["wrapped", seal, digits] => {
                    roots += 1;
                    let number = if *seal == "root-1" { 1 } else { roots - 1 };
                    add_root(&mut secrets, number, &unmask(digits), &id, &cases);
                }
                _ => {}
            }
        }
        // `root 2` wraps the older root key as well, before the new one.
        assert_eq!(roots, 3, "the captors wrapped another number of root keys");
        secrets.0
    }

    /// The sealing key that the root document's parameters make of the passphrase.
    fn stretched(&self) -> Vec<u8> {
        let parameters = [0u8, 1, 0, 0, 0, 0, 0, 3, 0, 0, 0, 4];
        let root = self
            .said
            .iter()
            .find(|words| words[0] == "root")
            .map(|words| hex::decode(&words[1]).expect("digits"))
            .expect("a root document");
        let at = root.windows(12).position(|window| window == parameters).expect("a copy under a passphrase");
        let salt = root[at + 12..at + 28].try_into().expect("16 bytes");
        hazmat::argon2id(65_536, 3, 4, &self.passphrase, salt).expect("a key").to_vec()
    }
}

/// How far above what a thread tells of its stack there may still be something of it.
const ABOVE: u64 = 4 << 10;

fn add_root(secrets: &mut Secrets, number: u32, key: &[u8], id: &[u8], cases: &[Case]) {
    let what = format!("root {number}");
    secrets.add(&what, key);
    let mac = hazmat::hkdf_sha256(b"strongroom.root.v1", key, b"mac", 32).expect("a key");
    secrets.add_hmac_key(&format!("{what}, mac"), &mac);
    for name in cases.iter().flat_map(|case| [case.name(), case.restored_name()]) {
        secrets.add_committing(
            &format!("{what}, {name}"),
            "strongroom.document.v1",
            key,
            number,
            1,
            &[id, name.as_bytes()].concat(),
        );
    }
}

fn random(len: usize) -> Vec<u8> {
    let mut bytes = vec![0; len];
    strongroom_entropy::fill(&mut bytes).expect("random bytes");
    SecretBytes::new(bytes).expose().to_vec()
}

/// Builds the program as a release, and says where it is. With the programs that `entropy/timing` builds in
/// the same way, so that Cargo compiles what they have in common once; the provider is chosen when it runs.
/// In the long form, RustCrypto is searched in a build that has no other.
fn built() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.toml");
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let alone = std::env::var_os("STRONGROOM_PROVIDER").is_some() && scaled(false, true);
    let mut build = Command::new(cargo);
    build.args(["build", "--profile", "timing", "--message-format", "json", "--package=strongroom-tests"]);
    build.args(["--bin=closing", "--manifest-path"]).arg(manifest);
    if !alone {
        build.args(["--package=strongroom-timing", "--features=strongroom-tests/aws-lc"]);
        build.args(["--bin=timing", "--bin=keys"]);
    }
    let output = build.stderr(Stdio::inherit()).output().expect("cargo");
    assert!(output.status.success(), "the program does not build");
    let text = String::from_utf8(output.stdout).expect("text");
    let path = text.lines().find_map(|line| {
        let made: serde_json::Value = serde_json::from_str(line).ok()?;
        made["executable"].as_str().filter(|_| made["target"]["name"] == "closing").map(PathBuf::from)
    });
    path.expect("cargo says where the program is")
}
