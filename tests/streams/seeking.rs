//! Reading from anywhere, compared with a buffer; and only what is touched is read.

use crate::{CHUNK, HEAD, SEALED, inside, key, plaintext, sealed};
use std::cell::Cell;
use std::io::{self, BufRead, Cursor, Read, Seek, SeekFrom};
use std::rc::Rc;
use strongroom::{Aad, Error};
use strongroom_tests::dice::Dice;

/// Counts the bytes that are read, and gives only a few at once.
struct Counted<R> {
    inner: R,
    read: Rc<Cell<usize>>,
    most: usize,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let len = out.len().min(self.most);
        let read = self.inner.read(&mut out[..len])?;
        self.read.set(self.read.get() + read);
        Ok(read)
    }
}

impl<R: Seek> Seek for Counted<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.inner.seek(to)
    }
}

#[test]
fn it_is_like_a_buffer() {
    let (_ring, key) = key();
    let mut dice = Dice::new(17);
    for len in [0, 1, 100, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 5 * CHUNK + 77] {
        let message = plaintext(len);
        // Something else stands before it.
        let before = b"behind this".len();
        let source = [b"behind this", &sealed(&key, &message, Aad::NONE)[..]].concat();
        let mut source = Cursor::new(source);
        source.set_position(before as u64);
        let mut reader = key.decrypt_reader(source, Aad::NONE).unwrap();
        let mut buffer = Cursor::new(&message);
        for step in 0..400 {
            let what = format!("{len}: step {step}");
            let any = |dice: &mut Dice| dice.below(2 * len as u64 + 40) as i64 - len as i64 - 20;
            let to = match dice.below(8) {
                0 => SeekFrom::Start(dice.below(len as u64 + 2 * CHUNK as u64)),
                1 => SeekFrom::End(any(&mut dice)),
                2 => SeekFrom::Current(any(&mut dice)),
                3 => SeekFrom::Start((dice.below(7) as usize * CHUNK) as u64),
                4 => {
                    let (position, end) = (buffer.position(), reader.verify_end().unwrap());
                    assert_eq!((reader.stream_position().unwrap(), end), (position, len as u64), "{what}");
                    continue;
                }
                _ => {
                    let mut out = vec![0; dice.below(2 * CHUNK as u64) as usize];
                    let mut expected = out.clone();
                    let read = reader.read(&mut out).unwrap();
                    // It may give less at once, but not nothing.
                    let most = buffer.read(&mut expected[..read]).unwrap();
                    assert_eq!(read, most, "{what}");
                    assert!(read > 0 || out.is_empty() || buffer.fill_buf().unwrap().is_empty(), "{what}");
                    assert!(out[..read] == expected[..read], "{what}");
                    continue;
                }
            };
            match (reader.seek(to), buffer.seek(to)) {
                (Ok(one), Ok(other)) => assert_eq!(one, other, "{what}: {to:?}"),
                (Err(one), Err(other)) => assert_eq!(one.kind(), other.kind(), "{what}: {to:?}"),
                (one, other) => panic!("{what}: {to:?}: {one:?}, {other:?}"),
            }
        }
        reader.seek(SeekFrom::Start(u64::MAX)).unwrap();
        assert_eq!(reader.read(&mut [0; 5]).unwrap(), 0);
        assert!(reader.seek(SeekFrom::Current(1)).is_err());
        reader.seek(SeekFrom::Start(0)).unwrap();
        let mut whole = Vec::new();
        reader.read_to_end(&mut whole).unwrap();
        assert!(whole == message);
    }
}

