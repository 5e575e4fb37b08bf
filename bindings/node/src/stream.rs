//! Files of any size, piece by piece: JavaScript hands over what has arrived and gets what can be made of it.
//! `stream.js` makes of that what Node's own streams are.

use crate::failure::Failure;
use crate::handle::{Holdable, KeyHandle, Scripted};
use crate::input::Take;
use crate::js::call::Arguments;
use crate::js::{Env, Value};
use crate::options::Said;
use std::cell::RefCell;
use std::io::{self, BufRead, ErrorKind, Read, Write};
use std::rc::Rc;
use strongroom::{Error, Item, StreamReader, StreamWriter, View};
use zeroize::Zeroizing;

/// What was written and not yet taken. Handles stay on their thread.
#[derive(Clone, Default)]
struct Sink(Rc<RefCell<Vec<u8>>>);

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Sink {
    fn take<'s>(&self, env: Env<'s>) -> Result<Value<'s>, Failure> {
        Ok(env.new_memory(&self.0.take())?)
    }
}

/// What has arrived and was not yet read. Until the end has, there may be more of it.
#[derive(Clone, Default)]
struct Source(Rc<RefCell<Arrived>>);

#[derive(Default)]
struct Arrived {
    bytes: Vec<u8>,
    from: usize,
    is_all: bool,
}

impl Source {
    fn add(&self, bytes: &[u8]) {
        let mut arrived = self.0.borrow_mut();
        if arrived.from == arrived.bytes.len() {
            arrived.bytes.clear();
            arrived.from = 0;
        }
        arrived.bytes.extend_from_slice(bytes);
    }

    /// How many bytes were not read, and whether there will be no others.
    fn left(&self) -> (usize, bool) {
        let arrived = self.0.borrow();
        (arrived.bytes.len() - arrived.from, arrived.is_all)
    }
}

impl Read for Source {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let mut arrived = self.0.borrow_mut();
        let left = arrived.bytes.get(arrived.from..).unwrap_or_default();
        if left.is_empty() && !arrived.is_all {
            // The reader goes on from where it is when it is asked again.
            return Err(ErrorKind::WouldBlock.into());
        }
        let len = left.len().min(out.len());
        out.iter_mut().zip(left).for_each(|(to, from)| *to = *from);
        arrived.from += len;
        Ok(len)
    }
}

/// A file that is being written.
pub(crate) struct Encrypter {
    writer: RefCell<Option<StreamWriter<Sink>>>,
    sink: Sink,
}

/// A file that is being read.
pub(crate) struct Decrypter {
    view: View,
    scripted: Scripted,
    said: Said<'static>,
    /// Once what stands before the first chunk has arrived.
    reader: RefCell<Option<StreamReader<Source>>>,
    source: Source,
}

impl Holdable for Encrypter {
    const TAG: u64 = 0x5347_5354_5245_0001;
}
impl Holdable for Decrypter {
    const TAG: u64 = 0x5347_5354_5245_0002;
}

/// How many bytes stand before the first chunk.
const HEAD_LEN: usize = 64;

/// `encrypter(key, undefined, undefined, aad, context, version)`
pub(crate) fn encrypter<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Value<'s>, Failure> {
    let key: &KeyHandle = env.held(arguments.at(0))?;
    let _turn = key.scripted.turn(false)?;
    let said = said(env, key, arguments)?;
    let sink = Sink::default();
    let writer = key.view().encrypt_writer_item(sink.clone(), &said.about(Item::stream()))?;
    Ok(env.hold(Encrypter { writer: RefCell::new(Some(writer)), sink })?)
}

/// `encrypterTake(encrypter, plaintext)`: what goes to the file.
pub(crate) fn encrypter_take<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Value<'s>, Failure> {
    let encrypter: &Encrypter = env.held(arguments.at(0))?;
    let plaintext = env.message(arguments.at(1), Take::Borrow, "a plaintext")?;
    let mut writer = encrypter.writer.borrow_mut();
    writer.as_mut().ok_or_else(over)?.write_all(&plaintext).map_err(told)?;
    encrypter.sink.take(env)
}

/// `encrypterFinish(encrypter)`: the end of the file.
pub(crate) fn encrypter_finish<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Value<'s>, Failure> {
    let encrypter: &Encrypter = env.held(arguments.at(0))?;
    encrypter.writer.take().ok_or_else(over)?.finish().map_err(told)?;
    encrypter.sink.take(env)
}

/// `decrypter(key, undefined, undefined, aad, context)`
pub(crate) fn decrypter<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Value<'s>, Failure> {
    let key: &KeyHandle = env.held(arguments.at(0))?;
    Ok(env.hold(Decrypter {
        view: key.view().clone(),
        scripted: key.scripted.clone(),
        said: said(env, key, arguments)?.owned(),
        reader: RefCell::default(),
        source: Source::default(),
    })?)
}

/// `decrypterTake(decrypter, bytes)`: the plaintext of the chunks that are complete with them.
pub(crate) fn decrypter_take<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Value<'s>, Failure> {
    let decrypter: &Decrypter = env.held(arguments.at(0))?;
    decrypter.source.add(&env.binary(arguments.at(1), Take::Borrow, "a stream")?);
    decrypter.plaintext(env)
}

/// `decrypterFinish(decrypter)`: the rest of the plaintext, after the last bytes of the file.
pub(crate) fn decrypter_finish<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Value<'s>, Failure> {
    let decrypter: &Decrypter = env.held(arguments.at(0))?;
    decrypter.source.0.borrow_mut().is_all = true;
    decrypter.plaintext(env)
}

impl Decrypter {
    fn plaintext<'s>(&self, env: Env<'s>) -> Result<Value<'s>, Failure> {
        let (left, is_all) = self.source.left();
        let mut place = self.reader.borrow_mut();
        let reader = match &mut *place {
            Some(reader) => reader,
            // There would be no going on in the middle of what stands before the chunks.
            None if left < HEAD_LEN && !is_all => return Ok(env.new_memory(&[])?),
            none => {
                let _turn = self.scripted.turn(false)?;
                let item = self.said.about(Item::stream());
                none.insert(self.view.decrypt_reader_item(self.source.clone(), &item).map_err(told)?)
            }
        };
        // No plaintext is longer than what it is in, but for a chunk that had arrived in part.
        let mut out = Zeroizing::new(vec![0; left + MOST_BEFORE]);
        let mut len = 0;
        loop {
            match reader.fill_buf() {
                Ok([]) => break,
                Ok(open) => {
                    let (some, room) = (open.len(), out.get_mut(len..).unwrap_or_default());
                    room.iter_mut().zip(open).for_each(|(to, from)| *to = *from);
                    reader.consume(some);
                    len += some;
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) => return Err(told(error)),
            }
        }
        Ok(env.new_memory(out.get(..len).unwrap_or_default())?)
    }
}

/// What of a chunk can have arrived before.
const MOST_BEFORE: usize = 16_400;

/// The options, which are copied: they are looked at while a seal may be asked.
fn said<'s>(env: Env<'s>, key: &KeyHandle, arguments: &Arguments<'s>) -> Result<Said<'s>, Failure> {
    let said = Said::read(env, arguments.from(3), Take::copy_if(key.scripted.get()))?;
    said.not_of_a_signature()?;
    Ok(said)
}

fn over() -> Failure {
    Failure::Type("the end of the stream is written".to_owned())
}

fn told(error: io::Error) -> Failure {
    match Error::inside(&error) {
        Some(error) => error.clone().into(),
        None => Failure::Type(error.to_string()),
    }
}
