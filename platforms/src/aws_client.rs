//! One service of AWS in one region: how it is asked.

use crate::answer::Answer;
use crate::aws::keys::Keys;
use crate::aws::moment::Moment;
use crate::aws::place::AwsRegion;
use crate::aws::said;
use crate::aws::signature::{Scope, authorization};
use crate::credentials::aws::{Chain, Search};
use crate::deadline::Deadline;
use crate::failure::Failure;
use crate::http::{Client, Request, jittered};
use std::time::Duration;
use strongroom::{SealError, SecretBytes};

/// A service that is asked, with the keys that it was asked with last.
pub(crate) struct Aws {
    client: Client,
    place: AwsRegion,
    /// As a signature and a host have it.
    service: &'static str,
    chain: Chain,
}

/// A call of the service's.
pub(crate) struct Call<'a> {
    pub(crate) operation: &'static str,
    /// As the header `x-amz-target` has it.
    pub(crate) target: &'static str,
    pub(crate) body: SecretBytes,
    /// What the policies have to allow, and on what.
    pub(crate) needs: &'static str,
    pub(crate) on: &'a str,
}

const CONTENT: &[u8] = b"application/x-amz-json-1.1";
/// How often something is asked again that AWS answers with 400 although it passes.
const RETRIES: u32 = 3;
const FIRST_WAIT: Duration = Duration::from_millis(200);

impl Aws {
    pub(crate) fn new(platform: &'static str, service: &'static str, place: AwsRegion) -> Self {
        Self { client: Client::new(platform, place.ca_file.clone()), place, service, chain: Chain::new() }
    }

    pub(crate) const fn failure<'a>(&self, operation: &'a str) -> Failure<'a> {
        self.client.failure(operation)
    }

    /// Asks with the keys that are there, and once more with others where those have ended.
    pub(crate) fn ask(&self, call: &Call<'_>, deadline: Deadline) -> Result<Answer, SealError> {
        let search = Search { client: &self.client, place: &self.place, deadline };
        let region = search.region()?;
        let keys = self.chain.current(&search)?;
        let answer = self.patiently(call, &keys, &region, deadline)?;
        if !said::code(&answer).is_some_and(|code| answer.status != 200 && said::is_of_old_keys(&code)) {
            return Ok(answer);
        }
        let others = self.chain.another(&search)?;
        // What lies somewhere and is the same is refused again.
        if others.is(&keys) {
            return Ok(answer);
        }
        self.patiently(call, &others, &region, deadline)
    }

    /// Asks again where that helps. The client does so by the status, which is 400 here for much that passes.
    fn patiently(
        &self,
        call: &Call<'_>,
        keys: &Keys,
        region: &str,
        deadline: Deadline,
    ) -> Result<Answer, SealError> {
        for retry in 0.. {
            let answer = self.once(call, keys, region, deadline)?;
            let is_passing =
                answer.status == 400 && said::code(&answer).is_some_and(|code| said::is_passing(&code));
            let asked = answer.retry_after.unwrap_or_default();
            let wait = asked.max(jittered(FIRST_WAIT * 2u32.pow(retry)));
            if !is_passing || retry == RETRIES || deadline.left().is_none_or(|left| left <= wait) {
                return Ok(answer);
            }
            std::thread::sleep(wait);
        }
        Err(self.failure(call.operation).says("it is asked too often"))
    }

    fn once(
        &self,
        call: &Call<'_>,
        keys: &Keys,
        region: &str,
        deadline: Deadline,
    ) -> Result<Answer, SealError> {
        let address = self.place.address(self.service, region);
        let address = address.map_err(|reason| self.failure(call.operation).says(reason))?;
        let host = address.split_once("://").map_or("", |(_, host)| host);
        let stamp = Moment::now().stamp();
        let mut headers: Vec<(&'static str, &[u8])> = vec![
            ("content-type", CONTENT),
            ("x-amz-date", stamp.as_bytes()),
            ("x-amz-target", call.target.as_bytes()),
        ];
        headers.extend(keys.token.as_ref().map(|token| ("x-amz-security-token", token.expose())));
        let scope = Scope { region, service: self.service, stamp: &stamp };
        let signed = [headers.as_slice(), &[("host", host.as_bytes())]].concat();
        let authorized = authorization(keys, &scope, &signed, call.body.expose());
        headers.push(("authorization", authorized.as_bytes()));
        let request = Request {
            operation: call.operation,
            method: "POST",
            url: &format!("{address}/"),
            headers: &headers,
            body: Some(&call.body),
            repeatable: true,
            direct: false,
        };
        self.client.ask(&request, deadline)
    }

    /// What to say of an answer that is not the one that was hoped for.
    pub(crate) fn refusal(&self, call: &Call<'_>, answer: &Answer) -> SealError {
        let code = said::code(answer);
        let advice = match (answer.status, code.as_deref()) {
            (_, Some(code)) if said::is_denied(code) => format!(
                "the policies of who asks, or of what is asked for, do not allow `{}` on {}",
                call.needs, call.on
            ),
            (_, Some("NotFoundException" | "ResourceNotFoundException")) => format!(
                "there is no {} in this region and account; check its name, the region and whose \
                 credentials are found",
                call.on
            ),
            (_, Some(code)) => said::advice(code).to_owned(),
            (300..=399, None) => "it leads elsewhere, which is not followed".to_owned(),
            (_, None) => String::new(),
        };
        self.failure(call.operation).answered(answer.status, code.as_deref(), &advice)
    }
}
