//! One call of a data operation.

use crate::failure::Failure;
use crate::handle::KeyHandle;
use crate::input::Take;
use crate::js::call::Arguments;
use crate::js::{Env, Value};
use crate::verb::Verb;

/// `verb(key, input, signature, aad, context, version, hash, form)`
#[inline]
pub(crate) fn run<'s>(verb: Verb, env: Env<'s>, arguments: &Arguments<'s>) -> Result<Value<'s>, Failure> {
    let key: &KeyHandle = env.held(arguments.at(0))?;
    let _turn = key.scripted.turn(false)?;
    let request = verb.read(env, arguments.from(1), Take::copy_if(key.scripted.get()))?;
    let output = verb.run(key.view(), &request).map_err(|error| request.refused(key.view(), error))?;
    output.quick_value(env)
}