#[test]
fn only_the_chunks_that_are_touched_are_read() {
    let (_ring, key) = key();
    let message = plaintext(100 * CHUNK + 7);
    let file = sealed(&key, &message, Aad::NONE);
    let read = Rc::new(Cell::new(0));
    let source = Counted { inner: Cursor::new(&file), read: read.clone(), most: usize::MAX };
    let mut reader = key.decrypt_reader(source, Aad::NONE).unwrap();
    assert_eq!(read.replace(0), HEAD);
    let mut some = [0; 100];
    for (to, chunks) in [
        (SeekFrom::Start(50 * CHUNK as u64 + 5), SEALED),
        (SeekFrom::Current(5), 0),
        (SeekFrom::Start(70 * CHUNK as u64 - 50), 2 * SEALED),
        // The end is authenticated first.
        (SeekFrom::End(-(30 * CHUNK as i64)), 7 + 16 + SEALED),
        (SeekFrom::End(-(30 * CHUNK as i64)), 0),
    ] {
        let position = reader.seek(to).unwrap() as usize;
        reader.read_exact(&mut some).unwrap();
        assert!(some == message[position..position + 100]);
        assert_eq!(read.replace(0), chunks, "{to:?}");
    }
    let source = Counted { inner: Cursor::new(&file), read: read.clone(), most: usize::MAX };
    let range = 20 * CHUNK as u64 - 10..20 * CHUNK as u64 + 10;
    let some = key.decrypt_range(source, range, Aad::NONE).unwrap();
    assert!(some.expose() == &message[20 * CHUNK - 10..20 * CHUNK + 10]);
    assert_eq!(read.replace(0), HEAD + 2 * SEALED + 7 + 16);
}

#[test]
fn a_range_is_what_the_file_has_of_it() {
    let (_ring, key) = key();
    let message = plaintext(2 * CHUNK + 100);
    let file = sealed(&key, &message, Aad::from("a"));
    let len = message.len() as u64;
    for (start, end) in [
        (0, 0),
        (0, 1),
        (0, len),
        (0, len + 1),
        (5, u64::MAX),
        (len - 1, len),
        (len, len + 9),
        (len + 9, len + 10),
        (u64::MAX - 1, u64::MAX),
        (CHUNK as u64 - 1, CHUNK as u64 + 1),
        (CHUNK as u64, 2 * CHUNK as u64),
        #[allow(clippy::reversed_empty_ranges, reason = "a caller may")]
        (9, 5),
    ] {
        let some = key.decrypt_range(Cursor::new(&file), start..end, Aad::from("a")).unwrap();
        let clamped = |at: u64| at.min(len) as usize;
        let expected = message.get(clamped(start)..clamped(end)).unwrap_or_default();
        assert!(some.expose() == expected, "{start}..{end}");
    }
    let range = key.decrypt_range(Cursor::new(&file), 0..1, Aad::from("b"));
    assert_eq!(inside(&range.unwrap_err()), Error::DecryptFailed);
}

/// A file that was cut at a chunk's boundary is whole as far as it goes: only its end tells.
#[test]
fn a_range_of_a_file_that_was_cut_is_refused_and_a_seek_within_it_is_not() {
    let (_ring, key) = key();
    let message = plaintext(3 * CHUNK);
    let file = sealed(&key, &message, Aad::NONE);
    let cut = &file[..HEAD + 2 * SEALED];
    let range = key.decrypt_range(Cursor::new(cut), 0..10, Aad::NONE);
    assert_eq!(inside(&range.unwrap_err()), Error::TruncatedStream);
    let mut reader = key.decrypt_reader(Cursor::new(cut), Aad::NONE).unwrap();
    reader.seek(SeekFrom::Start(CHUNK as u64)).unwrap();
    let mut some = [0; 10];
    reader.read_exact(&mut some).unwrap();
    assert!(some == message[CHUNK..CHUNK + 10]);
    assert_eq!(inside(&reader.seek(SeekFrom::Start(2 * CHUNK as u64)).unwrap_err()), Error::TruncatedStream);
}

