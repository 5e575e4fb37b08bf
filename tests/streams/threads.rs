//! In several threads everything is as in one.

use crate::{CHUNK, HEAD, SEALED, inside, key, opened, plaintext, sealed};
use std::io::{Cursor, Read, Seek, SeekFrom, Write};
use strongroom::{Aad, Error};
use strongroom_tests::dice::Dice;

/// So many chunks each thread has at a time.
const EACH: usize = 32;

const THREADS: [usize; 6] = [0, 1, 2, 3, 64, usize::MAX];

#[test]
fn what_is_written_and_read_is_the_same() {
    let (_ring, key) = key();
    let most = 2 * EACH * CHUNK;
    for len in
        [0, 1, CHUNK, EACH * CHUNK - 1, EACH * CHUNK, most - 1, most, most + 1, 3 * most + 5 * CHUNK + 7]
    {
        let message = plaintext(len);
        for threads in THREADS {
            let mut writer = key.encrypt_writer(Vec::new(), Aad::NONE).unwrap().threads(threads);
            writer.write_all(&message).unwrap();
            let file = writer.finish().unwrap();
            assert_eq!(file.len(), HEAD + len + 16 * (len / CHUNK + 1), "{len}, {threads}");
            assert!(opened(&key, &file, Aad::NONE) == (message.clone(), Ok(())), "{len}, {threads}");
            let file = sealed(&key, &message, Aad::NONE);
            let mut out = Vec::new();
            let mut reader = key.decrypt_reader(&file[..], Aad::NONE).unwrap().threads(threads);
            reader.read_to_end(&mut out).unwrap();
            assert!(out == message, "{len}, {threads}");
        }
    }
}

#[test]
fn it_is_written_in_pieces_of_any_size_and_may_get_more_threads_meanwhile() {
    let (_ring, key) = key();
    let message = plaintext(5 * EACH * CHUNK + 99);
    let mut dice = Dice::new(3);
    for round in 0..20 {
        let mut writer = key.encrypt_writer(Vec::new(), Aad::NONE).unwrap().threads(round % 3);
        let mut rest = &message[..];
        while !rest.is_empty() {
            let (now, later) = rest.split_at(rest.len().min(1 + dice.below(1 << (4 + round)) as usize));
            writer.write_all(now).unwrap();
            rest = later;
            if dice.below(20) == 0 {
                writer = writer.threads(dice.below(4) as usize);
            }
        }
        assert!(opened(&key, &writer.finish().unwrap(), Aad::NONE) == (message.clone(), Ok(())), "{round}");
    }
}

#[test]
fn a_chunk_that_does_not_open_serves_what_is_before_it_and_nothing_behind() {
    let (_ring, key) = key();
    let chunks = 2 * EACH + 3;
    let message = plaintext(chunks * CHUNK + 5);
    let file = sealed(&key, &message, Aad::NONE);
    for number in [0, 1, EACH - 1, EACH, 2 * EACH - 1, 2 * EACH, chunks] {
        let mut changed = file.clone();
        changed[HEAD + number * SEALED + 3] ^= 1;
        let mut out = Vec::new();
        let mut reader = key.decrypt_reader(Cursor::new(&changed), Aad::NONE).unwrap().threads(2);
        let error = reader.read_to_end(&mut out).unwrap_err();
        assert_eq!((inside(&error), out.len()), (Error::DecryptFailed, number * CHUNK));
        assert!(out == message[..out.len()]);
        // It ends the reader.
        assert_eq!(inside(&reader.seek(SeekFrom::Start(0)).unwrap_err()), Error::DecryptFailed);
    }
    for cut in [HEAD, HEAD + 9, HEAD + SEALED, HEAD + 2 * EACH * SEALED, HEAD + (2 * EACH + 1) * SEALED + 15]
    {
        let mut out = Vec::new();
        let mut reader = key.decrypt_reader(&file[..cut], Aad::NONE).unwrap().threads(2);
        let error = reader.read_to_end(&mut out).unwrap_err();
        assert_eq!(
            (inside(&error), out.len()),
            (Error::TruncatedStream, (cut - HEAD) / SEALED * CHUNK),
            "{cut}"
        );
    }
}

#[test]
fn it_is_sought_in_as_in_one() {
    let (_ring, key) = key();
    let message = plaintext(3 * EACH * CHUNK + 77);
    let file = [b"behind this", &sealed(&key, &message, Aad::NONE)[..]].concat();
    let mut source = Cursor::new(file);
    source.set_position(11);
    let mut reader = key.decrypt_reader(source, Aad::NONE).unwrap().threads(3);
    let mut dice = Dice::new(5);
    let mut at = 0;
    for step in 0..600 {
        match dice.below(6) {
            0 => {
                at = dice.below(message.len() as u64) as usize;
                reader.seek(SeekFrom::Start(at as u64)).unwrap();
            }
            1 => assert_eq!(reader.verify_end().unwrap(), message.len() as u64),
            // Beyond what was read at once before.
            2 => {
                let most = message.len() - at;
                let mut out = vec![0; most.min(dice.below(100 * CHUNK as u64) as usize)];
                reader.read_exact(&mut out).unwrap();
                assert!(out == message[at..at + out.len()], "{step}");
                at += out.len();
            }
            _ => {
                let mut out = vec![0; dice.below(4 * CHUNK as u64) as usize];
                let read = reader.read(&mut out).unwrap();
                assert!(out[..read] == message[at..at + read], "{step}");
                at += read;
            }
        }
        assert_eq!(reader.stream_position().unwrap(), at as u64, "{step}");
    }
}
