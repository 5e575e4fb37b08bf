//! What the program asks over HTTP, asked without it: it takes longer to start than the server to answer.

use crate::Server;
use serde_json::{Map, Value};
use std::io::{Read, Write};
use std::net::TcpStream;

/// The answer to `write`, or to a `read` whose answer is shown as JSON or by one field. `None` for all other
/// words, and where the server refuses: then the program is to say it.
pub(super) fn ask(server: &Server, words: &[&str]) -> Option<String> {
    let variable = |wanted| server.variables.iter().find(|(name, _)| *name == wanted);
    if !variable("BAO_ADDR")?.1.starts_with("http://") {
        return None;
    }
    let (options, rest): (Vec<&str>, Vec<&str>) = words.iter().partition(|word| word.starts_with('-'));
    let shown = Shown::of(&options)?;
    let (method, path, body) = match (rest.as_slice(), shown) {
        (["token", "lookup"], Shown::Nothing) => ("GET", "auth/token/lookup-self", String::new()),
        (["read", path], Shown::Json | Shown::Field(_)) => ("GET", *path, String::new()),
        (["write", path, fields @ ..], _) => ("PUT", *path, said(fields)?),
        _ => return None,
    };
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-_.".contains(&byte);
    if !path.bytes().all(is_plain) {
        return None;
    }
    let answer = exchange(&server.address, &variable("BAO_TOKEN")?.1, method, path, &body)?;
    shown.in_answer(answer)
}

/// What is wanted of an answer.
#[derive(Clone, Copy)]
enum Shown<'a> {
    Nothing,
    Json,
    Field(&'a str),
}

impl<'a> Shown<'a> {
    fn of(options: &[&'a str]) -> Option<Self> {
        let options: Vec<&str> = options.iter().copied().filter(|option| *option != "-f").collect();
        match options.as_slice() {
            [] => Some(Self::Nothing),
            ["-format=json"] => Some(Self::Json),
            [one] => one.strip_prefix("-field=").map(Self::Field),
            _ => None,
        }
    }

    fn in_answer(self, answer: String) -> Option<String> {
        match self {
            Self::Nothing => Some(String::new()),
            Self::Json => Some(answer.trim().to_owned()),
            Self::Field(name) => match &serde_json::from_str::<Value>(&answer).ok()?["data"][name] {
                Value::String(text) => Some(text.trim().to_owned()),
                Value::Number(number) => Some(number.to_string()),
                _ => None,
            },
        }
    }
}

/// Fields as the program takes them, `name=text` or `name=@file`.
fn said(fields: &[&str]) -> Option<String> {
    let mut said = Map::new();
    for field in fields {
        let (name, text) = field.split_once('=')?;
        let text = match text.strip_prefix('@') {
            Some(file) => std::fs::read_to_string(file).ok()?,
            None => text.to_owned(),
        };
        // Twice is a list, and a bar in front says that what follows is to be taken as it is.
        if text.starts_with('\\') || said.insert(name.to_owned(), text.into()).is_some() {
            return None;
        }
    }
    Some(Value::Object(said).to_string())
}

/// The body of an answer that is a success. In the old form of HTTP, in which it ends with the connection.
fn exchange(address: &str, token: &str, method: &str, path: &str, body: &str) -> Option<String> {
    let mut server = TcpStream::connect(address).ok()?;
    let request = format!(
        "{method} /v1/{path} HTTP/1.0\r\nHost: {address}\r\nX-Vault-Token: {token}\r\nX-Vault-Request: true\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    server.write_all(request.as_bytes()).ok()?;
    let mut answer = String::new();
    server.read_to_string(&mut answer).ok()?;
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1)?;
    // The program tells of what is not there, and of warnings, in words of its own.
    matches!(status, "200" | "204").then(|| body.to_owned())
}
