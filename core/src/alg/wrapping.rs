//! Keys wrapped for a public key: RSAES-OAEP (RFC 8017 section 7.1) of a fresh AES-256 key, and behind it the
//! key in AES key wrap with padding (RFC 5649) under that one. PKCS #11 calls it `CKM_RSA_AES_KEY_WRAP`, and
//! Transit takes and writes it.

#[cfg(feature = "aws-lc")]
pub(crate) mod kwp;
#[cfg(feature = "aws-lc")]
mod rsa_aes;

#[cfg(feature = "aws-lc")]
pub(crate) use rsa_aes::{unwrap, wrap};

/// Why nothing was wrapped or unwrapped.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Unwrapped {
    /// The operating system gave no random bytes.
    #[cfg_attr(not(feature = "aws-lc"), allow(dead_code, reason = "this build draws none"))]
    NoRandomness(strongroom_entropy::Error),
    Rejected,
}

/// Of a build without RSA.
#[cfg(not(feature = "aws-lc"))]
mod no_rsa {
    use super::Unwrapped;
    use crate::alg::hash::HashAlgorithm;
    use zeroize::Zeroizing;

    pub(crate) fn wrap(_: &[u8], _: HashAlgorithm, _: &[u8]) -> Result<Vec<u8>, Unwrapped> {
        Err(Unwrapped::Rejected)
    }

    pub(crate) fn unwrap(_: &[u8], _: HashAlgorithm, _: &[u8]) -> Result<Zeroizing<Vec<u8>>, Unwrapped> {
        Err(Unwrapped::Rejected)
    }
}

#[cfg(not(feature = "aws-lc"))]
pub(crate) use no_rsa::{unwrap, wrap};
