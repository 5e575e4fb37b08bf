//! What the batches have in common: items in, a list out.

use super::columns::{Errors, Inputs, Options};
use crate::buffer::Load;
use crate::column::noted;
use crate::view::View;
use pyo3::prelude::*;
use pyo3::types::PyList;
use std::ops::Range;
use std::time::{Duration, Instant};
use strongroom::{Error, Item};

/// How many items are worked on before their results are shown. What the library needs and gives for them is
/// then small enough to be in the caches of the processor, and is taken from what the slice before gave back:
/// memory of a whole batch would go back to the operating system, and come with page faults the next time.
const SLICE: usize = 512;

/// How long a thread of Python keeps the GIL if another one wants it (`sys.setswitchinterval`).
const TURN: Duration = Duration::from_millis(5);

/// A batch that is under way.
pub(super) struct Batch<'a, 'py> {
    py: Python<'py>,
    view: &'a View,
    inputs: Inputs<'a>,
    errors: Errors,
    /// That of the whole batch: what can change is not worked on while other threads run.
    load: Load,
    /// When a slice last let them run.
    let_run: Option<Instant>,
}

/// What became of a slice.
pub(super) struct Worked<T> {
    /// Of which nothing could be made that the verb takes, each with its place in the batch.
    refused: Vec<(usize, Error)>,
    /// Of the others, in order.
    results: Vec<Result<T, Error>>,
    /// What a seal that is written in Python raised meanwhile.
    raised: Option<PyErr>,
}

/// Runs a batch of items and makes the list.
pub(super) fn run<'py, T: Send>(
    py: Python<'py>,
    view: &View,
    inputs: Inputs<'_>,
    options: &Options<'_>,
    errors: Errors,
    verb: impl Fn(&strongroom::View, Vec<Item<'_>>) -> Vec<Result<T, Error>> + Sync,
    show: impl Fn(T) -> PyResult<Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyList>> {
    let work = |batch: &Batch<'_, 'py>, slice: Range<usize>, load| {
        let item = |index| batch.inputs().item(index).and_then(|item| options.apply(index, item));
        batch.worked(slice, load, item, |view, items| verb(view, items))
    };
    in_slices(py, view, inputs, errors, work, show)
}

/// Runs a batch whose slices are worked on in a way of their own, and makes the list.
pub(super) fn in_slices<'py, T>(
    py: Python<'py>,
    view: &View,
    inputs: Inputs<'_>,
    errors: Errors,
    work: impl Fn(&Batch<'_, 'py>, Range<usize>, Load) -> PyResult<Worked<T>>,
    show: impl Fn(T) -> PyResult<Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyList>> {
    let (len, load) = (inputs.len(), inputs.load());
    let mut batch = Batch { py, view, inputs, errors, load, let_run: None };
    let mut shown = Vec::with_capacity(len);
    for start in (0..len).step_by(SLICE) {
        batch.settle();
        let slice = start..len.min(start + SLICE);
        let load = batch.load();
        let worked = work(&batch, slice.clone(), load)?;
        batch.show(slice, worked, &show, &mut shown)?;
    }
    PyList::new(py, shown)
}

impl<'a, 'py> Batch<'a, 'py> {
    pub(super) fn inputs(&self) -> &Inputs<'a> {
        &self.inputs
    }

    /// What the verb gives for a slice. An input that cannot be made into what it takes has its error
    /// already; the others go to the library in one call.
    pub(super) fn worked<M: Send, T: Send>(
        &self,
        slice: Range<usize>,
        load: Load,
        make: impl Fn(usize) -> Result<M, Error>,
        verb: impl FnOnce(&strongroom::View, Vec<M>) -> Vec<Result<T, Error>> + Send,
    ) -> PyResult<Worked<T>> {
        let mut refused = Vec::new();
        let mut made = Vec::with_capacity(slice.len());
        for index in slice {
            match make(index) {
                Ok(one) => made.push(one),
                Err(error) => refused.push((index, error)),
            }
        }
        let (results, raised) = self.view.attempt(self.py, load, |view| verb(view, made))?;
        Ok(Worked { refused, results, raised })
    }

    /// Copies what can change if Python code may run during a call. A seal that is written in Python may have
    /// come since the last slice, or while the options were read: from here to the call no such code runs.
    fn settle(&mut self) {
        if self.view.asks_others() {
            self.inputs.settle();
        }
    }

    /// Other threads run as often as Python itself would let them. To take the GIL back from one that
    /// computes takes as long as that, and many slices take less.
    fn load(&mut self) -> Load {
        let now = Instant::now();
        match (self.load, self.let_run) {
            (Load::Bytes(_), Some(last)) if now - last < TURN => Load::Held,
            (load, _) => {
                self.let_run = Some(now);
                load
            }
        }
    }

    fn show<T>(
        &self,
        slice: Range<usize>,
        Worked { refused, results, raised }: Worked<T>,
        show: &impl Fn(T) -> PyResult<Bound<'py, PyAny>>,
        shown: &mut Vec<Bound<'py, PyAny>>,
    ) -> PyResult<()> {
        let mut results = results.into_iter();
        let mut refused = refused.into_iter().peekable();
        for index in slice {
            let result = match refused.next_if(|(at, _)| *at == index) {
                Some((_, error)) => Err(error),
                None => results.next().expect("the library gives a result for every item"),
            };
            shown.push(match result {
                Ok(value) => show(value)?,
                Err(error) => self.error(index, &error, raised.as_ref())?,
            });
        }
        Ok(())
    }

    /// The exception in the place of the result, unless it is raised.
    fn error(&self, index: usize, error: &Error, raised: Option<&PyErr>) -> PyResult<Bound<'py, PyAny>> {
        let exception = self.view.about(self.py, error, raised, self.inputs.about(index));
        exception.value(self.py).setattr("index", index)?;
        match self.errors {
            Errors::Raise => Err(noted(self.py, exception, format!("in element {index}"))),
            Errors::Return => Ok(exception.into_value(self.py).into_bound(self.py).into_any()),
        }
    }
}
