//! `encrypt`, `decrypt` and `rewrap` with `--stream`: files of any size, of which only a little is in memory.

use crate::ciphertext::Work;
use crate::destination::{Destination, NoOutput, about_other_names};
use crate::failure::Failure;
use crate::input::Input;
use crate::output::{Readers, print_written, refused};
use crate::progress;
use crate::session::Session;
use crate::streams;
use indicatif::ProgressBar;
use std::io::{self, BufRead, IsTerminal, Read, Write};
use strongroom::{Error, Item, View};
use zeroize::Zeroizing;

/// What is done with a stream, of what is said about it.
type Done<'d> = &'d mut dyn FnMut(&View, &Item<'_>, &mut dyn Read, &mut dyn Write) -> io::Result<()>;

pub(crate) fn encrypt(
    session: &Session,
    work: &Work,
    about: impl FnOnce(Item<'_>) -> Item<'_>,
) -> Result<(), Failure> {
    run(session, work, Readers::Anyone, about, &mut |view, about, source, sink| {
        let mut writer = view.encrypt_writer_item(sink, about)?.threads(work.stream.threads());
        let mut plaintext = Zeroizing::new(vec![0; 64 << 10]);
        loop {
            match source.read(&mut plaintext) {
                Ok(0) => return writer.finish().map(drop),
                Ok(read) => writer.write_all(&plaintext[..read])?,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    })
}

pub(crate) fn decrypt(session: &Session, work: &Work) -> Result<(), Failure> {
    run(session, work, Readers::Owner, |about| about, &mut |view, about, source, sink| {
        let mut reader = view.decrypt_reader_item(source, about)?.threads(work.stream.threads());
        loop {
            let plaintext = reader.fill_buf()?;
            if plaintext.is_empty() {
                return Ok(());
            }
            sink.write_all(plaintext)?;
            let written = plaintext.len();
            reader.consume(written);
        }
    })
}

pub(crate) fn rewrap(session: &Session, work: &Work) -> Result<(), Failure> {
    if work.stream.threads.is_some() {
        return Err(Failure::usage("a stream is rewrapped in one thread; leave out --threads"));
    }
    run(session, work, Readers::Anyone, |about| about, &mut |view, about, source, sink| {
        view.rewrap_stream_item(source, sink, about).map(drop)
    })
}

fn run(
    session: &Session,
    work: &Work,
    readers: Readers,
    about: impl FnOnce(Item<'_>) -> Item<'_>,
    done: Done<'_>,
) -> Result<(), Failure> {
    let (printer, path) = (session.printer, work.output.path());
    if path.is_none() && printer.json {
        return Err(Failure::usage(
            "with --stream a result as JSON has no place for the bytes; give --out FILE",
        ));
    }
    if path.is_none() && readers == Readers::Anyone && io::stdout().is_terminal() {
        return Err(Failure::usage(
            "this is not text; give --out FILE, or send standard output to a file or a pipe",
        ));
    }
    work.with(session, |view, aad| {
        let about = about(Item::stream().aad(aad));
        let (source, length) = work.input.open()?;
        // What is shown on the terminal itself leaves no room for a bar.
        let bar = match length {
            _ if path.is_none() && io::stdout().is_terminal() => ProgressBar::hidden(),
            Some(length) => progress::of_bytes(length),
            None => progress::of_unknown(),
        };
        let bar = Cleared(bar);
        let mut source = bar.0.wrap_read(source);
        let Some(path) = path else {
            let mut sink = Counted::new(streams::output().map_err(|error| Failure::stdout(&error))?);
            let ended = done(view, &about, &mut source, &mut sink);
            return ended.map_err(|error| match sink.failed {
                true => Failure::stdout(&error),
                false => of_source(&work.input, &error),
            });
        };
        let at = |error: NoOutput| refused("write", path, &error);
        let destination = Destination::at(path, readers).map_err(at)?;
        let mut sink = Counted::new(destination.file());
        done(view, &about, &mut source, &mut sink).map_err(|error| match sink.failed {
            true => at(NoOutput::Failed("write", error)),
            false => of_source(&work.input, &error),
        })?;
        let written = sink.written;
        let others = destination.commit().map_err(at)?;
        print_written(printer, path, written)?;
        printer.warn_all(about_other_names(path, others))
    })
}

/// A bar that is gone when the work has ended, however that was.
struct Cleared(ProgressBar);

impl Drop for Cleared {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

/// What was wrong with the stream, or with where it came from.
pub(crate) fn of_source(input: &Input, error: &io::Error) -> Failure {
    match Error::inside(error) {
        Some(Error::Malformed) => Failure::Advised(Error::Malformed, NO_STREAM.to_owned()),
        Some(error) => error.clone().into(),
        None => input.failed(error),
    }
}

const NO_STREAM: &str = "a stream is what 'encrypt --stream' wrote; of a message leave out --stream";

/// Counts what is written, and notes whether it was this that failed.
struct Counted<W> {
    sink: W,
    written: u64,
    failed: bool,
}

impl<W> Counted<W> {
    fn new(sink: W) -> Self {
        Self { sink, written: 0, failed: false }
    }
}

impl<W: Write> Write for Counted<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.sink.write(bytes).inspect_err(|error| {
            self.failed = error.kind() != io::ErrorKind::Interrupted;
        })?;
        self.written += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.sink.flush().inspect_err(|_| self.failed = true)
    }
}
