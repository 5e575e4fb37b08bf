//! URIs of PKCS#11 (RFC 7512), of which a seal needs a part.

use super::Which;
use crate::credentials::place::Place;
use crate::url::{decoded, decoded_bytes, invalid};
use std::path::PathBuf;
use strongroom::Error;

/// What a URI says.
#[derive(Debug, Default)]
pub(crate) struct Uri {
    pub(crate) which: Which,
    pub(crate) module: Option<PathBuf>,
    pub(crate) pin: Option<Place>,
    pub(crate) mechanism: Option<String>,
    pub(crate) seal_id: Option<String>,
}

impl Uri {
    /// Of what follows `pkcs11:`.
    pub(crate) fn read(rest: &str) -> Result<Self, Error> {
        let (path, query) = rest.split_once('?').map_or((rest, ""), |(path, query)| (path, query));
        let mut uri = Self::default();
        let mut known: Vec<&str> = Vec::new();
        for pair in path.split(';').filter(|pair| !pair.is_empty()) {
            let (name, value) = named(pair, &mut known)?;
            uri.attribute(name, value)?;
        }
        known.clear();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = named(pair, &mut known)?;
            uri.parameter(name, value)?;
        }
        Ok(uri)
    }

    fn attribute(&mut self, name: &str, value: &str) -> Result<(), Error> {
        let which = &mut self.which;
        match name {
            "token" => which.token = Some(decoded(value)?),
            "serial" => which.serial = Some(decoded(value)?),
            "manufacturer" => which.manufacturer = Some(decoded(value)?),
            "model" => which.model = Some(decoded(value)?),
            "object" => which.object = Some(decoded(value)?),
            "id" => which.object_id = Some(decoded_bytes(value)?),
            "slot-id" => {
                let slot = value.parse().map_err(|_| invalid("its slot-id is no number"))?;
                which.slot = Some(slot);
            }
            // The mechanism says which classes are looked for.
            "type" if matches!(value, "secret-key" | "private" | "public") => {}
            "type" => return Err(invalid("its type is secret-key, private or public")),
            _ => return Err(invalid("it has an attribute of PKCS#11 that is not known here")),
        }
        Ok(())
    }

    fn parameter(&mut self, name: &str, value: &str) -> Result<(), Error> {
        match name {
            "pin-value" => {
                return Err(invalid(
                    "pin-value would be a secret, which never stands in a URL; use pin-source",
                ));
            }
            "pin-source" => self.pin = Some(pin(&decoded(value)?)?),
            "module-path" => {
                let path = PathBuf::from(decoded(value)?);
                if !path.is_absolute() {
                    return Err(invalid("its module-path does not begin at the root"));
                }
                self.module = Some(path);
            }
            "mechanism" => self.mechanism = Some(decoded(value)?),
            "id" => self.seal_id = Some(decoded(value)?),
            _ => return Err(invalid("it has a parameter of PKCS#11 that is not known here")),
        }
        Ok(())
    }
}

fn named<'a>(pair: &'a str, known: &mut Vec<&'a str>) -> Result<(&'a str, &'a str), Error> {
    let (name, value) = pair.split_once('=').ok_or_else(|| invalid("a part of it is no name=value"))?;
    if known.contains(&name) {
        return Err(invalid("it says the same attribute twice"));
    }
    known.push(name);
    Ok((name, value))
}

/// A file or a variable; and no command, which the RFC also knows.
fn pin(source: &str) -> Result<Place, Error> {
    if let Some(name) = source.strip_prefix("env:") {
        return Ok(Place::Named(name.to_owned()));
    }
    let path = source.strip_prefix("file:").unwrap_or(source);
    let path = path.strip_prefix("//").unwrap_or(path);
    if path.starts_with('/') {
        Ok(Place::File(path.into()))
    } else {
        Err(invalid("its pin-source is file:/PATH or env:NAME"))
    }
}
