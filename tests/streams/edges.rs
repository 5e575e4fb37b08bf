//! Sources and sinks that fail at every call, give and take any number of bytes, or lie.

use crate::{CHUNK, HEAD, SEALED, inside, key, opened, plaintext, sealed};
use std::io::{self, Cursor, ErrorKind, Read, Seek, SeekFrom, Write};
use strongroom::{Aad, Error, Item};
use strongroom_tests::dice::Dice;

/// Fails at one call, and reads or takes any number of bytes at the others.
struct Failing<T> {
    inner: T,
    calls: usize,
    fails_at: usize,
    kind: ErrorKind,
    dice: Dice,
}

impl<T> Failing<T> {
    fn new(inner: T, fails_at: usize, kind: ErrorKind) -> Self {
        Self { inner, calls: 0, fails_at, kind, dice: Dice::new((fails_at as u64).wrapping_mul(2) | 1) }
    }

    fn call(&mut self, len: usize) -> io::Result<usize> {
        let call = self.calls;
        self.calls += 1;
        if call == self.fails_at {
            return Err(io::Error::new(self.kind, "the cable is out"));
        }
        Ok(if len == 0 { 0 } else { 1 + self.dice.below((len as u64).min(9_000)) as usize }.min(len))
    }
}

impl<R: Read> Read for Failing<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let len = self.call(out.len())?;
        self.inner.read(&mut out[..len])
    }
}

impl<R: Seek> Seek for Failing<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.call(0)?;
        self.inner.seek(to)
    }
}

impl<W: Write> Write for Failing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let len = self.call(bytes.len())?;
        self.inner.write(&bytes[..len])
    }

    fn flush(&mut self) -> io::Result<()> {
        self.call(0)?;
        self.inner.flush()
    }
}

const NEVER: usize = usize::MAX;

#[test]
fn a_source_may_fail_at_any_call_and_be_read_on() {
    let (_ring, key) = key();
    let message = plaintext(3 * CHUNK + 40);
    let file = sealed(&key, &message, Aad::NONE);
    let mut failed = 0;
    for fails_at in 0.. {
        let source = Failing::new(&file[..], fails_at, ErrorKind::TimedOut);
        let mut out = Vec::new();
        let mut reader = match key.decrypt_reader(source, Aad::NONE) {
            Ok(reader) => reader,
            Err(error) => {
                assert_eq!((error.kind(), Error::inside(&error)), (ErrorKind::TimedOut, None));
                failed += 1;
                continue;
            }
        };
        let error = reader.read_to_end(&mut out).err();
        assert!(out == message[..out.len()] && out.len().is_multiple_of(CHUNK) || error.is_none());
        let Some(error) = error else {
            assert!(out == message);
            break;
        };
        assert_eq!((error.kind(), Error::inside(&error)), (ErrorKind::TimedOut, None));
        // Nothing was lost: it goes on where it was.
        reader.read_to_end(&mut out).unwrap();
        assert!(out == message, "call {fails_at}");
        failed += 1;
    }
    assert!(failed >= 8, "{failed}");
}

#[test]
fn a_source_that_fails_loses_nothing_of_what_threads_are_to_open() {
    let (_ring, key) = key();
    let message = plaintext(70 * CHUNK + 40);
    let file = sealed(&key, &message, Aad::NONE);
    for fails_at in (1..400).step_by(7) {
        let source = Failing::new(&file[..], fails_at, ErrorKind::TimedOut);
        let mut out = Vec::new();
        let Ok(reader) = key.decrypt_reader(source, Aad::NONE) else { continue };
        let mut reader = reader.threads(2);
        if let Err(error) = reader.read_to_end(&mut out) {
            assert_eq!((error.kind(), Error::inside(&error)), (ErrorKind::TimedOut, None));
            assert!(out == message[..out.len()]);
            reader.read_to_end(&mut out).unwrap();
        }
        assert!(out == message, "call {fails_at}");
    }
}

