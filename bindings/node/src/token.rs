//! Tokens that expire, and the keys of an API.

use crate::failure::Failure;
use crate::handle::KeyHandle;
use crate::input::Take;
use crate::job::Job;
use crate::js::call::Arguments;
use crate::js::{Env, Value};
use crate::options::Said;
use std::time::{SystemTime, UNIX_EPOCH};
use strongroom::{ApiKey, Item, Token, TokenForm, View};

/// `issue(key, payload, ttlMs, prefix, aad, context, version)`: the text.
pub(crate) fn issue<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Job, Failure> {
    let key: &KeyHandle = env.held(arguments.at(0))?;
    let payload = env.message(arguments.at(1), Take::Copy, "a payload")?.owned();
    let ttl = env.millis(arguments.at(2), TTL)?;
    let (form, said) = (form(env, arguments.at(3))?, said(env, arguments.from(4))?);
    let view = key.view().clone();
    let work = move || {
        view.issue_item(&said.about(Item::plaintext(&*payload)), ttl, &form).map_err(|error| {
            match error.detail() {
                Some("token_ttl_out_of_range") => Failure::Advised(error, IN_MILLISECONDS.to_owned()),
                _ => Failure::Error(error),
            }
        })
    };
    Ok(Job::new(key.scripted.clone(), false, work, |env, text| Ok(env.new_string(&text)?)))
}

const TTL: &str = "ttlMs, for how many milliseconds a token can be redeemed,";
const IN_MILLISECONDS: &str = "ttlMs is in milliseconds: an hour is 3_600_000";

/// `redeem(key, times, text, leewayMs, prefix, aad, context)`: the payload, as memory. When the token was
/// issued and expires is put into `times`, an array that inherits nothing.
pub(crate) fn redeem<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Value<'s>, Failure> {
    let key: &KeyHandle = env.held(arguments.at(0))?;
    let _turn = key.scripted.turn(false)?;
    let token = Shown::read(env, arguments)?.redeem(key.view())?;
    env.set_element(arguments.at(1), 0, env.new_number(millis(token.issued))?)?;
    env.set_element(arguments.at(1), 1, env.new_number(millis(token.expires))?)?;
    Ok(env.new_memory(token.payload.expose())?)
}

/// `redeemAsync(key, undefined, text, leewayMs, prefix, aad, context)`: the same three in an array.
pub(crate) fn redeem_later<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Job, Failure> {
    let key: &KeyHandle = env.held(arguments.at(0))?;
    let (view, shown) = (key.view().clone(), Shown::read(env, arguments)?);
    Ok(Job::new(key.scripted.clone(), false, move || shown.redeem(&view), told))
}

/// A token, with what was said about it.
struct Shown {
    text: String,
    form: TokenForm,
    said: Said<'static>,
}

impl Shown {
    fn read<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Self, Failure> {
        let text = env.string(arguments.at(2), "a token")?;
        let mut form = form(env, arguments.at(4))?;
        if !env.is_undefined(arguments.at(3)) {
            form = form.leeway(env.millis(arguments.at(3), "leewayMs")?);
        }
        Ok(Self { text, form, said: said(env, arguments.from(5))? })
    }

    fn redeem(&self, view: &View) -> Result<Token, Failure> {
        let Self { text, form, said } = self;
        view.redeem_item(&said.about(Item::token(text)), form)
            .map_err(|error| Failure::of_malformed(error, || form.why_malformed(text)))
    }
}

fn form<'s>(env: Env<'s>, prefix: Value<'s>) -> Result<TokenForm, Failure> {
    let form = TokenForm::new();
    Ok(if env.is_undefined(prefix) { form } else { form.prefix(env.any_string(prefix, "prefix")?) })
}

/// Copies, for another thread.
fn said<'s>(env: Env<'s>, values: &[Value<'s>]) -> Result<Said<'static>, Failure> {
    Ok(Said::read(env, values, Take::Copy)?.owned())
}

fn told(env: Env<'_>, token: Token) -> Result<Value<'_>, Failure> {
    let (issued, expires) = (env.new_number(millis(token.issued))?, env.new_number(millis(token.expires))?);
    Ok(env.new_array(&[env.new_memory(token.payload.expose())?, issued, expires])?)
}

/// A date of JavaScript counts milliseconds, as tokens do.
fn millis(time: SystemTime) -> f64 {
    time.duration_since(UNIX_EPOCH).map_or(0.0, |since| since.as_millis() as f64)
}

/// `apiKeyGenerate(prefix)`
pub(crate) fn generate<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Value<'s>, Failure> {
    let key = ApiKey::generate(&env.any_string(arguments.at(0), "a prefix")?)?;
    Ok(env.new_string(key.expose())?)
}

/// `apiKeyCheck(text)`
pub(crate) fn check<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Value<'s>, Failure> {
    let text = env.string(arguments.at(0), "the key of an API")?;
    ApiKey::check(&text).map_err(|error| Failure::of_malformed(error, || ApiKey::why_malformed(&text)))?;
    Ok(env.undefined()?)
}
