//! Keys that AWS's service for tokens (STS) gives to who takes on a role.

use super::super::place::Place;
use super::{LOOK, Search};
use crate::answer::Answer;
use crate::aws::keys::Keys;
use crate::aws::moment::Moment;
use crate::aws::said::{self, xml};
use crate::aws::signature::{Scope, authorization};
use crate::http::Request;
use crate::wiped::Wiped;
use strongroom::{SealError, SecretBytes};

const CONTENT: &[u8] = b"application/x-www-form-urlencoded; charset=utf-8";

impl Search<'_> {
    /// Those of a role that a web identity takes on, as pods and CI have one.
    pub(super) fn web_identity(
        &self,
        role: &str,
        session: Option<&str>,
        token: &Place,
    ) -> Result<Keys, SealError> {
        let token = token.read().map_err(|reason| self.fails(reason))?;
        let mut form = form("AssumeRoleWithWebIdentity", role, session);
        field(&mut form, "WebIdentityToken", token.expose());
        self.ask_sts(None, &form.into_secret())
    }

    /// Those of a role that other keys take on.
    pub(super) fn role(
        &self,
        source: &Keys,
        role: &str,
        session: Option<&str>,
        external_id: Option<&str>,
    ) -> Result<Keys, SealError> {
        let mut form = form("AssumeRole", role, session);
        if let Some(id) = external_id {
            field(&mut form, "ExternalId", id.as_bytes());
        }
        self.ask_sts(Some(source), &form.into_secret())
    }

    fn ask_sts(&self, source: Option<&Keys>, form: &SecretBytes) -> Result<Keys, SealError> {
        let region = self.region()?;
        let address = self.place.address("sts", &region).map_err(|reason| self.fails(reason))?;
        let host = address.split_once("://").map_or("", |(_, host)| host);
        let stamp = Moment::now().stamp();
        let mut headers: Vec<(&'static str, &[u8])> =
            vec![("content-type", CONTENT), ("x-amz-date", stamp.as_bytes())];
        let mut authorized = String::new();
        if let Some(keys) = source {
            headers.extend(keys.token.as_ref().map(|token| ("x-amz-security-token", token.expose())));
            let scope = Scope { region: &region, service: "sts", stamp: &stamp };
            let signed = [headers.as_slice(), &[("host", host.as_bytes())]].concat();
            authorized = authorization(keys, &scope, &signed, form.expose());
        }
        headers.extend((!authorized.is_empty()).then_some(("authorization", authorized.as_bytes())));
        let request = Request {
            operation: LOOK,
            method: "POST",
            url: &format!("{address}/"),
            headers: &headers,
            body: Some(form),
            repeatable: true,
            direct: false,
        };
        let answer = self.client.ask(&request, self.deadline)?;
        if answer.status != 200 {
            return Err(self.role_refused(&answer));
        }
        self.given(&answer).ok_or_else(|| self.client.failure(LOOK).unreadable())
    }

    fn given(&self, answer: &Answer) -> Option<Keys> {
        let read = |name| xml(answer.body.expose(), name);
        let until = String::from_utf8(read("Expiration")?.expose().to_vec()).ok();
        let until = Moment::read(&until?)?;
        Some(
            Keys::new(&read("AccessKeyId")?, read("SecretAccessKey")?, read("SessionToken"))?
                .until(Some(until)),
        )
    }

    fn role_refused(&self, answer: &Answer) -> SealError {
        let code = said::code(answer);
        let advice = match code.as_deref() {
            Some(code) if said::is_denied(code) => {
                "the role does not trust who asks, or who asks may not take it on (sts:AssumeRole)"
            }
            Some(code) => said::advice(code),
            None => "",
        };
        self.client.failure(LOOK).answered(answer.status, code.as_deref(), advice)
    }
}

fn form(action: &str, role: &str, session: Option<&str>) -> Wiped {
    let mut form = Wiped::default();
    form.push(format!("Action={action}&Version=2011-06-15").as_bytes());
    field(&mut form, "RoleArn", role.as_bytes());
    field(&mut form, "RoleSessionName", session.unwrap_or("strongroom").as_bytes());
    form
}

fn field(form: &mut Wiped, name: &str, value: &[u8]) {
    form.push(format!("&{name}=").as_bytes());
    for byte in value {
        let is_plain = byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
        if is_plain {
            form.push(&[*byte]);
        } else {
            form.push(format!("%{byte:02X}").as_bytes());
        }
    }
}