#[test]
fn a_call_that_was_interrupted_is_made_again() {
    let (_ring, key) = key();
    let message = plaintext(CHUNK + 40);
    let file = sealed(&key, &message, Aad::NONE);
    for fails_at in 0..6 {
        let source = Failing::new(&file[..], fails_at, ErrorKind::Interrupted);
        let mut out = Vec::new();
        key.decrypt_reader(source, Aad::NONE).unwrap().read_to_end(&mut out).unwrap();
        assert!(out == message);
        let sink = Failing::new(Vec::new(), fails_at, ErrorKind::Interrupted);
        let mut writer = key.encrypt_writer(sink, Aad::NONE).unwrap();
        writer.write_all(&message).unwrap();
        match writer.finish() {
            Ok(sink) => assert_eq!(opened(&key, &sink.inner, Aad::NONE), (message.clone(), Ok(()))),
            // Of a flush that was interrupted the sink says more than the library may decide.
            Err(error) => assert_eq!(error.kind(), ErrorKind::Interrupted),
        }
    }
}

#[test]
fn a_source_may_fail_while_it_is_sought_in() {
    let (_ring, key) = key();
    let message = plaintext(5 * CHUNK + 40);
    let file = sealed(&key, &message, Aad::NONE);
    let mut failed = 0;
    for fails_at in 1.. {
        let source = Failing::new(Cursor::new(&file), fails_at, ErrorKind::TimedOut);
        let Ok(mut reader) = key.decrypt_reader(source, Aad::NONE) else { continue };
        let mut out = vec![0; 10];
        let (mut position, mut failures) = (0, 0);
        for to in [SeekFrom::Start(40_000), SeekFrom::End(-20), SeekFrom::Start(5), SeekFrom::End(-60_000)] {
            let mut once = |out: &mut [u8]| {
                position = reader.seek(to)? as usize;
                // A read that fails has lost nothing; what was read before it is here.
                reader.read_exact(out).or_else(|_| {
                    failures += 1;
                    reader.seek(SeekFrom::Start(position as u64))?;
                    reader.read_exact(out)
                })
            };
            if let Err(error) = once(&mut out) {
                assert_eq!((error.kind(), Error::inside(&error)), (ErrorKind::TimedOut, None), "{fails_at}");
                once(&mut out).unwrap();
                failures += 1;
            }
            assert!(out == message[position..position + 10], "{fails_at}: {to:?}");
        }
        assert!(failures <= 1, "{fails_at}");
        if failures == 0 {
            break;
        }
        failed += 1;
    }
    assert!(failed >= 8, "{failed}");
}

/// Nobody knows where the source is then, so nothing is read from there.
#[test]
fn after_a_seek_that_failed_there_has_to_be_another() {
    let (_ring, key) = key();
    let file = sealed(&key, &plaintext(5 * CHUNK), Aad::NONE);
    struct Stuck<'a>(Cursor<&'a [u8]>);
    impl Read for Stuck<'_> {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            self.0.read(out)
        }
    }
    impl Seek for Stuck<'_> {
        fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
            match to {
                SeekFrom::Start(_) => Err(ErrorKind::TimedOut.into()),
                to => self.0.seek(to),
            }
        }
    }
    let mut reader = key.decrypt_reader(Stuck(Cursor::new(&file[..])), Aad::NONE).unwrap();
    reader.read_exact(&mut [0; 10]).unwrap();
    for _ in 0..2 {
        assert_eq!(reader.seek(SeekFrom::Start(40_000)).unwrap_err().kind(), ErrorKind::TimedOut);
        let error = reader.read(&mut [0; 10]).unwrap_err();
        assert!(Error::inside(&error).is_none() && error.to_string().contains("seek again"), "{error}");
    }
}

