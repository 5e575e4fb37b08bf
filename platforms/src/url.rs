//! The one grammar of URLs. They never hold a secret, and no error repeats what one holds: a secret may stand
//! in it by mistake.

mod names;

use names::{KNOWN, LOCAL, OTHERS, SECRET, near, no_scheme, told};
pub(crate) use names::{invalid, not_writable, unknown};
use std::path::Path;
use strongroom::{Error, Near};

/// A URL that has been taken apart: `scheme://host:port/path?name=value&…`, or `scheme:place?name=value&…`
/// where no `//` follows.
pub(crate) struct Url {
    scheme: String,
    /// What follows the colon, as it was written.
    rest: String,
    /// What of it stands before the parameters.
    place: String,
    host: Option<String>,
    path: Vec<String>,
    parameters: Vec<(String, String)>,
}

impl Url {
    pub(crate) fn parse(text: &str) -> Result<Self, Error> {
        let (scheme, rest) =
            text.split_once(':').ok_or_else(|| invalid("it has no scheme, such as vault:"))?;
        let is_scheme = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '+';
        if scheme.is_empty() || !scheme.chars().all(is_scheme) {
            return Err(no_scheme(scheme));
        }
        if rest.chars().any(|c| c.is_control() || c.is_whitespace()) {
            return Err(invalid("there is a space or a control character in it; write %20 for a space"));
        }
        if rest.contains('#') {
            return Err(invalid("it has a fragment (#); write %23 where the character is meant"));
        }
        let (place, query) = rest.split_once('?').map_or((rest, None), |(place, query)| (place, Some(query)));
        let mut url = Self {
            scheme: scheme.to_owned(),
            rest: rest.to_owned(),
            place: place.to_owned(),
            host: None,
            path: Vec::new(),
            parameters: Vec::new(),
        };
        if OTHERS.contains(&scheme) {
            return Ok(url);
        }
        if let Some(hierarchy) = place.strip_prefix("//").filter(|_| !LOCAL.contains(&scheme)) {
            url.read(hierarchy)?;
        }
        query.map_or(Ok(()), |query| url.read_query(query))?;
        Ok(url)
    }

