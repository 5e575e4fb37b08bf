//! The data operations of a key, one verb per file.

mod arrays;
mod batch;
mod columns;
mod data_key;
mod decrypt;
mod encrypt;
mod hmac;
mod index;
mod lengths;
mod rewrap;
mod sign;
mod stream;
mod token;

use crate::aad::{Aad, ContextArgument};
use crate::buffer::{Bytes, Load, Output};
use crate::calls::{self, Answer};
use crate::errors::{OrRaise, advised, exception};
use crate::options::VersionNumber;
use pyo3::prelude::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use strongroom::{Error, Item};
use zeroize::Zeroizing;

/// A key as the data operations see it: with the context that `Key.context` gave it, or none.
#[pyclass(frozen, subclass, module = "strongroom")]
pub(crate) struct View {
    view: strongroom::View,
    /// Shared by all handles of a keyring: it may ask a seal that is written in Python, or a platform.
    asks_others: Arc<AtomicBool>,
}

/// Results of at least this many bytes are made where Python will have them, and texts in memory that the
/// thread keeps. Shorter ones are copied, which costs less than asking for their length first.
pub(crate) const IN_PLACE_FROM: usize = 4096;

/// No binary ciphertext is longer than its plaintext by more.
const MOST_ADDED: usize = 1024;

#[pymethods]
impl View {
    /// The name of the key. It is known without a look at the keyring.
    #[getter]
    fn name(&self) -> &str {
        self.view.name().as_str()
    }

    /// The same key and context, exactly as lenient as Transit.
    fn transit(&self) -> Self {
        Self::new(self.view.transit(), self.shared_flag())
    }

    fn __repr__(&self) -> String {
        format!("<strongroom.{:?}>", self.view)
    }

    fn __reduce__(&self) -> PyResult<()> {
        calls::no_copies(
            "a key cannot be pickled or copied: open the keyring where the key is needed and take it by its name",
        )
    }
}

/// What a call is about that was made before.
pub(crate) enum About<'a> {
    Text(&'a str),
    Binary(&'a [u8]),
    Index(&'a str),
}

impl View {
    pub(crate) fn new(view: strongroom::View, asks_others: Arc<AtomicBool>) -> Self {
        Self { view, asks_others }
    }

    /// The key, for calls that always let go of the GIL.
    pub(crate) fn inner(&self) -> &strongroom::View {
        &self.view
    }

    pub(crate) fn shared_flag(&self) -> Arc<AtomicBool> {
        self.asks_others.clone()
    }

    #[inline]
    pub(crate) fn asks_others(&self) -> bool {
        self.asks_others.load(Ordering::Relaxed)
    }

    #[inline]
    pub(crate) fn call<T: Send>(
        &self,
        py: Python<'_>,
        load: Load,
        call: impl FnOnce(&strongroom::View) -> Result<T, Error> + Send,
    ) -> PyResult<T> {
        let (result, raised) = self.attempt(py, load, call)?;
        result.map_err(|error| exception(py, &error, raised.as_ref()))
    }

    /// A call about a text. If that is malformed, the error says what is odd about it.
    #[inline]
    pub(crate) fn call_on<T: Send>(
        &self,
        py: Python<'_>,
        text: &str,
        load: Load,
        call: impl FnOnce(&strongroom::View) -> Result<T, Error> + Send,
    ) -> PyResult<T> {
        let (result, raised) = self.attempt(py, load, call)?;
        result.map_err(|error| self.about(py, &error, raised.as_ref(), Some(About::Text(text))))
    }

    /// A call about a ciphertext in its binary form, as [`call_on`](Self::call_on).
    #[inline]
    pub(crate) fn call_on_binary<T: Send>(
        &self,
        py: Python<'_>,
        binary: &[u8],
        load: Load,
        call: impl FnOnce(&strongroom::View) -> Result<T, Error> + Send,
    ) -> PyResult<T> {
        let (result, raised) = self.attempt(py, load, call)?;
        result.map_err(|error| self.about(py, &error, raised.as_ref(), Some(About::Binary(binary))))
    }

    /// The exception for an error of a call about something that was made before.
    #[cold]
    pub(crate) fn about(
        &self,
        py: Python<'_>,
        error: &Error,
        raised: Option<&PyErr>,
        about: Option<About<'_>>,
    ) -> PyErr {
        let why = match about.filter(|_| matches!(error, Error::Malformed)) {
            None => None,
            Some(About::Binary(bytes)) => strongroom::View::why_malformed_binary(bytes),
            Some(About::Index(text)) => strongroom::View::why_malformed_index(text),
            Some(About::Text(text)) => match self.attempt(py, Load::Held, |view| view.why_malformed(text)) {
                Ok((why, _)) => why,
                Err(raised) => return raised,
            },
        };
        advised(py, error, raised, why.map(str::to_owned))
    }

    #[inline]
    pub(crate) fn attempt<T: Send>(
        &self,
        py: Python<'_>,
        load: Load,
        call: impl FnOnce(&strongroom::View) -> T + Send,
    ) -> PyResult<Answer<T>> {
        calls::data(py, self.asks_others(), load, || call(&self.view))
    }

    /// The input, copied if Python code may run during the call.
    #[inline]
    pub(crate) fn settled<'a>(&self, bytes: Bytes<'a>) -> Bytes<'a> {
        if self.asks_others() { bytes.fixed() } else { bytes }
    }

    /// The input, copied also if it lies in the output.
    pub(crate) fn apart<'a>(&self, bytes: Bytes<'a>, out: &Output) -> Bytes<'a> {
        if out.overlaps(&bytes) { bytes.fixed() } else { self.settled(bytes) }
    }

    /// A call that writes into a buffer. Where others could read or change it meanwhile, the result is made
    /// elsewhere: whoever writes into a message while it is encrypted in place would choose what is encrypted
    /// under a nonce that was made for something else.
    pub(crate) fn write(
        &self,
        py: Python<'_>,
        mut out: Output,
        input: &Bytes<'_>,
        call: impl FnOnce(&strongroom::View, &mut [u8]) -> Result<usize, Error> + Send,
    ) -> PyResult<usize> {
        if out.is_own() && !self.asks_others() {
            return call(&self.view, out.as_mut_slice()).or_raise(py);
        }
        let mut private =
            Zeroizing::new(vec![0; out.len().min(input.as_slice().len().saturating_add(MOST_ADDED))]);
        let written = self.call(py, Load::Held, |view| call(view, &mut private))?;
        out.put(&private[..written]);
        Ok(written)
    }
}

/// An item with the options that were given. Inlined, since an item is large to hand back.
#[inline(always)]
pub(crate) fn said<'a>(
    mut item: Item<'a>,
    aad: Option<&'a Aad<'_>>,
    context: Option<&ContextArgument>,
    version: Option<VersionNumber>,
) -> Result<Item<'a>, Error> {
    if let Some(aad) = aad {
        item = item.aad(aad.get()?);
    }
    if let Some(context) = context {
        item = item.context(context);
    }
    if let Some(version) = version {
        item = version.on(item)?;
    }
    Ok(item)
}
