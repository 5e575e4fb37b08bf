//! Tokens that expire.

use crate::aad::{Aad, ContextArgument};
use crate::buffer::{Bytes, Load};
use crate::errors::{OrRaise, advised};
use crate::given::{Given, Stray, given, only};
use crate::options::VersionNumber;
use crate::period::Period;
use crate::text::{Text, ascii};
use crate::token::{Prefix, Token};
use crate::view::{View, said};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};
use strongroom::{Error, Item, TokenForm};

#[pymethods]
impl View {
    /// A token: text that whoever has the key can read until it expires, and nobody else.
    #[pyo3(signature = (
        payload, ttl, *, aad=Given(None), context=Given(None), version=Given(None), prefix=Given(None),
        **others
    ))]
    #[pyo3(text_signature = "($self, payload, ttl, *, aad=..., context=..., version=..., prefix=...)")]
    #[allow(clippy::too_many_arguments, reason = "they are keyword arguments")]
    fn issue<'py>(
        &self,
        py: Python<'py>,
        payload: Bytes<'_>,
        ttl: Period,
        aad: Given<Aad<'_>>,
        context: Given<ContextArgument>,
        version: Given<VersionNumber>,
        prefix: Given<Prefix<'_>>,
        others: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Bound<'py, PyString>> {
        only("View.issue", Stray(false), others, &["payload", "ttl", "aad", "context", "version", "prefix"])?;
        let form = form(py, &prefix)?;
        let payload = self.settled(payload);
        let item = said(Item::plaintext(payload.as_slice()), aad.0.as_ref(), context.0.as_ref(), version.0)
            .or_raise(py)?;
        let (text, raised) = self.attempt(py, payload.load(), |view| view.issue_item(&item, ttl.0, &form))?;
        let text = text.map_err(|error| {
            let is_ttl = error.detail() == Some("token_ttl_out_of_range");
            advised(py, &error, raised.as_ref(), is_ttl.then(|| TTL.to_owned()))
        })?;
        ascii(py, text.as_bytes())
    }

    /// What a token says, if it has not expired.
    #[pyo3(signature = (
        text, stray=Stray(false), *, aad=Given(None), context=Given(None), prefix=Given(None),
        leeway=Given(None), **others
    ))]
    #[pyo3(text_signature = "($self, text, *, aad=..., context=..., prefix=..., leeway=...)")]
    #[allow(clippy::too_many_arguments, reason = "they are keyword arguments")]
    fn redeem(
        &self,
        py: Python<'_>,
        text: Text<'_>,
        stray: Stray,
        aad: Given<Aad<'_>>,
        context: Given<ContextArgument>,
        prefix: Given<Prefix<'_>>,
        leeway: Given<Period>,
        others: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Token> {
        only("View.redeem", stray, others, &["text", "aad", "context", "prefix", "leeway"])?;
        let form = given(form(py, &prefix)?, leeway.0, |form, leeway| form.leeway(leeway.0));
        let text = text.get().or_raise(py)?;
        let item = said(Item::token(text), aad.0.as_ref(), context.0.as_ref(), None).or_raise(py)?;
        let (token, raised) =
            self.attempt(py, Load::Bytes(text.len()), |view| view.redeem_item(&item, &form))?;
        let token = token.map_err(|error| {
            let why = matches!(error, Error::Malformed).then(|| form.why_malformed(text)).flatten();
            advised(py, &error, raised.as_ref(), why.map(str::to_owned))
        })?;
        Ok(Token::new(py, &token))
    }
}

const TTL: &str = "ttl is a timedelta, or a number of seconds";

fn form(py: Python<'_>, prefix: &Given<Prefix<'_>>) -> PyResult<TokenForm> {
    let prefix = prefix.0.as_ref().map(Prefix::get).transpose().or_raise(py)?;
    Ok(given(TokenForm::new(), prefix, TokenForm::prefix))
}
