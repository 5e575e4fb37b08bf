//! Whatever is changed about a file, nothing comes out that was not written, and its end is not taken for
//! granted.

use crate::{CHUNK, HEAD, SEALED, inside, key, opened, plaintext, sealed};
use std::io::{Cursor, Read, Seek, SeekFrom};
use strongroom::{Aad, Error};

fn refused(error: &Error) -> bool {
    matches!(
        error,
        Error::TruncatedStream
            | Error::DecryptFailed
            | Error::Malformed
            | Error::UnsupportedFormat { .. }
            | Error::VersionTooNew
    )
}

#[test]
fn a_small_file_that_is_cut_anywhere_does_not_open() {
    let (_ring, key) = key();
    let file = sealed(&key, &plaintext(40), Aad::NONE);
    assert_eq!(file.len(), HEAD + 40 + 16);
    for len in 0..file.len() {
        let (out, end) = opened(&key, &file[..len], Aad::NONE);
        let expected = if len < HEAD + 16 { Error::TruncatedStream } else { Error::DecryptFailed };
        assert_eq!((out, end), (Vec::new(), Err(expected)), "{len}");
    }
}

#[test]
fn a_large_file_that_is_cut_around_a_chunk_serves_what_is_whole_and_says_that_it_is_not_all() {
    let (_ring, key) = key();
    for tail in [0, 1, 100] {
        let message = plaintext(4 * CHUNK + tail);
        let file = sealed(&key, &message, Aad::NONE);
        for chunks in 0..=4 {
            for by in [-17, -16, -1, 0, 1, 15, 16, 17] {
                let len = HEAD.saturating_add(chunks * SEALED).saturating_add_signed(by);
                if len >= file.len() || len < HEAD {
                    continue;
                }
                let whole = (len - HEAD) / SEALED;
                let rest = (len - HEAD) % SEALED;
                let (out, end) = opened(&key, &file[..len], Aad::NONE);
                assert!(out == message[..whole * CHUNK], "{len}");
                let expected = if rest < 16 { Error::TruncatedStream } else { Error::DecryptFailed };
                assert_eq!(end, Err(expected.clone()), "{len}");
                let mut reader = key.decrypt_reader(Cursor::new(&file[..len]), Aad::NONE).unwrap();
                assert_eq!(inside(&reader.verify_end().unwrap_err()), expected, "{len}");
                // It ends the reader.
                assert_eq!(inside(&reader.read(&mut [0; 9]).unwrap_err()), expected, "{len}");
                assert_eq!(inside(&reader.seek(SeekFrom::Start(0)).unwrap_err()), expected, "{len}");
            }
        }
    }
}

#[test]
fn every_bit_of_what_stands_before_the_chunks_counts() {
    let (_ring, key) = key();
    let file = sealed(&key, &plaintext(40), Aad::from("aad"));
    for bit in 0..8 * HEAD {
        let mut bad = file.clone();
        bad[bit / 8] ^= 1 << (bit % 8);
        let (out, end) = opened(&key, &bad, Aad::from("aad"));
        assert!(out.is_empty() && end.as_ref().is_err_and(refused), "bit {bit}: {end:?}");
        let mut sink = Vec::new();
        let rewrapped = key.rewrap_stream(&bad[..], &mut sink, Aad::from("aad")).unwrap_err();
        assert_eq!(Err(inside(&rewrapped)), end, "bit {bit}");
        assert!(sink.is_empty(), "bit {bit}");
    }
}

#[test]
fn every_byte_behind_it_counts() {
    let (_ring, key) = key();
    let message = plaintext(CHUNK + 40);
    let file = sealed(&key, &message, Aad::NONE);
    let places = (HEAD..HEAD + 40).chain(HEAD + SEALED - 40..file.len());
    for at in places {
        let mut bad = file.clone();
        bad[at] ^= 0x10;
        let whole = if at < HEAD + SEALED { 0 } else { CHUNK };
        assert_eq!(opened(&key, &bad, Aad::NONE), (message[..whole].to_vec(), Err(Error::DecryptFailed)));
    }
}

#[test]
fn chunks_open_in_their_place_of_their_file_only() {
    let (_ring, key) = key();
    let message = plaintext(3 * CHUNK + 40);
    let (one, other) = (sealed(&key, &message, Aad::NONE), sealed(&key, &message, Aad::NONE));
    let chunks: Vec<&[u8]> = one[HEAD..].chunks(SEALED).collect();
    let of_other: Vec<&[u8]> = other[HEAD..].chunks(SEALED).collect();
    let joined = |head: &[u8], chunks: &[&[u8]]| [&head[..HEAD], &chunks.concat()].concat();
    let [a, b, c, d] = chunks[..] else { panic!("{}", chunks.len()) };
    for (what, file, whole) in [
        ("exchanged", joined(&one, &[b, a, c, d]), 0),
        ("exchanged", joined(&one, &[a, c, b, d]), 1),
        ("twice", joined(&one, &[a, a, b, c, d]), 1),
        ("twice", joined(&one, &[a, b, c, c, d]), 3),
        ("gone", joined(&one, &[b, c, d]), 0),
        ("gone", joined(&one, &[a, b, d]), 2),
        ("of another file", joined(&one, &[a, of_other[1], c, d]), 1),
        ("the last of another file", joined(&one, &[a, b, c, of_other[3]]), 3),
        ("after another head", joined(&other, &[a, b, c, d]), 0),
        ("behind the last", joined(&one, &[a, b, c, d, d]), 3),
        ("behind the last", joined(&one, &[a, b, c, d, a]), 3),
        ("a byte behind the last", joined(&one, &[a, b, c, d, &[0]]), 3),
        ("zeros behind the last", joined(&one, &[a, b, c, d, &[0; 40_000]]), 3),
        ("the last in the place of all", joined(&one, &[d]), 0),
    ] {
        let (out, end) = opened(&key, &file, Aad::NONE);
        assert!(out == message[..whole * CHUNK], "{what}");
        assert_eq!(end, Err(Error::DecryptFailed), "{what}");
        let mut sink = Vec::new();
        assert!(key.rewrap_stream(&file[..], &mut sink, Aad::NONE).is_err(), "{what}");
        // What the sink has is no whole stream either.
        assert!(opened(&key, &sink, Aad::NONE).1.is_err(), "{what}");
    }
}

/// A file whose bytes are any: no panic, and nothing comes out.
#[test]
fn what_is_no_stream_is_refused() {
    let (_ring, key) = key();
    for seed in 0..300 {
        let len = (seed as usize * 37) % 400;
        let mut file = strongroom_tests::noise::noise(len, 1 + seed);
        let magic = b"SRF1\0\0\0\x01";
        let kept = (seed as usize % 9).min(len);
        file[..kept].copy_from_slice(&magic[..kept]);
        let (out, end) = opened(&key, &file, Aad::NONE);
        assert!(out.is_empty() && end.as_ref().is_err_and(refused), "{seed}: {end:?}");
    }
}
