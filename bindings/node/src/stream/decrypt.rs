//! Reading a file.

use super::ends::Source;
use super::{EACH, HEAD_LEN, SEALED_CHUNK, later, one_at_a_time, said, threads, told, waits};
use crate::failure::Failure;
use crate::handle::{Holdable, KeyHandle, Scripted};
use crate::input::Take;
use crate::js::call::Arguments;
use crate::js::{Env, Value};
use crate::options::Said;
use std::io::BufRead;
use std::sync::{Arc, Mutex};
use strongroom::{Item, StreamReader, View};
use zeroize::Zeroizing;

/// A file that is being read.
pub(crate) struct Decrypter {
    view: View,
    scripted: Scripted,
    said: Said<'static>,
    threads: usize,
    /// Once what stands before the first chunk has arrived.
    reader: Arc<Mutex<Option<StreamReader<Source>>>>,
    source: Source,
}

impl Holdable for Decrypter {
    const TAG: u64 = 0x5347_5354_5245_0002;
}

/// `decrypter(key, threads, undefined, aad, context)`
pub(crate) fn decrypter<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Value<'s>, Failure> {
    let key: &KeyHandle = env.held(arguments.at(0))?;
    Ok(env.hold(Decrypter {
        view: key.view().clone(),
        scripted: key.scripted.clone(),
        threads: threads(env, arguments.at(1))?,
        said: said(env, key, arguments)?.owned(),
        reader: Arc::default(),
        source: Source::default(),
    })?)
}

/// `decrypterTake(decrypter, bytes)`: the plaintext of the chunks that are complete with them.
pub(crate) fn decrypter_take<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Value<'s>, Failure> {
    let decrypter: &Decrypter = env.held(arguments.at(0))?;
    let bytes = env.binary(arguments.at(1), Take::Borrow, "a stream")?;
    drop(one_at_a_time(&decrypter.reader)?);
    decrypter.source.add(&bytes);
    decrypter.plaintext(env)
}

/// `decrypterFinish(decrypter)`: the rest of the plaintext, after the last bytes of the file.
pub(crate) fn decrypter_finish<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Value<'s>, Failure> {
    let decrypter: &Decrypter = env.held(arguments.at(0))?;
    drop(one_at_a_time(&decrypter.reader)?);
    decrypter.source.end();
    decrypter.plaintext(env)
}

impl Decrypter {
    fn plaintext<'s>(&self, env: Env<'s>) -> Result<Value<'s>, Failure> {
        let (left, is_all) = self.source.left();
        let mut reader = one_at_a_time(&self.reader)?;
        if reader.is_none() {
            // There would be no going on in the middle of what stands before the chunks.
            if left < HEAD_LEN && !is_all {
                return Ok(env.new_memory(&[])?);
            }
            let _turn = self.scripted.turn(false)?;
            let item = self.said.about(Item::stream());
            let opened = self.view.decrypt_reader_item(self.source.clone(), &item).map_err(told)?;
            *reader = Some(opened.threads(self.threads));
        }
        // So much is decrypted together, of which less may have been read before.
        let together = self.threads * EACH * SEALED_CHUNK;
        let (left, _) = self.source.left();
        if self.threads == 1 {
            return Ok(env.new_memory(&opened(&mut reader, left + SEALED_CHUNK)?)?);
        }
        if left < together && !is_all {
            return Ok(env.new_memory(&[])?);
        }
        drop(reader);
        let reader = self.reader.clone();
        later(env, move || opened(&mut *one_at_a_time(&reader)?, left + together))
    }
}

/// The plaintext of what has arrived: no more than `most`, since none is longer than what it is in.
fn opened(reader: &mut Option<StreamReader<Source>>, most: usize) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let mut out = Zeroizing::new(Vec::with_capacity(most));
    let Some(reader) = reader else { return Ok(out) };
    loop {
        match reader.fill_buf() {
            Ok([]) => return Ok(out),
            Ok(open) => {
                let len = open.len();
                out.extend_from_slice(open);
                reader.consume(len);
            }
            Err(error) if waits(&error) => return Ok(out),
            Err(error) => return Err(told(error)),
        }
    }
}