/// More than memory is asked for: by what the file says, before anything is set aside.
#[test]
fn a_range_is_no_longer_than_a_message() {
    struct Sparse {
        file: Vec<u8>,
        len: u64,
        at: u64,
    }
    // What lies between is never read.
    impl Read for Sparse {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            let tail = (self.file.len() - HEAD) as u64;
            let from = match self.at {
                at if at < HEAD as u64 => at as usize,
                at => HEAD + (at - (self.len - tail)) as usize,
            };
            let to = if from < HEAD { HEAD } else { self.file.len() };
            let len = out.len().min(to - from);
            out[..len].copy_from_slice(&self.file[from..from + len]);
            self.at += len as u64;
            Ok(len)
        }
    }
    impl Seek for Sparse {
        fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
            self.at = match to {
                SeekFrom::Start(at) => at,
                SeekFrom::Current(by) => self.at.checked_add_signed(by).unwrap(),
                SeekFrom::End(by) => self.len.checked_add_signed(by).unwrap(),
            };
            Ok(self.at)
        }
    }
    let material: Vec<u8> = (0..32).collect();
    let ring = strongroom::Keyring::in_memory();
    let key = ring
        .import_key("k", strongroom::Import::raw(material.clone()), strongroom::KeySpec::default())
        .unwrap();
    // The last chunk of a file of 2^30 bytes and one.
    let number: u64 = (1 << 30) / CHUNK as u64;
    let input_key =
        strongroom::hazmat::hkdf_sha256(b"strongroom.stream.v1", &material, &[0, 0, 0, 1, 0], 32).unwrap();
    let empty = strongroom::hazmat::chunked_seal(&input_key, &[0], &[9; 24], b"").unwrap();
    let label = b"c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0";
    let okm = expanded(&input_key, &[label, &[9; 24][..], &[0]].concat());
    let mut nonce: [u8; 12] = okm[32..44].try_into().unwrap();
    nonce.iter_mut().rev().zip(number.to_le_bytes()).for_each(|(byte, by)| *byte ^= by);
    let last =
        strongroom::hazmat::seal(strongroom::hazmat::Aead::Aes256Gcm, &okm[..32], &nonce, b"", b"!").unwrap();
    let file = [b"SRF1\0\0\0\x01", &empty[..56], &last[..]].concat();
    let sparse = || Sparse { file: file.clone(), len: HEAD as u64 + number * SEALED as u64 + 17, at: 0 };
    let range = key.decrypt_range(sparse(), 0..u64::MAX, Aad::NONE);
    assert_eq!(inside(&range.unwrap_err()), Error::MessageTooLong);
    let end = key.decrypt_range(sparse(), 1 << 30..u64::MAX, Aad::NONE).unwrap();
    assert_eq!(end.expose(), b"!");
}

/// HKDF-Expand with SHA-512, of at most 128 bytes.
fn expanded(key: &[u8], info: &[u8]) -> Vec<u8> {
    let hmac = |message: &[u8]| strongroom::hazmat::hmac(strongroom::HashAlgorithm::Sha512, key, message);
    let first = hmac(&[info, &[1]].concat());
    let second = hmac(&[&first[..], info, &[2]].concat());
    [first, second].concat()
}

/// Lines, without a buffer around it.
#[test]
fn it_reads_lines_across_chunks() {
    let (_ring, key) = key();
    let text: String = (0..5_000).map(|line| format!("line {line}\n")).collect();
    let file = sealed(&key, text.as_bytes(), Aad::NONE);
    let read = Rc::new(Cell::new(0));
    let source = Counted { inner: &file[..], read, most: 333 };
    let lines: Vec<String> =
        key.decrypt_reader(source, Aad::NONE).unwrap().lines().collect::<Result<_, _>>().unwrap();
    assert_eq!(lines, text.lines().collect::<Vec<_>>());
}

#[test]
fn a_seek_that_fails_leaves_the_reader_where_it_was() {
    let (_ring, key) = key();
    let message = plaintext(3 * CHUNK + 5);
    let file = sealed(&key, &message, Aad::NONE);
    let mut reader = key.decrypt_reader(Cursor::new(file), Aad::NONE).unwrap();
    let mut first = [0; 10];
    reader.read_exact(&mut first).unwrap();
    // The end is not known yet, so it is gone to.
    let before = SeekFrom::End(-(message.len() as i64) - 1);
    assert_eq!(reader.seek(before).unwrap_err().kind(), io::ErrorKind::InvalidInput);
    assert_eq!(reader.stream_position().unwrap(), 10);
    let mut rest = Vec::new();
    reader.read_to_end(&mut rest).unwrap();
    assert!(rest == message[10..]);
}
