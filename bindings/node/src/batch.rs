//! Many calls of one data operation, some hundred at a time in one batch of the library, which gives what the
//! singles would.

use crate::failure::Failure;
use crate::handle::KeyHandle;
use crate::input::Take;
use crate::js::call::Arguments;
use crate::js::{Env, Kind, Value};
use crate::verb::{Request, Verb};
use std::ops::Range;
use strongroom::Error;

/// How many are read before they are worked on. So a column of any length is held in memory once, not twice,
/// and what comes long after the first error is not worked on.
const AT_A_TIME: usize = 256;

const COLUMNS_DIFFER: Error = Error::invalid_option("columns_differ");
const ITEM_MISSING: Error = Error::invalid_option("item_missing");

/// `verbBatch(key, returnErrors, inputs, columns, results)`, where `columns` has the other arguments of the
/// single call, each as an array of one value for each input, or `undefined`. All are arrays that inherit
/// nothing, so that reading and writing them runs no code of the caller's; the results are put into the last
/// one.
pub(crate) fn run<'s>(verb: Verb, env: Env<'s>, arguments: &Arguments<'s>) -> Result<Value<'s>, Failure> {
    let key: &KeyHandle = env.held(arguments.at(0))?;
    let _turn = key.scripted.turn(false)?;
    let batch = Batch {
        verb,
        env,
        returns_errors: env.boolean(arguments.at(1)).unwrap_or(false),
        take: Take::copy_if(key.scripted.get()),
        inputs: arguments.at(2),
        columns: env.elements(arguments.at(3))?,
        missing: env.undefined()?,
    };
    let (count, results) = (env.len(batch.inputs)?, arguments.at(4));
    for column in batch.columns.iter().filter(|column| !env.is_undefined(**column)) {
        if env.len(*column)? != count {
            return Err(COLUMNS_DIFFER.into());
        }
    }
    for start in (0..count).step_by(AT_A_TIME) {
        let part = start..count.min(start + AT_A_TIME);
        env.scoped(|| batch.part(key, part, results))??;
    }
    Ok(batch.missing)
}

struct Batch<'s> {
    verb: Verb,
    env: Env<'s>,
    returns_errors: bool,
    take: Take,
    inputs: Value<'s>,
    columns: Vec<Value<'s>>,
    missing: Value<'s>,
}

impl<'s> Batch<'s> {
    fn part(&self, key: &KeyHandle, part: Range<usize>, results: Value<'s>) -> Result<(), Failure> {
        // What cannot be read ends the batch, unless something before it does.
        let (mut rows, mut wrong) = (Vec::with_capacity(part.len()), None);
        for index in part.clone() {
            match self.read(index) {
                Ok(request) => rows.push(Ok(request)),
                Err(failure @ (Failure::Error(_) | Failure::Advised(..))) if self.returns_errors => {
                    rows.push(Err(failure));
                }
                Err(failure) => {
                    wrong = Some(of_item(index, failure));
                    break;
                }
            }
        }
        let mut outputs = self.verb.run_batch(key.view(), rows.iter().flatten()).into_iter();
        for (index, row) in part.zip(&rows) {
            let output = match row {
                // There is one for each.
                Ok(request) => {
                    outputs.next().ok_or(Failure::Panic)?.map_err(|error| request.refused(key.view(), error))
                }
                Err(failure) => Err(failure.clone()),
            };
            let value = match output.map_err(|failure| of_item(index, failure)) {
                Ok(output) => output.value(self.env)?,
                Err(failure) if self.returns_errors => failure.value(self.env)?,
                Err(failure) => return Err(failure),
            };
            self.env.set_element(results, index, value)?;
        }
        wrong.map_or(Ok(()), Err)
    }

    fn read(&self, index: usize) -> Result<Request<'s>, Failure> {
        let mut values = vec![self.env.element(self.inputs, index)?];
        for column in &self.columns {
            let is_there = !self.env.is_undefined(*column);
            values.push(if is_there { self.env.element(*column, index)? } else { self.missing });
        }
        // Of what is worked on, and of nothing else, a value may be missing.
        if values.iter().take(2).any(|value| self.env.kind(*value) == Kind::Null) {
            return Err(ITEM_MISSING.into());
        }
        self.verb.read(self.env, &values, self.take)
    }
}

fn of_item(index: usize, failure: Failure) -> Failure {
    match failure {
        Failure::Error(_) | Failure::Advised(..) | Failure::Type(_) => {
            Failure::Item(index, Box::new(failure))
        }
        other => other,
    }
}
