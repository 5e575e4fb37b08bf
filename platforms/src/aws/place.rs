//! Where services of AWS are.

use crate::url::{Url, invalid, is_loopback};
use std::path::PathBuf;
use strongroom::Error;

/// A region of AWS, and who asks there.
///
/// Credentials are found where AWS's own tools find them: in the environment, in a profile of
/// `~/.aws/credentials` and `~/.aws/config`, by a web identity, from a container's agent or from the
/// instance's metadata.
///
/// ```
/// use strongroom_platforms::AwsRegion;
/// let region = AwsRegion::new("eu-central-1")?.profile("production");
/// assert!(AwsRegion::new("eu-central-1/evil.example").is_err());
/// # Ok::<(), strongroom::Error>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct AwsRegion {
    pub(crate) name: Option<String>,
    /// Of the service, and of the one that gives credentials, each as `https://host` without more.
    pub(crate) endpoint: Option<String>,
    pub(crate) sts_endpoint: Option<String>,
    pub(crate) ca_file: Option<PathBuf>,
    pub(crate) profile: Option<String>,
    pub(crate) credentials_file: Option<PathBuf>,
}

impl AwsRegion {
    /// The region of this name.
    ///
    /// # Errors
    /// [`Error::InvalidUrl`]
    pub fn new(name: &str) -> Result<Self, Error> {
        if !is_region(name) {
            return Err(invalid("its region is none; regions are called like eu-central-1"));
        }
        Ok(Self { name: Some(name.to_owned()), ..Self::default() })
    }

    /// The region that the environment names when it is asked: `AWS_REGION` or `AWS_DEFAULT_REGION`, else
    /// that of the profile.
    pub fn from_env() -> Self {
        Self::default()
    }

    /// The address of the service, in place of AWS's own: of an endpoint in a private network, say, or of a
    /// server that does the same. Without TLS it must be this machine.
    ///
    /// # Errors
    /// [`Error::InvalidUrl`]
    pub fn endpoint(self, address: &str) -> Result<Self, Error> {
        Ok(Self { endpoint: Some(origin(address)?), ..self })
    }

    /// The address of the service that gives credentials (STS), likewise.
    ///
    /// # Errors
    /// [`Error::InvalidUrl`]
    pub fn sts_endpoint(self, address: &str) -> Result<Self, Error> {
        Ok(Self { sts_endpoint: Some(origin(address)?), ..self })
    }

    /// Certificates in PEM that the services' own must lead to, in place of those of the system.
    #[must_use]
    pub fn ca_file(self, path: impl Into<PathBuf>) -> Self {
        Self { ca_file: Some(path.into()), ..self }
    }

    /// The profile that holds the credentials, and no other place.
    #[must_use]
    pub fn profile(self, name: impl Into<String>) -> Self {
        Self { profile: Some(name.into()), ..self }
    }

    /// A file such as `~/.aws/credentials` that holds the credentials, and no other place.
    #[must_use]
    pub fn credentials_file(self, path: impl Into<PathBuf>) -> Self {
        Self { credentials_file: Some(path.into()), ..self }
    }

    /// What a URL says of it, with the region that the name of what is asked for has.
    pub(crate) fn of(url: &mut Url, named: Option<&str>) -> Result<Self, Error> {
        if url.host().is_some() {
            return Err(invalid(format!("it names no host; begin it with {}:///", url.scheme())));
        }
        let region = url.take("region");
        if let (Some(region), Some(named)) = (&region, named)
            && region != named
        {
            return Err(invalid("its region is not that of its ARN"));
        }
        let mut place = match region.as_deref().or(named) {
            Some(region) => Self::new(region)?,
            None => Self::from_env(),
        };
        if let Some(address) = url.take("endpoint") {
            place = place.endpoint(&address)?;
        }
        if let Some(address) = url.take("sts_endpoint") {
            place = place.sts_endpoint(&address)?;
        }
        if let Some(path) = url.take("ca_file") {
            place = place.ca_file(path);
        }
        if let Some(path) = url.take("credentials_file") {
            place = place.credentials_file(path);
        }
        Ok(match url.take("profile") {
            Some(profile) => place.profile(profile),
            None => place,
        })
    }

