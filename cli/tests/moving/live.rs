//! An OpenBao that all tests of this program share, each with mounts of its own, asked over HTTP.

use crate::place::{Place, Run};
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::LazyLock;
use strongroom::{Directory, Keyring, Seal};
use strongroom_servers::{Server, Skipped, bao};

static SERVER: LazyLock<Result<Server, Skipped>> = LazyLock::new(bao::start);

pub(crate) struct Live {
    pub(crate) address: String,
}

impl Live {
    /// The server, or `None` after it was said that the test is skipped.
    pub(crate) fn get(test: &str) -> Option<Self> {
        match &*SERVER {
            Ok(server) => Some(Self { address: server.address.clone() }),
            Err(skipped) => {
                println!("{skipped}: {test}, 0 checks");
                None
            }
        }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// As root, whatever comes of it. HTTP/1.0, so that an answer ends with its connection.
    pub(crate) fn ask(&self, method: &str, path: &str, body: &Value) -> (u16, Value) {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let token = "X-Vault-Token: root";
        let len = body.len();
        write!(stream, "{method} /v1/{path} HTTP/1.0\r\n{token}\r\nContent-Length: {len}\r\n\r\n{body}")
            .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, serde_json::from_str(body).unwrap_or(Value::Null))
    }

    /// The data of an answer, which has to be good.
    #[track_caller]
    pub(crate) fn write(&self, path: &str, body: &Value) -> Value {
        let (status, mut answer) = self.ask("POST", path, body);
        assert!(matches!(status, 200 | 204), "{path}: {status} {answer}");
        answer["data"].take()
    }

    #[track_caller]
    pub(crate) fn read(&self, path: &str) -> Value {
        let (status, mut answer) = self.ask("GET", path, &Value::Null);
        assert_eq!(status, 200, "{path}: {answer}");
        answer["data"].take()
    }

    /// Mounts a Transit engine.
    pub(crate) fn mount(&self, mount: &str) {
        self.write(&format!("sys/mounts/{mount}"), &json!({"type": "transit"}));
    }

    /// A token that a policy says what it may.
    pub(crate) fn token(&self, name: &str, policy: &str) -> String {
        self.write(&format!("sys/policies/acl/{name}"), &json!({ "policy": policy }));
        let asked = json!({"policies": [name], "no_default_policy": true});
        let (_, answer) = self.ask("POST", "auth/token/create", &asked);
        answer["auth"]["client_token"].as_str().unwrap().to_owned()
    }

    /// The names of the keys of a mount.
    pub(crate) fn names(&self, mount: &str) -> Vec<String> {
        let (_, answer) = self.ask("LIST", &format!("{mount}/keys"), &Value::Null);
        let names = answer["data"]["keys"].as_array().cloned().unwrap_or_default();
        names.iter().map(|name| name.as_str().unwrap().to_owned()).collect()
    }
}

/// A keyring, and root's token in the environment.
pub(crate) fn place() -> Place {
    let mut place = Place::new();
    place.set("VAULT_TOKEN", "root");
    place
}

/// The keyring of a place.
pub(crate) fn ring(place: &Place) -> Keyring {
    Keyring::open(Directory::new(place.path("ring")), Seal::root_key_file(place.path("root.key"))).unwrap()
}

/// What is printed as JSON, also where it ends with an error.
#[track_caller]
pub(crate) fn report(run: &Run, code: i32) -> Value {
    assert_eq!(run.code, code, "{} {}", run.err, String::from_utf8_lossy(&run.out));
    serde_json::from_slice(&run.out).unwrap()
}

/// How many keys of a report came to this.
pub(crate) fn count(report: &Value, outcome: &str) -> usize {
    report["keys"].as_array().unwrap().iter().filter(|line| line["outcome"] == *outcome).count()
}

/// The line of a key.
#[track_caller]
pub(crate) fn line<'a>(report: &'a Value, key: &str) -> &'a Value {
    let lines = report["keys"].as_array().unwrap();
    lines.iter().find(|line| line["key"] == *key).unwrap_or_else(|| panic!("{key}: {report}"))
}
