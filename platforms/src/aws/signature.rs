//! Signatures of requests, version 4 ("AWS Signature Version 4 for API requests" in AWS's guide to IAM). What
//! is asked here is always `POST /` without a query, and all of it is signed, body included.

use super::keys::Keys;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// What a signature is good for.
pub(crate) struct Scope<'a> {
    pub(crate) region: &'a str,
    pub(crate) service: &'a str,
    /// As [`stamp`](super::moment::Moment::stamp) writes it, and as the header `x-amz-date` has it.
    pub(crate) stamp: &'a str,
}

/// The header `authorization` of a request that has these headers, `host` among them, and this body.
pub(crate) fn authorization(
    keys: &Keys,
    scope: &Scope<'_>,
    headers: &[(&'static str, &[u8])],
    body: &[u8],
) -> String {
    let mut headers = headers.to_vec();
    headers.sort_unstable_by_key(|(name, _)| *name);
    let names = headers.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(";");
    // method, path, query, headers, names of the headers, hash of the body
    let mut request = Sha256::new_with_prefix("POST\n/\n\n");
    for (name, value) in &headers {
        request.update(name);
        request.update(":");
        request.update(value.trim_ascii());
        request.update("\n");
    }
    request.update(format!("\n{names}\n{}", hex(&Sha256::digest(body))));

    let Scope { region, service, stamp } = scope;
    let day = stamp.get(..8).unwrap_or_default();
    let place = format!("{day}/{region}/{service}/aws4_request");
    let text = format!("{ALGORITHM}\n{stamp}\n{place}\n{}", hex(&request.finalize()));

    let first = Zeroizing::new([b"AWS4", keys.secret.expose()].concat());
    let mut key = mac(&first, day);
    for part in [*region, *service, "aws4_request"] {
        key = mac(key.as_slice(), part);
    }
    let signature = hex(mac(key.as_slice(), &text).as_slice());
    format!("{ALGORITHM} Credential={}/{place}, SignedHeaders={names}, Signature={signature}", keys.id)
}

fn mac(key: &[u8], text: &str) -> Zeroizing<[u8; 32]> {
    // HMAC takes a key of any length.
    let Ok(mac) = Hmac::<Sha256>::new_from_slice(key) else { return Zeroizing::default() };
    Zeroizing::new(mac.chain_update(text).finalize().into_bytes().into())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use strongroom::SecretBytes;

    /// The first of AWS's own test suite for `POST`, and one that `botocore` 1.44 has signed.
    #[test]
    fn what_amazon_signs_is_signed_alike() {
        let keys = |token: Option<&str>| {
            Keys::new(
                &SecretBytes::from(b"AKIDEXAMPLE".as_slice()),
                SecretBytes::from(b"wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY".as_slice()),
                token.map(|token| SecretBytes::from(token.as_bytes())),
            )
        };
        let scope = Scope { region: "us-east-1", service: "service", stamp: "20150830T123600Z" };
        let headers: [(&str, &[u8]); 2] =
            [("x-amz-date", b"20150830T123600Z"), ("host", b"example.amazonaws.com")];
        assert_eq!(
            authorization(&keys(None).unwrap(), &scope, &headers, b""),
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, \
             SignedHeaders=host;x-amz-date, \
             Signature=5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"
        );
        let scope = Scope { region: "eu-central-1", service: "kms", ..scope };
        let headers: [(&str, &[u8]); 5] = [
            ("host", b"kms.eu-central-1.amazonaws.com"),
            ("x-amz-target", b"TrentService.Encrypt"),
            ("content-type", b"application/x-amz-json-1.1"),
            ("x-amz-security-token", b"a/token+of=some"),
            ("x-amz-date", b"20150830T123600Z"),
        ];
        assert_eq!(
            authorization(
                &keys(Some("a/token+of=some")).unwrap(),
                &scope,
                &headers,
                b"{\"KeyId\":\"alias/app\"}"
            ),
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/eu-central-1/kms/aws4_request, \
             SignedHeaders=content-type;host;x-amz-date;x-amz-security-token;x-amz-target, \
             Signature=a413c01f61c993510020b03035e3daf9e485e9f760a5910f7cd17fd76f3027bf"
        );
    }
}
