//! PEM (RFC 7468): one block of a label, with whatever text stands around it.

use super::base64::Alphabet;
use super::secret_text;
use crate::secret::SecretBytes;

/// Why no bytes come of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unread {
    /// No line begins a block of this label.
    Absent,
    /// There is more than one, and nobody said which, or there are more than are read.
    Several,
    /// The block has no end, or something else than base64 in it.
    Damaged,
    /// The block is encrypted in the way from before PKCS#8 (RFC 1421 section 4.6.1.1).
    Encrypted,
}

const MARK: &[u8] = b"\xef\xbb\xbf";

/// Whether there is a line that begins a block, of any label.
pub(crate) fn begins(text: &[u8]) -> bool {
    lines(text).any(|line| line.starts_with(b"-----BEGIN "))
}

/// The bytes of the one block that has one of these labels, and which it has.
pub(crate) fn decode_any(
    text: &[u8],
    labels: &[&'static str],
) -> Result<(&'static str, SecretBytes), Unread> {
    let mut found = None;
    for label in labels {
        match decode(text, label) {
            Err(Unread::Absent) => {}
            decoded if found.is_none() => found = Some(decoded.map(|bytes| (*label, bytes))),
            _ => return Err(Unread::Several),
        }
    }
    found.unwrap_or(Err(Unread::Absent))
}

/// The bytes of the one block with this label. As OpenSSL does, this takes a byte order mark in front, text
/// and blocks of other labels around the block, lines of any length that end in LF or CRLF, and blanks at
/// their ends. The newline at the end may be missing.
///
/// They may be key material, so no copy of them is left behind.
pub(crate) fn decode(text: &[u8], label: &str) -> Result<SecretBytes, Unread> {
    let (begin, end) = (format!("-----BEGIN {label}-----"), format!("-----END {label}-----"));
    let begins = |line: &&[u8]| *line == begin.as_bytes();
    match lines(text).filter(begins).count() {
        0 => return Err(Unread::Absent),
        1 => {}
        _ => return Err(Unread::Several),
    }
    let mut base64 = SecretBytes::zeroed(text.len());
    let mut len = 0;
    for line in lines(text).skip_while(|line| !begins(line)).skip(1) {
        if line == end.as_bytes() {
            let block = base64.expose().get(..len).ok_or(Unread::Damaged)?;
            return secret_text::decode(block, Alphabet::Standard).map_err(|_| Unread::Damaged);
        }
        if line.is_empty() {
            return Err(Unread::Damaged);
        }
        if len == 0 && line.starts_with(b"Proc-Type: 4,ENCRYPTED") {
            return Err(Unread::Encrypted);
        }
        let room = base64.expose_mut().get_mut(len..len + line.len()).ok_or(Unread::Damaged)?;
        room.copy_from_slice(line);
        len += line.len();
    }
    Err(Unread::Damaged)
}

/// The bytes of every block that has one of these labels, in their order, but of no more than so many.
/// Whatever stands around them is passed over, as by [`decode`]. They are no secrets.
pub(crate) fn decode_every(text: &[u8], labels: &[&str], most: usize) -> Result<Vec<Vec<u8>>, Unread> {
    let begins = |line: &[u8]| {
        let label = line.strip_prefix(b"-----BEGIN ")?.strip_suffix(b"-----")?;
        labels.iter().find(|known| known.as_bytes() == label)
    };
    let (mut blocks, mut lines) = (Vec::new(), lines(text));
    while let Some(line) = lines.next() {
        let Some(label) = begins(line) else { continue };
        if blocks.len() == most {
            return Err(Unread::Several);
        }
        let (end, mut base64) = (format!("-----END {label}-----"), Vec::new());
        loop {
            match lines.next() {
                None | Some([]) => return Err(Unread::Damaged),
                Some(line) if line == end.as_bytes() => break,
                Some(line) => base64.extend_from_slice(line),
            }
        }
        let block = secret_text::decode(&base64, Alphabet::Standard).map_err(|_| Unread::Damaged)?;
        blocks.push(block.expose().to_vec());
    }
    if blocks.is_empty() { Err(Unread::Absent) } else { Ok(blocks) }
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

/// The lines without what OpenSSL takes off their ends.
fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let text = text.strip_prefix(MARK).unwrap_or(text);
    text.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii_end)
}

#[cfg(test)]
mod tests {
    use super::{Unread, decode, decode_any, decode_every, encode};

    fn decoded(text: &str) -> Result<Vec<u8>, Unread> {
        decode(text.as_bytes(), "THING").map(|bytes| bytes.expose().to_vec())
    }

