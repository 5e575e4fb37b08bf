//! Reading some of a file, of which JavaScript hands over the parts that are asked for.

use super::{CHUNK, SEALED_CHUNK, position, said, told, waits};
use crate::failure::Failure;
use crate::handle::{Holdable, KeyHandle, Scripted};
use crate::input::Take;
use crate::js::call::Arguments;
use crate::js::{Env, Value};
use crate::options::Said;
use std::cell::RefCell;
use std::io::{self, BufRead, ErrorKind, Read, Seek, SeekFrom};
use std::rc::Rc;
use strongroom::{Error, Item, StreamReader, View};
use zeroize::Zeroizing;

/// A range that is being read.
pub(crate) struct Ranger {
    view: View,
    scripted: Scripted,
    said: Said<'static>,
    start: u64,
    end: u64,
    file: File,
    state: RefCell<State>,
}

impl Holdable for Ranger {
    const TAG: u64 = 0x5347_5354_5245_0004;
}

enum State {
    Head,
    End(StreamReader<File>),
    /// Where in the plaintext the range begins, and how long it is.
    Seek(StreamReader<File>, u64, usize),
    /// How long it is, and what is there of it.
    Read(StreamReader<File>, usize, Zeroizing<Vec<u8>>),
    Done,
}

/// A file of which a part is here, that which was asked for last.
#[derive(Clone, Default)]
struct File(Rc<RefCell<Part>>);

#[derive(Default)]
struct Part {
    len: u64,
    from: u64,
    bytes: Vec<u8>,
    position: u64,
    /// What is missing: from where, and so many bytes.
    missing: Option<(u64, usize)>,
    /// So many are worth having at once.
    ahead: usize,
}

/// No more of a file is asked for at once.
const MOST: usize = 32 * SEALED_CHUNK;

/// The longest range: as long as a message.
const LONGEST: u64 = 1 << 30;

impl Read for File {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let part = &mut *self.0.borrow_mut();
        let left = part.len.saturating_sub(part.position);
        if left == 0 || out.is_empty() {
            return Ok(0);
        }
        let at = part.position.checked_sub(part.from).and_then(|at| usize::try_from(at).ok());
        let here = at.and_then(|at| part.bytes.get(at..)).unwrap_or_default();
        if here.is_empty() {
            let wanted = out.len().max(part.ahead).min(MOST);
            part.missing =
                Some((part.position, usize::try_from(left).map_or(wanted, |left| wanted.min(left))));
            return Err(ErrorKind::WouldBlock.into());
        }
        let len = here.len().min(out.len());
        out.iter_mut().zip(here).for_each(|(to, from)| *to = *from);
        part.position += len as u64;
        Ok(len)
    }
}

impl Seek for File {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let part = &mut *self.0.borrow_mut();
        let position = match to {
            SeekFrom::Start(position) => Some(position),
            SeekFrom::Current(by) => part.position.checked_add_signed(by),
            SeekFrom::End(by) => part.len.checked_add_signed(by),
        };
        part.position = position.ok_or(ErrorKind::InvalidInput)?;
        Ok(part.position)
    }
}

/// `ranger(key, start, end, aad, context)`: of the plaintext.
pub(crate) fn ranger<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Value<'s>, Failure> {
    let key: &KeyHandle = env.held(arguments.at(0))?;
    Ok(env.hold(Ranger {
        view: key.view().clone(),
        scripted: key.scripted.clone(),
        said: said(env, key, arguments)?.owned(),
        start: position(env, arguments.at(1), "start")?,
        end: position(env, arguments.at(2), "end")?,
        file: File::default(),
        state: RefCell::new(State::Head),
    })?)
}

