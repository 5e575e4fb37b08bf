//! DER as it is written and read here: certificates and requests that nobody has signed.

use base64_simd::STANDARD;
use strongroom::PublicKey;

pub(crate) const COMMON_NAME: &[u8] = &[6, 3, 0x55, 4, 3];
const ED25519: &[u8] = &[6, 3, 0x2b, 0x65, 0x70];

/// An element, of any length.
pub(crate) fn element(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let contents = parts.concat();
    let mut element = vec![tag];
    match contents.len() {
        len @ 0..=0x7f => element.push(len as u8),
        len @ 0x80..=0xff => element.extend([0x81, len as u8]),
        len @ 0x100..=0xffff => element.extend([0x82, (len >> 8) as u8, len as u8]),
        len => element.extend([0x83, (len >> 16) as u8, (len >> 8) as u8, len as u8]),
    }
    element.extend(contents);
    element
}

pub(crate) fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    element(0x30, parts)
}

/// The first element of some bytes, its contents, and what is behind it.
pub(crate) fn first(der: &[u8]) -> (&[u8], &[u8], &[u8]) {
    let (head, len) = match der[1] {
        len @ 0..=0x7f => (2, usize::from(len)),
        0x81 => (3, usize::from(der[2])),
        0x82 => (4, usize::from(der[2]) << 8 | usize::from(der[3])),
        other => panic!("a length of {other:x}"),
    };
    (&der[..head + len], &der[head..head + len], &der[head + len..])
}

/// The elements that stand in an element.
pub(crate) fn elements(der: &[u8]) -> Vec<&[u8]> {
    let (_, mut rest, behind) = first(der);
    assert!(behind.is_empty());
    let mut found = Vec::new();
    while !rest.is_empty() {
        let (whole, _, behind) = first(rest);
        found.push(whole);
        rest = behind;
    }
    found
}

pub(crate) fn name(common: &str) -> Vec<u8> {
    sequence(&[&element(0x31, &[&sequence(&[COMMON_NAME, &element(0x0c, &[common.as_bytes()])])])])
}

pub(crate) fn pem(label: &str, der: &[u8]) -> String {
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", STANDARD.encode_to_string(der))
}

pub(crate) fn of_pem(label: &str, pem: &str) -> Vec<u8> {
    let (begin, end) = (format!("-----BEGIN {label}-----\n"), format!("\n-----END {label}-----\n"));
    let base64 = pem.strip_prefix(&begin).and_then(|pem| pem.strip_suffix(&end)).expect("one block");
    STANDARD.decode_to_vec(base64.replace('\n', "")).unwrap()
}

/// What a certificate says beside its public key.
pub(crate) struct Said {
    pub(crate) version: u8,
    pub(crate) extensions: Vec<Vec<u8>>,
    pub(crate) inner: &'static [u8],
}

impl Said {
    pub(crate) fn new(extensions: &[Vec<u8>]) -> Self {
        Self { version: 2, extensions: extensions.to_vec(), inner: ED25519 }
    }
}

pub(crate) fn extension(id: u8, value: &[u8]) -> Vec<u8> {
    sequence(&[&[6, 3, 0x55, 0x1d, id], &[1, 1, 0xff], &element(4, &[value])])
}

/// Basic constraints of an authority.
pub(crate) fn authority() -> Vec<u8> {
    extension(0x13, &[0x30, 3, 1, 1, 0xff])
}

pub(crate) fn certificate(spki: &[u8], said: &Said) -> Vec<u8> {
    let version = if said.version == 0 { vec![] } else { element(0xa0, &[&[2, 1, said.version]]) };
    let time = element(0x17, &[b"260101000000Z"]);
    let extensions: Vec<&[u8]> = said.extensions.iter().map(Vec::as_slice).collect();
    let extensions = match extensions.is_empty() {
        true => vec![],
        false => element(0xa3, &[&sequence(&extensions)]),
    };
    let signed = sequence(&[
        &version,
        &[2, 1, 7],
        &sequence(&[said.inner]),
        &name("issuer"),
        &sequence(&[&time, &time]),
        &name("subject"),
        spki,
        &extensions,
    ]);
    sequence(&[&signed, &sequence(&[ED25519]), &[3, 3, 0, 1, 2]])
}

/// The certificate of a key, and one of an authority that is told from others by a number.
pub(crate) fn own(key: &PublicKey) -> String {
    pem("CERTIFICATE", &certificate(&key.to_der(), &Said::new(&[])))
}

pub(crate) fn other(number: u8) -> String {
    let spki = sequence(&[&sequence(&[ED25519]), &element(3, &[&[0], &[number; 32]])]);
    pem("CERTIFICATE", &certificate(&spki, &Said::new(&[authority()])))
}

/// A request with this subject and these attributes.
pub(crate) fn request(subject: &[u8], attributes: &[u8]) -> Vec<u8> {
    let spki = sequence(&[&sequence(&[ED25519]), &element(3, &[&[0], &[7; 32]])]);
    let info = sequence(&[&[2, 1, 0], subject, &spki, &element(0xa0, &[attributes])]);
    sequence(&[&info, &sequence(&[ED25519]), &[3, 3, 0, 1, 2]])
}