#[test]
fn the_first_error_of_a_sink_ends_the_stream() {
    let (_ring, key) = key();
    let message = plaintext(3 * CHUNK + 40);
    let mut failed = 0;
    for fails_at in 0.. {
        let mut kept = Vec::new();
        let sink = Failing::new(&mut kept, fails_at, ErrorKind::StorageFull);
        let mut writer = key.encrypt_writer(sink, Aad::NONE).unwrap();
        let written = writer.write_all(&message);
        if let Err(error) = &written {
            assert_eq!((error.kind(), Error::inside(error)), (ErrorKind::StorageFull, None));
            for _ in 0..2 {
                assert_eq!(writer.write(b"more").unwrap_err().kind(), ErrorKind::BrokenPipe);
                assert_eq!(writer.flush().unwrap_err().kind(), ErrorKind::BrokenPipe);
            }
        }
        let expected = if written.is_err() { ErrorKind::BrokenPipe } else { ErrorKind::StorageFull };
        match writer.finish() {
            Ok(_) => {
                assert_eq!(opened(&key, &kept, Aad::NONE), (message, Ok(())));
                break;
            }
            Err(error) => assert_eq!(error.kind(), expected, "call {fails_at}"),
        }
        let (out, end) = opened(&key, &kept, Aad::NONE);
        assert!(out == message[..out.len()]);
        // By the flush all of it had come.
        assert!(end.is_err() || out == message, "call {fails_at}");
        failed += 1;
    }
    assert!(failed >= 8, "{failed}");
}

#[test]
fn it_is_written_in_pieces_of_any_size() {
    let (_ring, key) = key();
    let mut dice = Dice::new(5);
    for len in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 4 * CHUNK + 9] {
        let message = plaintext(len);
        for most in [1_000, CHUNK as u64, 3 * CHUNK as u64] {
            let sink = Failing::new(Vec::new(), NEVER, ErrorKind::Other);
            let mut writer = key.encrypt_writer(sink, Aad::NONE).unwrap();
            let mut rest = &message[..];
            while !rest.is_empty() {
                let (piece, behind) = rest.split_at((1 + dice.below(most) as usize).min(rest.len()));
                writer.write_all(piece).unwrap();
                assert_eq!(writer.write(b"").unwrap(), 0);
                rest = behind;
                if dice.below(9) == 0 {
                    writer.flush().unwrap();
                }
            }
            let file = writer.finish().unwrap().inner;
            assert_eq!(file.len(), HEAD + len / CHUNK * SEALED + len % CHUNK + 16);
            assert_eq!(opened(&key, &file, Aad::NONE), (message.clone(), Ok(())));
        }
    }
}

#[test]
fn without_its_end_it_is_not_whole() {
    let (_ring, key) = key();
    let mut kept = Vec::new();
    let mut writer = key.encrypt_writer(&mut kept, Aad::NONE).unwrap();
    writer.write_all(&plaintext(2 * CHUNK + 40)).unwrap();
    drop(writer);
    assert_eq!(opened(&key, &kept, Aad::NONE), (plaintext(2 * CHUNK), Err(Error::TruncatedStream)));
    // Nothing is written before there is a chunk.
    let mut kept = Vec::new();
    let mut writer = key.encrypt_writer(&mut kept, Aad::NONE).unwrap();
    writer.write_all(&plaintext(CHUNK - 1)).unwrap();
    writer.flush().unwrap();
    drop(writer);
    assert!(kept.is_empty());
}

/// It says that it has read more than there was room for.
#[test]
fn a_source_that_lies_is_refused() {
    struct Liar;
    impl Read for Liar {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            Ok(out.len() + 1)
        }
    }
    let (_ring, key) = key();
    let error = key.decrypt_reader(Liar, Aad::NONE).unwrap_err();
    assert!(Error::inside(&error).is_none() && error.to_string().contains("more than it was asked for"));
}

