//! Bringing a file under the latest version.

use super::ends::{Sink, Source};
use super::{HEAD_LEN, said, told, waits};
use crate::failure::Failure;
use crate::handle::{Holdable, KeyHandle, Scripted};
use crate::input::Take;
use crate::js::call::Arguments;
use crate::js::{Env, Value};
use crate::options::Said;
use std::cell::RefCell;
use strongroom::{Item, StreamRewrapper, View};

/// A file that is being rewrapped.
pub(crate) struct Rewrapper {
    view: View,
    scripted: Scripted,
    said: Said<'static>,
    /// Once what stands before the first chunk has arrived.
    rewrapper: RefCell<Option<StreamRewrapper<Source, Sink>>>,
    source: Source,
    sink: Sink,
}

impl Holdable for Rewrapper {
    const TAG: u64 = 0x5347_5354_5245_0003;
}

/// `rewrapper(key, undefined, undefined, aad, context)`
pub(crate) fn rewrapper<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Value<'s>, Failure> {
    let key: &KeyHandle = env.held(arguments.at(0))?;
    Ok(env.hold(Rewrapper {
        view: key.view().clone(),
        scripted: key.scripted.clone(),
        said: said(env, key, arguments)?.owned(),
        rewrapper: RefCell::default(),
        source: Source::default(),
        sink: Sink::default(),
    })?)
}

/// `rewrapperTake(rewrapper, bytes)`: what goes to the new file.
pub(crate) fn rewrapper_take<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Value<'s>, Failure> {
    let rewrapper: &Rewrapper = env.held(arguments.at(0))?;
    rewrapper.source.add(&env.binary(arguments.at(1), Take::Borrow, "a stream")?);
    rewrapper.go(env)
}

/// `rewrapperFinish(rewrapper)`: the rest of the new file, after the last bytes of the old one.
pub(crate) fn rewrapper_finish<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Value<'s>, Failure> {
    let rewrapper: &Rewrapper = env.held(arguments.at(0))?;
    rewrapper.source.end();
    rewrapper.go(env)
}

/// `rewrapperVersion(rewrapper)`: of the new file, once that is known.
pub(crate) fn rewrapper_version<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Value<'s>, Failure> {
    let rewrapper: &Rewrapper = env.held(arguments.at(0))?;
    let version = rewrapper.rewrapper.borrow().as_ref().map(StreamRewrapper::version);
    Ok(match version {
        Some(version) => env.new_number(f64::from(version.get()))?,
        None => env.undefined()?,
    })
}

impl Rewrapper {
    fn go<'s>(&self, env: Env<'s>) -> Result<Value<'s>, Failure> {
        let (left, is_all) = self.source.left();
        let mut place = self.rewrapper.borrow_mut();
        let rewrapper = match &mut *place {
            Some(rewrapper) => rewrapper,
            None if left < HEAD_LEN && !is_all => return Ok(env.new_memory(&[])?),
            none => {
                let _turn = self.scripted.turn(false)?;
                let item = self.said.about(Item::stream());
                let (source, sink) = (self.source.clone(), self.sink.clone());
                none.insert(self.view.stream_rewrapper(source, sink, &item).map_err(told)?)
            }
        };
        match rewrapper.run() {
            Err(error) if !waits(&error) => Err(told(error)),
            _ => Ok(env.new_memory(&self.sink.take())?),
        }
    }
}
