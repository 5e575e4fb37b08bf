//! Many calls of one data operation, some hundred at a time in one batch of the library, which gives what the
//! singles would.

use crate::failure::Failure;
use crate::handle::KeyHandle;
use crate::input::Take;
use crate::js::call::Arguments;
use crate::js::{Env, Kind, Value};
use crate::output::Output;
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
    let take = Take::copy_if(key.scripted.get());
    let (columns, missing) = (env.elements(arguments.at(3))?, env.undefined()?);
    let batch = Batch::new(env, arguments, arguments.at(4))?;
    for column in columns.iter().filter(|column| !env.is_undefined(**column)) {
        if env.len(*column)? != batch.count {
            return Err(COLUMNS_DIFFER.into());
        }
    }
    let read = |index, input| {
        let mut values = vec![input];
        for column in &columns {
            let is_there = !env.is_undefined(*column);
            values.push(if is_there { env.element(*column, index)? } else { missing });
        }
        // A signature or mac is worked on, too.
        if values.get(1).is_some_and(|second| env.kind(*second) == Kind::Null) {
            return Err(ITEM_MISSING.into());
        }
        verb.read(env, &values, take)
    };
    let work = |requests: Vec<&Request<'s>>| verb.run_batch(key.view(), requests.into_iter());
    batch.run(read, work, |request, error| request.refused(key.view(), error))
}

/// Inputs, and where their results go: both are arrays that inherit nothing.
pub(crate) struct Batch<'s> {
    env: Env<'s>,
    returns_errors: bool,
    inputs: Value<'s>,
    count: usize,
    results: Value<'s>,
}

impl<'s> Batch<'s> {
    /// Of a call with `key, returnErrors, inputs, …`.
    pub(crate) fn new(env: Env<'s>, arguments: &Arguments<'s>, results: Value<'s>) -> Result<Self, Failure> {
        let returns_errors = env.boolean(arguments.at(1)).unwrap_or(false);
        let inputs = arguments.at(2);
        Ok(Self { env, returns_errors, inputs, count: env.len(inputs)?, results })
    }

    /// Reads each input by its place, works on some hundred at a time, and says of each that is refused what
    /// more is known.
    pub(crate) fn run<R>(
        &self,
        read: impl Fn(usize, Value<'s>) -> Result<R, Failure>,
        work: impl Fn(Vec<&R>) -> Vec<Result<Output, Error>>,
        refused: impl Fn(&R, Error) -> Failure,
    ) -> Result<Value<'s>, Failure> {
        for start in (0..self.count).step_by(AT_A_TIME) {
            let part = start..self.count.min(start + AT_A_TIME);
            self.env.scoped(|| self.part(part, &read, &work, &refused))??;
        }
        Ok(self.env.undefined()?)
    }

    fn part<R>(
        &self,
        part: Range<usize>,
        read: &impl Fn(usize, Value<'s>) -> Result<R, Failure>,
        work: &impl Fn(Vec<&R>) -> Vec<Result<Output, Error>>,
        refused: &impl Fn(&R, Error) -> Failure,
    ) -> Result<(), Failure> {
        // What cannot be read ends the batch, unless something before it does.
        let (mut rows, mut wrong) = (Vec::with_capacity(part.len()), None);
        for index in part.clone() {
            match self.input(index).and_then(|input| read(index, input)) {
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
        let mut outputs = work(rows.iter().flatten().collect()).into_iter();
        for (index, row) in part.zip(&rows) {
            let output = match row {
                // There is one for each.
                Ok(request) => outputs.next().ok_or(Failure::Panic)?.map_err(|error| refused(request, error)),
                Err(failure) => Err(failure.clone()),
            };
            let value = match output.map_err(|failure| of_item(index, failure)) {
                Ok(output) => output.value(self.env)?,
                Err(failure) if self.returns_errors => failure.value(self.env)?,
                Err(failure) => return Err(failure),
            };
            self.env.set_element(self.results, index, value)?;
        }
        wrong.map_or(Ok(()), Err)
    }

    /// Of what is worked on, and of nothing else, a value may be missing.
    fn input(&self, index: usize) -> Result<Value<'s>, Failure> {
        let input = self.env.element(self.inputs, index)?;
        if self.env.kind(input) == Kind::Null { Err(ITEM_MISSING.into()) } else { Ok(input) }
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
