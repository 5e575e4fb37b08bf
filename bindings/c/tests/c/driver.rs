//! A driver in C or C++ under test: a line goes in, a line comes out.

use crate::toolchain::program;
use crate::touched::touched;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

pub(crate) struct Driver {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    pub(crate) calls: usize,
}

impl Driver {
    /// The driver of a source file, under the address and undefined-behaviour sanitizers.
    pub(crate) fn new(source: &str) -> Self {
        let name = source.replace('.', "-");
        Self::start(&mut Command::new(touched(&format!("bindings/c/tests/{source}"), &name, &[])))
    }

    /// The driver of a source file by another clock. The address sanitizer wants to be loaded first, so it
    /// is without.
    pub(crate) fn by_clock(source: &str, environment: &[(&str, String)]) -> Self {
        let name = source.replace('.', "-by-clock-");
        let program = program(&format!("bindings/c/tests/{source}"), &name, &[], false);
        Self::start(Command::new(program).envs(environment.iter().map(|(name, value)| (name, value))))
    }

    fn start(command: &mut Command) -> Self {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (input, output) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        Self { child, input, output, calls: 0 }
    }

    /// What comes out, or the name of the error.
    pub(crate) fn call(&mut self, line: &Value) -> Result<Value, String> {
        self.calls += 1;
        writeln!(self.input, "{line}").unwrap();
        let mut answer = String::new();
        self.output.read_line(&mut answer).unwrap();
        let answer: Value =
            serde_json::from_str(&answer).unwrap_or_else(|error| panic!("{line}: {answer:?}: {error}"));
        match answer.get("error") {
            Some(name) => Err(name.as_str().unwrap().to_owned()),
            None => Ok(answer["ok"].clone()),
        }
    }

    /// Ends the driver, which must not have lost memory.
    pub(crate) fn end(self) {
        let Self { mut child, input, .. } = self;
        drop(input);
        assert!(child.wait().unwrap().success());
    }
}

#[test]
fn the_drivers_speak_the_protocol() {
    for source in ["driver.c", "driver.cpp"] {
        let mut driver = Driver::new(source);
        let folder = tempfile::tempdir().unwrap();
        let place = json!({"op": "create", "folder": folder.path(), "root_key": "ab01".repeat(16)});
        driver.call(&place).unwrap();
        assert_eq!(driver.call(&place), Err("keyring_exists".to_owned()));
        for (key, key_type) in [("c", "aes256-gcm96"), ("s", "ed25519")] {
            driver.call(&json!({"op": "create_key", "key": key, "type": key_type})).unwrap();
        }
        let (plain, aad) = ("34313131", "6f72646572");
        let text =
            driver.call(&json!({"op": "encrypt", "key": "c", "plaintext": plain, "aad": aad})).unwrap();
        let open =
            |text: &Value, aad: &str| json!({"op": "decrypt", "key": "c", "ciphertext": text, "aad": aad});
        assert_eq!(driver.call(&open(&text, aad)).unwrap(), plain);
        assert_eq!(driver.call(&open(&text, "00")), Err("decrypt_failed".to_owned()));
        assert_eq!(driver.call(&json!({"op": "rotate", "key": "c"})).unwrap(), 2);
        let text = driver.call(&json!({"op": "rewrap", "key": "c", "ciphertext": text, "aad": aad})).unwrap();
        assert!(text.as_str().unwrap().starts_with("vault:v2:"));
        assert_eq!(driver.call(&open(&text, aad)).unwrap(), plain);
        let binary = driver.call(&json!({"op": "encrypt_binary", "key": "c", "plaintext": plain})).unwrap();
        driver.call(&json!({"op": "rotate", "key": "c"})).unwrap();
        let binary = driver.call(&json!({"op": "rewrap_binary", "key": "c", "binary": binary})).unwrap();
        assert_eq!(
            driver.call(&json!({"op": "decrypt_binary", "key": "c", "binary": binary})).unwrap(),
            plain
        );
        for (make, check, key) in [("sign", "verify", "s"), ("hmac", "verify_hmac", "c")] {
            let made = driver.call(&json!({"op": make, "key": key, "message": plain})).unwrap();
            driver.call(&json!({"op": check, "key": key, "message": plain, "signature": made})).unwrap();
            assert_eq!(
                driver.call(&json!({"op": check, "key": key, "message": aad, "signature": made})),
                Err("bad_signature".to_owned())
            );
        }
        assert_eq!(driver.call(&json!({"op": "keys"})).unwrap(), "c,s");
        assert!(driver.calls >= 21);
        driver.end();
    }
}