    #[test]
    fn reads_the_one_block_and_skips_what_stands_around_it() {
        let other = "-----BEGIN OTHER-----\nTWFu\n-----END OTHER-----\n";
        for text in ["TWFu\nTQ==", "T\nWFuTQ\n==", "TWFuTQ==", "TWFuTQ== \t"] {
            let block = format!("-----BEGIN THING-----\n{text}\n-----END THING-----");
            let spaced = block.replace("--\n", "-- \n");
            for block in [&block, &spaced] {
                for before in ["", "\u{feff}", "\n\n", "subject=me\n", "\u{feff}x\n", " \n", other] {
                    for after in ["", "\n", "\n\n", " ", "\nx", "\nTWFu\n", &format!("\n{other}")] {
                        let whole = format!("{before}{block}{after}");
                        for text in [&whole, &whole.replace('\n', "\r\n")] {
                            assert_eq!(decoded(text).as_deref(), Ok(&b"ManM"[..]), "{text:?}");
                        }
                    }
                }
            }
            for outside in ["x", " ", "\n\u{feff}"] {
                let shifted = format!("{outside}{block}");
                assert_eq!(decoded(&shifted), Err(Unread::Absent), "a line begins with it: {shifted:?}");
            }
            assert_eq!(decoded(&format!("{block}x")), Err(Unread::Damaged), "{block:?}");
            assert_eq!(decoded(&format!("{block}\n{block}\n")), Err(Unread::Several), "{block:?}");
            assert_eq!(decoded(&format!("{block}\n-----BEGIN THING-----")), Err(Unread::Several));
            assert_eq!(decoded(&block.replace("THING", "OTHER")), Err(Unread::Absent));
            assert_eq!(decoded(&block.replacen("THING", "OTHER", 1)), Err(Unread::Absent));
            assert_eq!(decoded(&block.replace("END THING", "END OTHER")), Err(Unread::Damaged));
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        for len in [0, 1, 47, 48, 49, 96, 300] {
            let (bytes, written) = (vec![0xfb; len], encode("THING", &vec![0xfb; len]));
            let text = std::str::from_utf8(written.expose()).unwrap();
            assert!(text.lines().all(|line| line.len() <= 64), "{text}");
            assert_eq!(decoded(text), Ok(bytes), "{len}");
        }
    }

    #[test]
    fn one_block_of_several_labels_is_taken() {
        let block = |label: &str| format!("-----BEGIN {label}-----\nTWFu\n-----END {label}-----\n");
        let any = |text: &str| {
            decode_any(text.as_bytes(), &["THING", "OTHER"]).map(|(label, bytes)| (label, bytes.len()))
        };
        assert_eq!(any(&block("OTHER")), Ok(("OTHER", 3)));
        assert_eq!(any(&(block("X") + &block("THING") + &block("X"))), Ok(("THING", 3)));
        assert_eq!(any(&block("X")), Err(Unread::Absent));
        assert_eq!(any(&(block("THING") + &block("OTHER"))), Err(Unread::Several));
        assert_eq!(any(&block("OTHER").repeat(2)), Err(Unread::Several));
        let damaged = block("THING").replace("TWFu", "TWF");
        assert_eq!(any(&damaged), Err(Unread::Damaged));
        assert_eq!(any(&(damaged + &block("OTHER"))), Err(Unread::Several));
        let old = block("OTHER").replace("TWFu", "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\nTWFu");
        assert_eq!(any(&old), Err(Unread::Encrypted));
    }

    #[test]
    fn every_block_of_the_labels_is_taken_in_its_order() {
        let block = |label: &str, text| format!("-----BEGIN {label}-----\n{text}\n-----END {label}-----\n");
        let every = |text: &str| decode_every(text.as_bytes(), &["THING", "OTHER"], 3);
        let (man, m) = (b"Man".to_vec(), b"M".to_vec());
        let two = "subject=me\n".to_owned() + &block("OTHER", "TWFu") + "\n" + &block("THING", "T\nQ==");
        assert_eq!(every(&two), Ok(vec![man.clone(), m.clone()]));
        assert_eq!(every(&two.replace('\n', "\r\n")), Ok(vec![man.clone(), m.clone()]));
        let three = block("X", "no base64") + &two + &block("X", "") + &block("OTHER", "TQ==");
        assert_eq!(every(&three), Ok(vec![man, m.clone(), m]));
        assert_eq!(every(&(three.clone() + &block("X", "TWFu"))).map(|blocks| blocks.len()), Ok(3));
        assert_eq!(every(&(three.clone() + &block("THING", "TWFu"))), Err(Unread::Several));
        assert_eq!(every(&block("X", "TWFu")), Err(Unread::Absent));
        assert_eq!(every(""), Err(Unread::Absent));
        for damaged in ["TWF", "TWFu\n\nTWFu", "a: b\n\nTWFu", "TQ==TQ=="] {
            assert_eq!(every(&block("THING", damaged)), Err(Unread::Damaged), "{damaged}");
        }
        for (cut, _) in two.char_indices().filter(|(at, _)| two[..*at].ends_with("TWFu\n")) {
            assert_eq!(every(&two[..cut]), Err(Unread::Damaged));
        }
        assert_eq!(every(&block("THING", "TWFu").replace("END THING", "END OTHER")), Err(Unread::Damaged));
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
            "TQ==\n \n",
            "T_8=",
            "TWE=\nTWE=",
            "a: b\nTQ==",
            "\u{fe}TQ=",
        ] {
            assert_eq!(
                decoded(&format!("-----BEGIN THING-----\n{base64}\n-----END THING-----\n")),
                Err(Unread::Damaged),
                "{base64:?}"
            );
        }
        assert_eq!(decoded("-----BEGIN THING-----\n-----END THING-----\n").as_deref(), Ok(&b""[..]));
        let (absent, damaged) = (Unread::Absent, Unread::Damaged);
        for (text, why) in [
            ("", absent),
            ("\n", absent),
            ("-----BEGIN THING-----", damaged),
            ("-----BEGIN THING-----\n", damaged),
            ("-----BEGIN THING-----\nTQ==", damaged),
            ("-----END THING-----\n", absent),
            ("-----BEGIN THING----------END THING-----", absent),
        ] {
            assert_eq!(decoded(text), Err(why), "{text:?}");
        }
    }
}
