//! Writing a file.

use super::ends::Sink;
use super::{CHUNK, EACH, later, one_at_a_time, over, said, threads, told};
use crate::failure::Failure;
use crate::handle::{Holdable, KeyHandle};
use crate::input::Take;
use crate::js::call::Arguments;
use crate::js::{Env, Value};
use std::io::Write;
use std::sync::{Arc, Mutex};
use strongroom::{Item, StreamWriter};
use zeroize::Zeroizing;

/// A file that is being written.
pub(crate) struct Encrypter {
    state: Arc<Mutex<Writing>>,
    has_threads: bool,
}

struct Writing {
    writer: Option<StreamWriter<Sink>>,
    sink: Sink,
    /// How much plaintext the threads encrypt together, and how much of that is there.
    room: usize,
    filled: usize,
}

impl Holdable for Encrypter {
    const TAG: u64 = 0x5347_5354_5245_0001;
}

/// `encrypter(key, threads, undefined, aad, context, version)`
pub(crate) fn encrypter<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Value<'s>, Failure> {
    let key: &KeyHandle = env.held(arguments.at(0))?;
    let _turn = key.scripted.turn(false)?;
    let (threads, said) = (threads(env, arguments.at(1))?, said(env, key, arguments)?);
    let sink = Sink::default();
    let writer = key.view().encrypt_writer_item(sink.clone(), &said.about(Item::stream()))?;
    let writer = Some(writer.threads(threads));
    let state = Writing { writer, sink, room: threads * EACH * CHUNK, filled: 0 };
    Ok(env.hold(Encrypter { state: Arc::new(Mutex::new(state)), has_threads: threads > 1 })?)
}

/// `encrypterTake(encrypter, plaintext)`: what goes to the file.
pub(crate) fn encrypter_take<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Value<'s>, Failure> {
    let encrypter: &Encrypter = env.held(arguments.at(0))?;
    let plaintext = env.message(arguments.at(1), Take::Borrow, "a plaintext")?;
    let mut writing = one_at_a_time(&encrypter.state)?;
    if writing.writer.is_none() {
        return Err(over());
    }
    let filled = writing.filled.saturating_add(plaintext.len());
    if !encrypter.has_threads || filled < writing.room {
        writing.filled = filled;
        return Ok(env.new_memory(&writing.take(&plaintext)?)?);
    }
    writing.filled = filled % writing.room;
    drop(writing);
    // It may change as soon as JavaScript runs again.
    let (state, plaintext) = (encrypter.state.clone(), Zeroizing::new(plaintext.to_vec()));
    later(env, move || one_at_a_time(&state)?.take(&plaintext))
}

/// `encrypterFinish(encrypter)`: the end of the file.
pub(crate) fn encrypter_finish<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Value<'s>, Failure> {
    let encrypter: &Encrypter = env.held(arguments.at(0))?;
    let mut writing = one_at_a_time(&encrypter.state)?;
    if !encrypter.has_threads {
        return Ok(env.new_memory(&writing.finish()?)?);
    }
    drop(writing);
    let state = encrypter.state.clone();
    later(env, move || one_at_a_time(&state)?.finish())
}

impl Writing {
    fn take(&mut self, plaintext: &[u8]) -> Result<Zeroizing<Vec<u8>>, Failure> {
        self.writer.as_mut().ok_or_else(over)?.write_all(plaintext).map_err(told)?;
        Ok(self.sink.take())
    }

    fn finish(&mut self) -> Result<Zeroizing<Vec<u8>>, Failure> {
        self.writer.take().ok_or_else(over)?.finish().map_err(told)?;
        Ok(self.sink.take())
    }
}
