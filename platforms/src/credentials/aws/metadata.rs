//! Keys that the machine has: from the agent of a container (ECS, EKS), or from the metadata of an instance
//! (IMDSv2). Never through a proxy.

use super::super::place::Place;
use super::{LOOK, Search};
use crate::answer::Answer;
use crate::aws::keys::Keys;
use crate::aws::moment::Moment;
use crate::aws::place::variable_of;
use crate::http::Request;
use crate::url::is_loopback;
use std::time::Duration;
use strongroom::{SealError, SecretBytes};

/// A machine that is none of AWS's has nothing at these addresses, and so does not answer.
const PATIENCE: Duration = Duration::from_secs(2);

impl Search<'_> {
    /// Those of a container, if it has an agent.
    pub(super) fn of_container(&self) -> Result<Option<Keys>, SealError> {
        let url = match variable_of("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI") {
            Some(path) if path.starts_with('/') => format!("http://169.254.170.2{path}"),
            Some(_) => return Err(self.fails("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI is no path")),
            None => match variable_of("AWS_CONTAINER_CREDENTIALS_FULL_URI") {
                Some(url) => url,
                None => return Ok(None),
            },
        };
        if !is_agent(&url) {
            return Err(
                self.fails("AWS_CONTAINER_CREDENTIALS_FULL_URI has no TLS and leads to no agent of AWS's")
            );
        }
        let file = variable_of("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE").map(|path| Place::File(path.into()));
        let token = file.unwrap_or(Place::Env("AWS_CONTAINER_AUTHORIZATION_TOKEN"));
        let token = match token {
            Place::Env(_) if !token.is_there() => None,
            token => Some(token.read().map_err(|reason| self.fails(reason))?),
        };
        let headers: Vec<(&'static str, &[u8])> =
            token.iter().map(|token| ("authorization", token.expose())).collect();
        let answer = self.machine("GET", &url, &headers)?;
        if answer.status != 200 {
            return Err(self.client.failure(LOOK).answered(
                answer.status,
                None,
                "the container's agent refuses",
            ));
        }
        given(&answer).map(Some).ok_or_else(|| self.client.failure(LOOK).unreadable())
    }

    /// Those of the instance's role.
    pub(super) fn of_instance(&self) -> Result<Keys, SealError> {
        const NOWHERE: &str = "there are no credentials in the environment, in a profile, by a web identity \
            or from a container";
        if variable_of("AWS_EC2_METADATA_DISABLED").is_some_and(|value| value.eq_ignore_ascii_case("true")) {
            return Err(self.fails(format!("{NOWHERE}, and the instance's metadata are disabled")));
        }
        let is_v6 = variable_of("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE")
            .is_some_and(|mode| mode.eq_ignore_ascii_case("ipv6"));
        let usual = if is_v6 { "http://[fd00:ec2::254]" } else { "http://169.254.169.254" };
        let address = variable_of("AWS_EC2_METADATA_SERVICE_ENDPOINT").unwrap_or_else(|| usual.to_owned());
        let address = address.trim_end_matches('/');
        let ttl: (&str, &[u8]) = ("x-aws-ec2-metadata-token-ttl-seconds", b"300");
        let token = self.machine("PUT", &format!("{address}/latest/api/token"), &[ttl]);
        let Ok(token) = token else {
            return Err(
                self.fails(format!("{NOWHERE}, and this is no instance of AWS's, which would have metadata"))
            );
        };
        let refused = |answer: &Answer| {
            self.client.failure(LOOK).answered(answer.status, None, "the instance's metadata refuse")
        };
        if token.status != 200 {
            return Err(refused(&token));
        }
        let header: [(&str, &[u8]); 1] = [("x-aws-ec2-metadata-token", token.body.expose().trim_ascii())];
        let roles = format!("{address}/latest/meta-data/iam/security-credentials/");
        let role = self.machine("GET", &roles, &header)?;
        if role.status == 404 {
            return Err(self.fails(format!("{NOWHERE}, and the instance has no role")));
        }
        if role.status != 200 {
            return Err(refused(&role));
        }
        let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"+=,.@_-".contains(byte);
        let name = role.body.expose().trim_ascii();
        let name = std::str::from_utf8(name)
            .ok()
            .filter(|name| !name.is_empty() && name.as_bytes().iter().all(is_name));
        let name = name.ok_or_else(|| self.client.failure(LOOK).unreadable())?;
        let answer = self.machine("GET", &format!("{roles}{name}"), &header)?;
        if answer.status != 200 {
            return Err(refused(&answer));
        }
        let is_success = answer.plain(&["Code"]).as_deref() == Some("Success");
        given(&answer).filter(|_| is_success).ok_or_else(|| self.client.failure(LOOK).unreadable())
    }

    fn machine(
        &self,
        method: &'static str,
        url: &str,
        headers: &[(&'static str, &[u8])],
    ) -> Result<Answer, SealError> {
        let request =
            Request { operation: LOOK, method, url, headers, body: None, repeatable: true, direct: true };
        self.client.ask(&request, self.deadline.within(PATIENCE))
    }
}

/// Both answer alike.
fn given(answer: &Answer) -> Option<Keys> {
    let read = |name: &str| -> Option<SecretBytes> { answer.secret(&[name]).filter(|text| !text.is_empty()) };
    let until = Moment::read(&answer.plain(&["Expiration"])?)?;
    Some(Keys::new(&read("AccessKeyId")?, read("SecretAccessKey")?, read("Token"))?.until(Some(until)))
}

/// Where an agent may be: with TLS anywhere, without it on this machine and at the addresses of AWS's own.
fn is_agent(url: &str) -> bool {
    if url.starts_with("https://") {
        return true;
    }
    let host = url.strip_prefix("http://").and_then(|rest| rest.split(['/', '?']).next()).unwrap_or_default();
    let name = host.strip_suffix(":80").unwrap_or(host);
    is_loopback(host) || matches!(name, "169.254.170.2" | "169.254.170.23" | "[fd00:ec2::23]")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_agent_without_tls_is_one_of_this_machine() {
        for url in [
            "https://agent.example/x",
            "http://127.0.0.1:51679/x",
            "http://localhost/x",
            "http://169.254.170.2/v2/x",
            "http://169.254.170.23/v1/credentials",
            "http://[fd00:ec2::23]/v1/credentials",
        ] {
            assert!(is_agent(url), "{url}");
        }
        for url in [
            "http://agent.example/x",
            "http://169.254.169.254/x",
            "http://127.0.0.1@h/x",
            "ftp://127.0.0.1/x",
            "",
        ] {
            assert!(!is_agent(url), "{url}");
        }
    }
}