/// `rangerStep(ranger, wanted, len, from, bytes)`: the range, as memory. Where more of the file is needed,
/// which has `len` bytes, its position and how many bytes are put into `wanted`, an array that inherits
/// nothing: they come in the next call, unless the file has ended before.
pub(crate) fn ranger_step<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Value<'s>, Failure> {
    let ranger: &Ranger = env.held(arguments.at(0))?;
    let (len, from) = (position(env, arguments.at(2), "a length")?, position(env, arguments.at(3), "from")?);
    let bytes = env.binary(arguments.at(4), Take::Borrow, "a stream")?;
    {
        let part = &mut *ranger.file.0.borrow_mut();
        (part.from, part.bytes) = (from, bytes.to_vec());
        // Where less came than was asked for, the file has become shorter.
        let is_less = part.missing.take().is_some_and(|(_, wanted)| bytes.len() < wanted);
        part.len = if is_less { from.saturating_add(bytes.len() as u64) } else { len };
    }
    match ranger.go() {
        Ok(out) => Ok(env.new_memory(&out)?),
        Err(Stop::Failed(failure)) => Err(failure),
        Err(Stop::Missing(from, len)) => {
            env.set_element(arguments.at(1), 0, env.new_number(from as f64)?)?;
            env.set_element(arguments.at(1), 1, env.new_number(len as f64)?)?;
            Ok(env.undefined()?)
        }
    }
}

enum Stop {
    Failed(Failure),
    Missing(u64, usize),
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl Ranger {
    fn stop(&self, error: io::Error) -> Stop {
        match self.file.0.borrow().missing {
            Some((from, len)) if waits(&error) => Stop::Missing(from, len),
            _ => Stop::Failed(told(error)),
        }
    }

    /// Goes on as far as the file is there. What is asked for again finds what has come meanwhile.
    fn go(&self) -> Result<Zeroizing<Vec<u8>>, Stop> {
        let mut state = self.state.borrow_mut();
        loop {
            let next = match std::mem::replace(&mut *state, State::Done) {
                State::Head => {
                    let _turn = self.scripted.turn(false).map_err(Failure::from)?;
                    let item = self.said.about(Item::stream());
                    self.file.0.borrow_mut().position = 0;
                    match self.view.decrypt_reader_item(self.file.clone(), &item) {
                        Ok(reader) => State::End(reader),
                        Err(error) => {
                            *state = State::Head;
                            return Err(self.stop(error));
                        }
                    }
                }
                State::End(mut reader) => match reader.verify_end() {
                    Ok(len) => {
                        let end = self.end.min(len);
                        let start = self.start.min(end);
                        let len = Some(end - start).filter(|len| *len <= LONGEST);
                        let len = len.and_then(|len| usize::try_from(len).ok());
                        let len = len.ok_or(Error::MessageTooLong).map_err(Failure::from)?;
                        self.file.0.borrow_mut().ahead = (len / CHUNK + 2) * SEALED_CHUNK;
                        State::Seek(reader, start, len)
                    }
                    Err(error) => {
                        *state = State::End(reader);
                        return Err(self.stop(error));
                    }
                },
                State::Seek(_, _, 0) => return Ok(Zeroizing::default()),
                State::Seek(mut reader, start, len) => match reader.seek(SeekFrom::Start(start)) {
                    // It does not grow, which would leave a copy.
                    Ok(_) => State::Read(reader, len, Zeroizing::new(Vec::with_capacity(len))),
                    Err(error) => {
                        *state = State::Seek(reader, start, len);
                        return Err(self.stop(error));
                    }
                },
                State::Read(_, len, out) if out.len() == len => return Ok(out),
                State::Read(mut reader, len, mut out) => match reader.fill_buf() {
                    Ok([]) => return Err(Failure::from(Error::TruncatedStream).into()),
                    Ok(open) => {
                        let some = open.len().min(len - out.len());
                        out.extend_from_slice(open.get(..some).unwrap_or_default());
                        reader.consume(some);
                        State::Read(reader, len, out)
                    }
                    Err(error) => {
                        *state = State::Read(reader, len, out);
                        return Err(self.stop(error));
                    }
                },
                State::Done => return Err(super::over().into()),
            };
            *state = next;
        }
    }
}