    /// Where the service is asked, as `https://host`; or why it cannot be.
    pub(crate) fn address(&self, service: &str, region: &str) -> Result<String, String> {
        let said = if service == "sts" { &self.sts_endpoint } else { &self.endpoint };
        if let Some(said) = said {
            return Ok(said.clone());
        }
        let own = format!(
            "AWS_ENDPOINT_URL_{}",
            service.to_ascii_uppercase().replace("SECRETSMANAGER", "SECRETS_MANAGER")
        );
        for variable in [own.as_str(), "AWS_ENDPOINT_URL"] {
            if let Some(address) = variable_of(variable) {
                return origin(&address).map_err(|_| {
                    format!("the variable {variable} of the environment names no endpoint with https")
                });
            }
        }
        Ok(format!("https://{service}.{region}.{}", domain(region)))
    }
}

/// A variable of the environment that is set and not empty.
pub(crate) fn variable_of(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

pub(crate) fn is_region(name: &str) -> bool {
    let is_inside = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=40).contains(&name.len())
        && name.bytes().all(is_inside)
        && !name.starts_with('-')
        && !name.ends_with('-')
}

/// `https://host:port` of an address, as it stands in the header `host` too: without the usual port.
fn origin(address: &str) -> Result<String, Error> {
    let url = Url::parse(address.strip_suffix('/').unwrap_or(address))?;
    let (scheme, port) = match url.scheme() {
        "https" => ("https", ":443"),
        "http" => ("http", ":80"),
        _ => return Err(invalid("an endpoint begins with https://")),
    };
    let host = url.host().filter(|_| url.path().is_empty());
    let host = host.ok_or_else(|| invalid("an endpoint is a host, with its port if need be, and no path"))?;
    if scheme == "http" && !is_loopback(host) {
        return Err(invalid("without TLS an endpoint is asked on this machine only; use https"));
    }
    let origin = format!("{scheme}://{}", host.strip_suffix(port).unwrap_or(host));
    url.finish()?;
    Ok(origin)
}

/// The domain of a region's services. Regions are in partitions, which their names tell.
fn domain(region: &str) -> &'static str {
    const PARTITIONS: [(&str, &str); 6] = [
        ("cn-", "amazonaws.com.cn"),
        ("eusc-", "amazonaws.eu"),
        ("us-iso-", "c2s.ic.gov"),
        ("us-isob-", "sc2s.sgov.gov"),
        ("us-isof-", "csp.hci.ic.gov"),
        ("eu-isoe-", "cloud.adc-e.uk"),
    ];
    let partition = PARTITIONS.iter().find(|(prefix, _)| region.starts_with(prefix));
    partition.map_or("amazonaws.com", |(_, domain)| domain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_is_a_part_of_a_name() {
        for region in ["eu-central-1", "us-gov-west-1", "cn-north-1"] {
            assert!(is_region(region), "{region}");
        }
        for region in ["", "-a", "a-", "eu.central", "eu/central", "EU", "a@b", "a:1"] {
            assert!(!is_region(region), "{region}");
        }
        assert_eq!(domain("eu-central-1"), "amazonaws.com");
        assert_eq!(domain("cn-north-1"), "amazonaws.com.cn");
        assert_eq!(domain("us-isob-east-1"), "sc2s.sgov.gov");
    }

    #[test]
    fn an_endpoint_is_a_host_with_tls() {
        for (address, read) in [
            (
                "https://vpce-1.kms.eu-central-1.vpce.amazonaws.com",
                "https://vpce-1.kms.eu-central-1.vpce.amazonaws.com",
            ),
            ("https://h:443/", "https://h"),
            ("https://h:8443", "https://h:8443"),
            ("http://127.0.0.1:5000", "http://127.0.0.1:5000"),
            ("http://localhost:80", "http://localhost"),
        ] {
            assert_eq!(origin(address).unwrap(), read);
        }
        for address in [
            "http://h",
            "http://10.0.0.1",
            "https://h/path",
            "https://u@h",
            "ftp://h",
            "h",
            "https://h?x=y",
            "",
        ] {
            assert!(origin(address).is_err(), "{address}");
        }
    }
}
