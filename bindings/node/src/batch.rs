//! Many calls of one data operation. Each goes the way of a single call, so a batch equals the singles.

use crate::failure::{Failure, error_value};
use crate::handle::KeyHandle;
use crate::input::Take;
use crate::js::call::Arguments;
use crate::js::{Env, Value};
use crate::verb::Verb;

/// `verbBatch(key, returnErrors, inputs, columns, results)`, where `columns` has the other arguments of the
/// single call, each as an array of one value for each input, or `undefined`. All are arrays that inherit
/// nothing, so that reading and writing them runs no code of the caller's; the results are put into the last
/// one.
pub(crate) fn run<'s>(verb: Verb, env: Env<'s>, arguments: &Arguments<'s>) -> Result<Value<'s>, Failure> {
    let key: &KeyHandle = env.held(arguments.at(0))?;
    let _turn = key.scripted.turn(false)?;
    let returns_errors = env.boolean(arguments.at(1)).unwrap_or(false);
    let take = Take::copy_if(key.scripted.get());
    let inputs = arguments.at(2);
    let columns = env.elements(arguments.at(3))?;
    let missing = env.undefined()?;
    let results = arguments.at(4);
    for index in 0..env.len(inputs)? {
        let one = || -> Result<(), Failure> {
            let mut values = vec![env.element(inputs, index)?];
            for column in &columns {
                values.push(if env.is_undefined(*column) { missing } else { env.element(*column, index)? });
            }
            let result =
                verb.read(env, &values, take).and_then(|request| Ok(verb.run(key.view(), &request)?));
            let value = match result {
                Ok(output) => output.value(env)?,
                Err(Failure::Error(error)) if returns_errors => error_value(env, &error)?,
                Err(failure @ (Failure::Error(_) | Failure::Type(_))) => {
                    return Err(Failure::Item(index, Box::new(failure)));
                }
                Err(other) => return Err(other),
            };
            Ok(env.set_element(results, index, value)?)
        };
        env.scoped(one)??;
    }
    Ok(env.undefined()?)
}
