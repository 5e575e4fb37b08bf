//! The proxy that the environment names, as `curl` reads it.

use std::ffi::OsString;
use std::net::IpAddr;

/// A proxy, and the variable that names it.
pub(crate) struct Proxy {
    pub(crate) variable: &'static str,
    pub(crate) way: ureq::Proxy,
}

impl Proxy {
    /// What to call it: it may have a password, which is not said.
    pub(crate) fn name(&self) -> String {
        format!("the proxy {}:{} of {}", self.way.host(), self.way.port(), self.variable)
    }
}

const PROXY: [&str; 4] = ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"];
const NO_PROXY: [&str; 2] = ["no_proxy", "NO_PROXY"];

/// The proxy to a host, with or without a port, that is asked over TLS; or what is wrong with the variable.
pub(crate) fn to(
    host: &str,
    read: impl Fn(&'static str) -> Option<OsString>,
) -> Result<Option<Proxy>, String> {
    let first = |names: &[&'static str]| {
        let set = names.iter().find_map(|name| Some((*name, read(name).filter(|value| !value.is_empty())?)));
        set.map(|(name, value)| match value.into_string() {
            Ok(value) => Ok((name, value)),
            Err(_) => Err(format!("the variable {name} of the environment is not UTF-8")),
        })
    };
    let Some((variable, value)) = first(&PROXY).transpose()? else { return Ok(None) };
    if first(&NO_PROXY).transpose()?.is_some_and(|(_, list)| is_listed(&list, host)) {
        return Ok(None);
    }
    let value = value.trim();
    if value.to_ascii_lowercase().starts_with("socks") && value.contains("://") {
        return Err(format!(
            "the variable {variable} of the environment names a SOCKS proxy, through which nothing is asked; \
             name an HTTP proxy in HTTPS_PROXY, or the host in NO_PROXY"
        ));
    }
    match ureq::Proxy::new(value) {
        Ok(way) => Ok(Some(Proxy { variable, way })),
        Err(_) => Err(format!("the variable {variable} of the environment names no proxy")),
    }
}

/// Whether a host is among those that are asked without a proxy: names with all below them, addresses and
/// networks, each with a port if it is about that one alone, and `*` for all.
fn is_listed(list: &str, host: &str) -> bool {
    let (name, port) = apart(host);
    let address: Option<IpAddr> = name.parse().ok();
    list.split(|c: char| c == ',' || c.is_whitespace()).any(|entry| {
        if let Some((network, bits)) = entry.split_once('/') {
            return address.is_some_and(|address| is_within(address, network, bits));
        }
        let (listed, only) = apart(entry);
        let listed = listed.trim_start_matches('*').trim_start_matches('.').to_ascii_lowercase();
        let is_it = match listed.parse::<IpAddr>() {
            Ok(listed) => address == Some(listed),
            Err(_) if listed.is_empty() => entry == "*",
            Err(_) => name.strip_suffix(&listed).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')),
        };
        is_it && only.is_none_or(|only| only == port.unwrap_or(443))
    })
}

/// Name and port of `name:port`, `[address]:port`, or of either without a port.
fn apart(host: &str) -> (&str, Option<u16>) {
    let bare = |name: &'_ str| name.len() - name.trim_start_matches('[').len();
    let named = host.rsplit_once(':').filter(|(name, _)| bare(name) == 1 || !name.contains(':'));
    let (name, port) = match named.and_then(|(name, port)| Some((name, port.parse().ok()?))) {
        Some((name, port)) => (name, Some(port)),
        None => (host, None),
    };
    (name.trim_start_matches('[').trim_end_matches(']'), port)
}

fn is_within(address: IpAddr, network: &str, bits: &str) -> bool {
    let number = |address: IpAddr| match address {
        IpAddr::V4(v4) => (u128::from(v4.to_bits()) << 96, 32),
        IpAddr::V6(v6) => (v6.to_bits(), 128),
    };
    let (Ok(network), Ok(bits)) = (network.parse::<IpAddr>(), bits.parse::<u32>()) else { return false };
    let ((address, width), (network, other)) = (number(address), number(network));
    let differ = (address ^ network).leading_zeros();
    width == other && bits <= width && differ >= bits
}

#[cfg(test)]
mod tests {
    use super::*;

    fn to_host(host: &str, set: &[(&'static str, &str)]) -> Result<Option<String>, String> {
        let read = |name| set.iter().find(|(known, _)| *known == name).map(|(_, value)| value.into());
        Ok(to(host, read)?.map(|proxy| proxy.name()))
    }

    #[test]
    fn the_nearest_variable_counts() {
        let all = [("ALL_PROXY", "http://a:1"), ("HTTPS_PROXY", "http://b:2"), ("HTTP_PROXY", "http://c:3")];
        assert_eq!(to_host("h", &all).unwrap().unwrap(), "the proxy b:2 of HTTPS_PROXY");
        assert_eq!(to_host("h", &all[..1]).unwrap().unwrap(), "the proxy a:1 of ALL_PROXY");
        assert_eq!(to_host("h", &all[2..]).unwrap(), None);
        let lower = [("https_proxy", "http://user:hunter2@a:1"), ("HTTPS_PROXY", "http://b:2")];
        assert_eq!(to_host("h", &lower).unwrap().unwrap(), "the proxy a:1 of https_proxy");
        let empty = [("https_proxy", ""), ("HTTPS_PROXY", " b:2 ")];
        assert_eq!(to_host("h", &empty).unwrap().unwrap(), "the proxy b:2 of HTTPS_PROXY");
    }

    #[test]
    fn what_cannot_be_used_is_not_passed_by() {
        for scheme in ["socks", "socks4", "socks4a", "socks5", "SOCKS5", "socks5h"] {
            let value = format!("{scheme}://user:hunter2@a:1");
            let why = to_host("h", &[("ALL_PROXY", &value)]).unwrap_err();
            assert!(why.contains("ALL_PROXY") && why.contains("SOCKS") && !why.contains("hunter2"), "{why}");
            assert_eq!(to_host("h", &[("ALL_PROXY", &value), ("NO_PROXY", "h")]).unwrap(), None);
        }
        for value in ["http://", "ftp://hunter2", "a b"] {
            let why = to_host("h", &[("HTTPS_PROXY", value)]).unwrap_err();
            assert!(
                why.contains("HTTPS_PROXY") && why.contains("no proxy") && !why.contains("hunter2"),
                "{why}"
            );
        }
    }

    #[test]
    fn hosts_are_excepted() {
        for (list, host) in [
            ("x, vault.example ,y", "vault.example:8200"),
            ("x vault.example", "vault.example"),
            ("example", "vault.example:8200"),
            (".Example", "vault.example:8200"),
            ("*.example", "vault.example:8200"),
            ("vault.example:8200", "vault.example:8200"),
            ("vault.example:443", "vault.example"),
            ("*", "vault.example"),
            ("10.0.0.0/8", "10.1.2.3:8200"),
            ("10.1.2.3", "10.1.2.3:8200"),
            ("0.0.0.0/0", "10.1.2.3"),
            ("2001:db8::/32", "[2001:db8::1]:8200"),
            ("2001:db8::1", "[2001:db8::1]"),
            ("[2001:db8::1]:8200", "[2001:db8::1]:8200"),
        ] {
            assert!(is_listed(list, host), "{list}: {host}");
        }
        for (list, host) in [
            ("", "vault.example"),
            (" , ", "vault.example"),
            ("ample", "vault.example"),
            ("vault.example:8201", "vault.example:8200"),
            ("vault.example.org", "vault.example"),
            ("10.0.0.0/8", "11.1.2.3"),
            ("10.0.0.0/33", "10.0.0.0"),
            ("10.0.0.0/8", "10.example"),
            ("::/0", "10.1.2.3"),
            ("10.1.2.3", "110.1.2.3"),
        ] {
            assert!(!is_listed(list, host), "{list}: {host}");
        }
    }
}
