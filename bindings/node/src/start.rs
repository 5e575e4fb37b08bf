//! One call of a data operation on another thread, for messages so large that it would be missed.

use crate::failure::Failure;
use crate::handle::KeyHandle;
use crate::input::Take;
use crate::js::call::Arguments;
use crate::js::promise::finish;
use crate::js::{Env, Value};
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
    if key.scripted.get() {
        // Its seal can be asked on this thread only.
        let output = key.scripted.turn(true).and_then(|_turn| verb.run(key.view(), &request));
        return env.settled(output.map_err(Failure::from).and_then(|output| output.value(env)));
    }
    let view: View = key.view().clone();
    env.promise(Box::new(move || {
        let output = verb.run(&view, &request)?;
        Ok(finish(move |env| output.value(env)))
    }))
}
