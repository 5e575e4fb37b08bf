//! One call of a data operation on another thread, for messages so large that it would be missed.

use crate::apart;
use crate::failure::Failure;
use crate::handle::KeyHandle;
use crate::input::Take;
use crate::js::call::Arguments;
use crate::js::{Env, Value};
use crate::promise::{Work, finish};
use crate::verb::{Request, Verb};
use strongroom::View;

/// `verbAsync(…)`, as the single call. What it works on is copied, so that it cannot change meanwhile.
pub(crate) fn run<'s>(verb: Verb, env: Env<'s>, arguments: &Arguments<'s>) -> Result<Value<'s>, Failure> {
    let key: &KeyHandle = match env.held(arguments.at(0)) {
        Ok(key) => key,
        Err(failure) => return env.settled(Err(failure)),
    };
    let request = match verb.read(env, arguments.from(1), Take::Copy).map(Request::owned) {
        Ok(request) => request,
        Err(failure) => return env.settled(Err(failure)),
    };
    let view: View = key.view().clone();
    let work: Work = Box::new(move || {
        let output = verb.run(&view, &request).map_err(|error| request.refused(&view, error))?;
        Ok(finish(move |env| output.value(env)))
    });
    if key.scripted.get() { apart::start(env, key.scripted.clone(), work) } else { env.promise(work) }
}