    fn read(&mut self, hierarchy: &str) -> Result<(), Error> {
        let (authority, path) = hierarchy.split_once('/').unwrap_or((hierarchy, ""));
        if authority.contains('@') {
            return Err(invalid(
                "it has a user or a password before its host; credentials never stand in a URL",
            ));
        }
        let is_host = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']');
        if !authority.chars().all(is_host) {
            return Err(invalid("its host has a character that no host has"));
        }
        // Of an address of IPv6 without a port what stands behind the last colon ends its brackets.
        let port = authority.rsplit_once(':').map(|(_, port)| port).filter(|port| !port.ends_with(']'));
        if port.is_some_and(|port| port.parse::<u16>().map_or(true, |number| number == 0)) {
            return Err(invalid("its port is no number from 1 to 65535"));
        }
        self.host = Some(authority.to_ascii_lowercase()).filter(|host| !host.is_empty());
        if path.ends_with('/') {
            return Err(invalid("its path ends with '/'; leave that out"));
        }
        for segment in path.split('/').filter(|_| !path.is_empty()) {
            let segment = decoded(segment)?;
            if !is_part(&segment) {
                return Err(invalid("a part of its path is empty, '.', '..' or has an encoded '/'"));
            }
            self.path.push(segment);
        }
        Ok(())
    }

    fn read_query(&mut self, query: &str) -> Result<(), Error> {
        for pair in query.split('&') {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
            if name.is_empty() || name.len() > 32 || !name.chars().all(is_name) {
                let near = near(&name.to_lowercase().replace('-', "_"));
                return Err(invalid(format!("a parameter of it has no proper name{near}")));
            }
            if self.parameters.iter().any(|(known, _)| known == name) {
                return Err(invalid(format!("it has {} twice", told(name))));
            }
            self.parameters.push((name.to_owned(), decoded(value)?));
        }
        Ok(())
    }

    pub(crate) fn scheme(&self) -> &str {
        &self.scheme
    }

    /// What follows the colon, for platforms with a grammar of their own.
    #[allow(dead_code, reason = "not every feature has one")]
    pub(crate) fn rest(&self) -> &str {
        &self.rest
    }

    /// The host, with the port if there is one.
    #[allow(dead_code, reason = "not every feature has one")]
    pub(crate) fn host(&self) -> Option<&str> {
        self.host.as_deref()
    }

    /// The parts of the path, decoded.
    #[allow(dead_code, reason = "not every feature has one")]
    pub(crate) fn path(&self) -> &[String] {
        &self.path
    }

    /// Takes a parameter out, decoded.
    #[allow(dead_code, reason = "not every feature has one")]
    pub(crate) fn take(&mut self, name: &str) -> Option<String> {
        let at = self.parameters.iter().position(|(known, _)| known == name)?;
        Some(self.parameters.swap_remove(at).1)
    }

    /// Nothing may be left that nobody has taken: what is not known is not left out of account.
    #[allow(dead_code, reason = "not every feature has one")]
    pub(crate) fn finish(self) -> Result<(), Error> {
        let Some((name, _)) = self.parameters.first() else { return Ok(()) };
        Err(invalid(if SECRET.contains(&name.as_str()) {
            format!("the parameter {name} would be a secret, which never stands in a URL")
        } else {
            let near = if KNOWN.contains(&name.as_str()) { Near::default() } else { near(name) };
            format!("{} does not know {}{near}; docs/seals.md lists what it knows", self.scheme, told(name))
        }))
    }

    /// The path of a file of this machine. A secret that stands there by mistake seldom looks like one.
    pub(crate) fn local_path(&self) -> Result<String, Error> {
        let place = if self.place.starts_with("///") { &self.place[2..] } else { &self.place };
        let path = decoded(place)?;
        let is_path = Path::new(&path).is_absolute() || path.starts_with("./") || path.starts_with("../");
        if !is_path || path.starts_with("//") {
            let scheme = &self.scheme;
            return Err(invalid(format!("after {scheme}: stands a path that begins with /, ./ or ../")));
        }
        Ok(path)
    }

    /// The name of a variable of the environment.
    pub(crate) fn variable(&self) -> Result<String, Error> {
        let is_inside = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
        let is_name = self.place.starts_with(|first: char| first.is_ascii_uppercase() || first == '_');
        if !is_name || !self.place.bytes().all(is_inside) {
            let scheme = &self.scheme;
            return Err(invalid(format!("after {scheme}: stands a name of capital letters, digits and _")));
        }
        Ok(self.place.clone())
    }
}

/// Whether it can be one part of a path.
fn is_part(text: &str) -> bool {
    !text.is_empty()
        && text != "."
        && text != ".."
        && !text.contains('/')
        && !text.chars().any(char::is_control)
}

/// Text with its `%xx` decoded.
pub(crate) fn decoded(text: &str) -> Result<String, Error> {
    let text = String::from_utf8(decoded_bytes(text)?).map_err(|_| broken())?;
    if text.chars().any(char::is_control) { Err(broken()) } else { Ok(text) }
}

fn broken() -> Error {
    invalid("a % in it is not followed by two hexadecimal digits of UTF-8; write %25 for it")
}

/// Bytes with their `%xx` decoded.
pub(crate) fn decoded_bytes(text: &str) -> Result<Vec<u8>, Error> {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            out.push(byte);
            continue;
        }
        let mut digit = || bytes.next().and_then(|digit| char::from(digit).to_digit(16));
        let (high, low) = (digit().ok_or_else(broken)?, digit().ok_or_else(broken)?);
        out.push(u8::try_from(high << 4 | low).map_err(|_| broken())?);
    }
    Ok(out)
}

/// A path of several parts that somebody gave as one text, such as `deep/mount`, encoded.
#[allow(dead_code, reason = "not every feature has one")]
pub(crate) fn encoded_path(text: &str) -> Result<String, Error> {
    if !text.split('/').all(is_part) {
        return Err(invalid(
            "a mount or a name begins or ends with '/', or a part of it is empty, '.' or '..'",
        ));
    }
    Ok(text.split('/').map(encoded).collect::<Vec<_>>().join("/"))
}