/// The errors of both sides come through a rewrap as they are.
#[test]
fn a_rewrap_may_fail_at_any_call_of_either_side() {
    let (_ring, key) = key();
    let message = plaintext(2 * CHUNK + 40);
    let file = sealed(&key, &message, Aad::NONE);
    let rotated = |round: usize| (round == 1).then(|| key.rotate().unwrap());
    for round in 0..2 {
        rotated(round);
        for side in 0..2 {
            let mut failed = 0;
            for fails_at in 0.. {
                let at = |this: usize| if side == this { fails_at } else { NEVER };
                let source = Failing::new(&file[..], at(0), ErrorKind::TimedOut);
                let mut kept = Vec::new();
                let sink = Failing::new(&mut kept, at(1), ErrorKind::StorageFull);
                match key.rewrap_stream(source, sink, Aad::NONE) {
                    Ok(version) => {
                        assert_eq!(version.get() as usize, 1 + round);
                        assert_eq!(kept == file, round == 0, "byte for byte");
                        assert_eq!(opened(&key, &kept, Aad::NONE), (message.clone(), Ok(())));
                        break;
                    }
                    Err(error) => {
                        let kind = [ErrorKind::TimedOut, ErrorKind::StorageFull][side];
                        assert_eq!((error.kind(), Error::inside(&error)), (kind, None));
                    }
                }
                failed += 1;
            }
            assert!(failed >= 5, "{failed}");
        }
    }
}

/// Its source has nothing for the moment, between any two pieces: it goes on from where it was.
#[test]
fn a_rewrap_goes_on_when_the_source_has_more() {
    struct InPieces<'a>(&'a [u8], usize, bool);
    impl Read for InPieces<'_> {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            self.2 = !self.2;
            if self.2 {
                return Err(ErrorKind::WouldBlock.into());
            }
            let most = out.len().min(self.1);
            self.0.read(&mut out[..most])
        }
    }
    let (_ring, key) = key();
    let message = plaintext(3 * CHUNK + 40);
    let file = sealed(&key, &message, Aad::NONE);
    for is_rotated in [false, true] {
        if is_rotated {
            key.rotate().unwrap();
        }
        for piece in [37, SEALED, 10 * SEALED] {
            let run = |file: &[u8], kept: &mut Vec<u8>| {
                let (head, rest) = file.split_at(HEAD);
                let source = head.chain(InPieces(rest, piece, false));
                let mut rewrapper = key.stream_rewrapper(source, kept, &Item::stream()).unwrap();
                let mut waited = 0;
                let end = loop {
                    match rewrapper.run() {
                        Err(error) if error.kind() == ErrorKind::WouldBlock => waited += 1,
                        end => break end,
                    }
                };
                // Once it has come to an end, that stays so.
                assert_eq!(rewrapper.run().map_err(|error| inside(&error)), end.map_err(|e| inside(&e)));
                (rewrapper.run().map_err(|error| inside(&error)), waited)
            };
            let mut kept = Vec::new();
            let (end, waited) = run(&file, &mut kept);
            assert!(end == Ok(()) && waited >= 4, "{end:?} {waited}");
            assert_eq!(kept == file, !is_rotated, "byte for byte");
            assert_eq!(opened(&key, &kept, Aad::NONE), (message.clone(), Ok(())));
            for (len, error) in
                [(HEAD + SEALED, Error::TruncatedStream), (file.len() - 1, Error::DecryptFailed)]
            {
                assert_eq!(run(&file[..len], &mut Vec::new()).0, Err(error));
            }
        }
    }
}

/// A stream within a stream: the inner error comes through the outer reader.
#[test]
fn a_stream_may_be_read_from_a_stream() {
    let (_ring, key) = key();
    let message = plaintext(CHUNK + 40);
    let inner = sealed(&key, &message, Aad::from("inner"));
    let outer = sealed(&key, &inner, Aad::from("outer"));
    let read = |outer: &[u8]| -> io::Result<Vec<u8>> {
        let mut out = Vec::new();
        let reader = key.decrypt_reader(outer, Aad::from("outer"))?;
        key.decrypt_reader(reader, Aad::from("inner"))?.read_to_end(&mut out)?;
        Ok(out)
    };
    assert!(read(&outer).unwrap() == message);
    assert_eq!(inside(&read(&outer[..HEAD + SEALED]).unwrap_err()), Error::TruncatedStream);
}
