//! What a service of AWS says where it refuses, of which nothing but its code is repeated.

use crate::answer::Answer;
use strongroom::SecretBytes;

/// Its own code: of JSON, `com.amazonaws.kms#DisabledException` or a part of that; of XML, whatever the
/// service else answers in, since what stands before it answers for it at times.
pub(crate) fn code(answer: &Answer) -> Option<String> {
    let text = answer.plain(&["__type"]).or_else(|| answer.plain(&["code"])).or_else(|| {
        let text = xml(answer.body.expose(), "Code")?;
        String::from_utf8(text.expose().to_vec()).ok()
    })?;
    let text = text.rsplit('#').next().unwrap_or_default();
    Some(text.split(':').next().unwrap_or_default().to_owned())
}

/// The text of the first element of this name, which holds no other elements and needs no escapes.
pub(crate) fn xml(body: &[u8], name: &str) -> Option<SecretBytes> {
    let find =
        |text: &[u8], what: &str| text.windows(what.len()).position(|window| window == what.as_bytes());
    let (first, last) = (format!("<{name}>"), format!("</{name}>"));
    let text = &body[find(body, &first)? + first.len()..];
    let text = text[..find(text, &last)?].trim_ascii();
    (!text.is_empty() && !text.contains(&b'<') && !text.contains(&b'&')).then(|| SecretBytes::from(text))
}

/// Whether it is one that passes. AWS answers 400 to who asks too often.
pub(crate) fn is_passing(code: &str) -> bool {
    matches!(
        code,
        "ThrottlingException"
            | "Throttling"
            | "TooManyRequestsException"
            | "RequestLimitExceeded"
            | "KMSInternalException"
            | "DependencyTimeoutException"
            | "KeyUnavailableException"
            | "InternalServiceError"
            | "InternalFailure"
            | "ServiceUnavailable"
            | "RequestTimeout"
            | "IDPCommunicationError"
    )
}

/// Whether the credentials have ended, or are known no more.
pub(crate) fn is_of_old_keys(code: &str) -> bool {
    matches!(
        code,
        "ExpiredTokenException"
            | "ExpiredToken"
            | "UnrecognizedClientException"
            | "InvalidClientTokenId"
            | "TokenRefreshRequired"
    )
}

/// Whether what was asked for may not be.
pub(crate) fn is_denied(code: &str) -> bool {
    matches!(code, "AccessDeniedException" | "AccessDenied" | "UnauthorizedOperation")
}

/// What to do about it, where that does not hang on what was asked for.
pub(crate) fn advice(code: &str) -> &'static str {
    match code {
        "DisabledException" => {
            "the key is disabled: enable it, or open the keyring with another of its seals"
        }
        "KMSInvalidStateException" => {
            "the key is pending deletion or not ready: cancel its deletion and enable it, or open the \
             keyring with another of its seals"
        }
        "InvalidKeyUsageException" => "the key is not one that encrypts symmetrically; make one that is",
        "IncorrectKeyException" => {
            "the name leads to another key than the one that wrapped this copy; name that key by its ARN"
        }
        "ExpiredTokenException" | "ExpiredToken" | "TokenRefreshRequired" => {
            "the credentials have ended, and so have those that were found anew"
        }
        "UnrecognizedClientException" | "InvalidClientTokenId" | "InvalidAccessKeyId" | "AuthFailure" => {
            "AWS does not know the access key, or not in this region: check where the credentials come from"
        }
        "SignatureDoesNotMatch" | "InvalidSignatureException" | "IncompleteSignature" => {
            "the secret access key is not that of the access key, or this machine's clock is wrong"
        }
        "RequestExpired" | "RequestTimeTooSkewed" => "this machine's clock is wrong",
        "InvalidIdentityToken" | "IDPRejectedClaim" | "ExpiredIdentityToken" => {
            "the role does not take this web identity, or its token has ended"
        }
        "OptInRequired" | "SubscriptionRequiredException" => "the account has no access to the service there",
        code if is_passing(code) => "AWS is asked too often, or not well; try again later",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(body: &str) -> Option<String> {
        let body = SecretBytes::from(body.as_bytes());
        code(&Answer { status: 400, retry_after: None, challenge: None, body })
    }

    #[test]
    fn its_code_is_found_however_it_is_written() {
        for (body, code) in [
            (r#"{"__type":"DisabledException","message":"x"}"#, Some("DisabledException")),
            (r#"{"__type":"com.amazonaws.kms#DisabledException:http://x/"}"#, Some("DisabledException")),
            (r#"{"code":"AccessDenied"}"#, Some("AccessDenied")),
            ("<E><Error>\n<Code>ExpiredToken</Code></Error></E>", Some("ExpiredToken")),
            ("<Code></Code>", None),
            ("<Code>a", None),
            ("<html>502 Bad Gateway</html>", None),
            ("", None),
            (r#"{"message":"x"}"#, None),
        ] {
            assert_eq!(of(body).as_deref(), code, "{body}");
        }
    }
}
