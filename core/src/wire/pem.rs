//! PEM (RFC 7468): one text between its two lines, and nothing before or after it.

use super::base64::Alphabet;
use super::{Malformed, secret_text};
use crate::secret::SecretBytes;

/// The bytes of a text with this label. Lines end in LF or CRLF and may be of any length; the newline at the
/// end may be missing.
///
/// They may be key material, so no copy of them is left behind.
pub(crate) fn decode(text: &[u8], label: &str) -> Result<SecretBytes, Malformed> {
    let (begin, end) = (format!("-----BEGIN {label}-----"), format!("-----END {label}-----"));
    let text = text.strip_suffix(b"\n").map_or(text, without_return);
    let mut lines = text.split(|byte| *byte == b'\n');
    if lines.next().map(without_return) != Some(begin.as_bytes()) {
        return Err(Malformed);
    }
    let mut base64 = SecretBytes::zeroed(text.len());
    let mut len = 0;
    loop {
        match lines.next() {
            Some(line) if line == end.as_bytes() => break,
            Some([] | b"\r") | None => return Err(Malformed),
            Some(line) => {
                let line = without_return(line);
                base64.expose_mut().get_mut(len..len + line.len()).ok_or(Malformed)?.copy_from_slice(line);
                len += line.len();
            }
        }
    }
    if lines.next().is_some() {
        return Err(Malformed);
    }
    secret_text::decode(base64.expose().get(..len).ok_or(Malformed)?, Alphabet::Standard)
}

/// The text of bytes with this label, in lines of 64 characters and without a newline at the end. The bytes
/// may be key material.
pub(crate) fn encode(label: &str, bytes: &[u8]) -> SecretBytes {
    let base64 = secret_text::encode(bytes);
    let mut text = SecretBytes::copy_of(format!("-----BEGIN {label}-----\n").as_bytes());
    for line in base64.expose().chunks(64) {
        text.append(line);
        text.append(b"\n");
    }
    text.append(format!("-----END {label}-----").as_bytes());
    text
}

fn without_return(line: &[u8]) -> &[u8] {
    line.strip_suffix(b"\r").unwrap_or(line)
}

#[cfg(test)]
mod tests {
    use super::{decode, encode};

    fn decoded(text: &str) -> Option<Vec<u8>> {
        decode(text.as_bytes(), "THING").ok().map(|bytes| bytes.expose().to_vec())
    }

    #[test]
    fn reads_one_text_and_nothing_beside_it() {
        for text in ["TWFu\nTQ==", "T\nWFuTQ\n==", "TWFuTQ=="] {
            for newline in ["\n", "\r\n"] {
                let text =
                    format!("-----BEGIN THING-----\n{text}\n-----END THING-----").replace('\n', newline);
                assert_eq!(decoded(&text).as_deref(), Some(&b"ManM"[..]), "{text:?}");
                assert_eq!(decoded(&format!("{text}{newline}")).as_deref(), Some(&b"ManM"[..]), "{text:?}");
                for outside in ["\n\n", " ", "x", "\nx", "\nTWFu\n"] {
                    assert_eq!(decoded(&format!("{text}{outside}")), None, "{text:?} {outside:?}");
                    assert_eq!(decoded(&format!("{outside}{text}")), None, "{outside:?} {text:?}");
                }
                assert_eq!(decoded(&text.replace("THING", "OTHER")), None);
                assert_eq!(decoded(&text.replacen("THING", "OTHER", 1)), None);
                assert_eq!(
                    decoded(&text.replace("--\n", "-- \n")).is_some(),
                    newline == "\r\n",
                    "a space after the label"
                );
            }
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        for len in [0, 1, 47, 48, 49, 96, 300] {
            let (bytes, written) = (vec![0xfb; len], encode("THING", &vec![0xfb; len]));
            let text = std::str::from_utf8(written.expose()).unwrap();
            assert!(text.lines().all(|line| line.len() <= 64), "{text}");
            assert_eq!(decoded(text), Some(bytes), "{len}");
        }
    }

    #[test]
    fn reads_strict_base64_only() {
        for base64 in [
            "TR==",
            "TQ",
            "TQ=",
            "T Q==",
            " TQ==",
            "TQ==TQ==",
            "TQ==\n\nTQ==",
            "\nTQ==",
            "TQ==\n",
            "T_8=",
            "TWE=\nTWE=",
            "a: b\nTQ==",
            "\u{fe}TQ=",
        ] {
            assert_eq!(
                decoded(&format!("-----BEGIN THING-----\n{base64}\n-----END THING-----\n")),
                None,
                "{base64:?}"
            );
        }
        assert_eq!(decoded("-----BEGIN THING-----\n-----END THING-----\n").as_deref(), Some(&b""[..]));
        for text in [
            "",
            "\n",
            "-----BEGIN THING-----",
            "-----BEGIN THING-----\n",
            "-----BEGIN THING-----\nTQ==",
            "-----END THING-----\n",
            "-----BEGIN THING----------END THING-----",
        ] {
            assert_eq!(decoded(text), None, "{text:?}");
        }
    }
}