/// A part of a path, encoded.
#[allow(dead_code, reason = "not every feature has one")]
pub(crate) fn encoded(segment: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
    segment
        .bytes()
        .map(|byte| if is_plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

/// Whether a host, with or without a port, is this machine.
#[allow(dead_code, reason = "not every feature has one")]
pub(crate) fn is_loopback(host: &str) -> bool {
    use std::net::{IpAddr, SocketAddr};
    let name = host.rsplit_once(':').map_or(host, |(name, port)| {
        if port.bytes().all(|digit| digit.is_ascii_digit()) { name } else { host }
    });
    let address = name.trim_start_matches('[').trim_end_matches(']');
    name == "localhost"
        || host.parse::<SocketAddr>().is_ok_and(|socket| socket.ip().is_loopback())
        || address.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> String {
        Url::parse(text).err().unwrap_or_else(|| panic!("{text} was taken")).to_string()
    }

    #[test]
    fn it_is_taken_apart() {
        let mut url =
            Url::parse("vault://Vault.Example:8200/team%20a/transit/app?id=x%26y&ca_file=/a").unwrap();
        assert_eq!((url.scheme(), url.host()), ("vault", Some("vault.example:8200")));
        assert_eq!(url.path(), ["team a", "transit", "app"]);
        assert_eq!(url.take("id").as_deref(), Some("x&y"));
        assert_eq!(url.take("id"), None);
        assert!(Url::parse("vault://h/a?b=c").unwrap().finish().is_err());
        assert_eq!(url.take("ca_file").as_deref(), Some("/a"));
        url.finish().unwrap();
        assert_eq!(Url::parse("pkcs11:token=a;object=b").unwrap().rest(), "token=a;object=b");
        assert_eq!(Url::parse("vault:///transit/app").unwrap().host(), None);
    }

    #[test]
    fn what_it_may_hold_by_mistake_is_not_repeated() {
        for text in [
            "hunter2",
            "Hunter2://x",
            "vault://user:hunter2@host/a/b",
            "vault://hunter2 /a",
            "vault://host/a/b#hunter2",
            "vault://host/a//hunter2",
            "vault://host/a/../hunter2",
            "vault://host/a%2Fhunter2",
            "vault://host/%zz/hunter2",
            "vault://host/%00/hunter2",
            "vault://host/a/b?id=1&id=hunter2",
            "vault://host/a/b?HUNTER2",
            "vault://h\u{f6}st/hunter2",
        ] {
            assert!(!refused(text).to_lowercase().contains("hunter2"), "{text}");
        }
        let left = Url::parse("vault://host/a/b?token=hunter2").unwrap().finish().unwrap_err().to_string();
        assert!(left.contains("never stands in a URL") && !left.contains("hunter2"), "{left}");
    }

    #[test]
    fn a_parameter_that_is_misspelt_is_answered_with_the_one_that_was_meant() {
        for (written, meant) in [
            ("ca-file", "ca_file"),
            ("cafile", "ca_file"),
            ("CA_FILE", "ca_file"),
            ("role-id-fil", "role_id_file"),
            ("regoin", "region"),
            ("token_fil", "token_file"),
        ] {
            let text = format!("vault://h/a/b?{written}=x");
            let said = match Url::parse(&text) {
                Ok(url) => url.finish().unwrap_err().to_string(),
                Err(error) => error.to_string(),
            };
            assert!(said.contains(&format!("(did you mean \"{meant}\"?)")), "{written}: {said}");
            assert!(!said.replace(meant, "").contains(written), "{written}: {said}");
        }
        // One that another platform has is known by its name, and what is like none is not told of.
        for written in ["region", "hunter2", "hunter-2"] {
            let said = match Url::parse(&format!("vault://h/a/b?{written}=x")) {
                Ok(url) => url.finish().unwrap_err().to_string(),
                Err(error) => error.to_string(),
            };
            assert!(!said.contains("did you mean"), "{said}");
        }
    }

    #[test]
    fn a_slash_too_many_is_told_of() {
        for text in ["vault://host/transit/app/", "vault://host/transit/"] {
            assert!(refused(text).contains("ends with '/'"), "{text}");
        }
    }

    #[test]
    fn this_machine_is_known() {
        for host in ["localhost", "localhost:8200", "127.0.0.1", "127.1.2.3:80", "[::1]", "[::1]:8200"] {
            assert!(is_loopback(host), "{host}");
        }
        for host in ["localhost.example", "128.0.0.1", "127.0.0.1.example:80", "[::2]:8200", "10.0.0.1", ""] {
            assert!(!is_loopback(host), "{host}");
        }
    }

    #[test]
    fn parts_are_encoded_as_they_are_decoded() {
        for text in ["app", "a b", "ü/%", "a+b"] {
            assert_eq!(decoded(&encoded(text)).unwrap(), text);
        }
    }
}
