//! Tokens that expire, and the keys of an API.

use crate::failure::Failure;
use crate::handle::KeyHandle;
use crate::input::Take;
use crate::job::Job;
use crate::js::call::Arguments;
use crate::js::{Env, Value};
use crate::options::Said;
use std::time::{SystemTime, UNIX_EPOCH};
use strongroom::{ApiKey, Error, Item, Token, TokenForm};

/// `issue(key, payload, ttlMs, prefix, aad, context, version)`: the text.
pub(crate) fn issue<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Job, Failure> {
    let key: &KeyHandle = env.held(arguments.at(0))?;
    let payload = env.message(arguments.at(1), Take::Copy, "a payload")?.owned();
    let ttl = env.millis(arguments.at(2), TTL)?;
    let (form, said) = (form(env, arguments)?, said(env, arguments)?);
    let view = key.view().clone();
    let work = move || view.issue_item(&said.about(Item::plaintext(&*payload)), ttl, &form);
    Ok(Job::new(key.scripted.clone(), false, work, |env, text| Ok(env.new_string(&text)?)))
}

const TTL: &str = "ttlMs, for how many milliseconds a token can be redeemed,";

/// `redeem(key, text, leewayMs, prefix, aad, context)`: payload, and when it was issued and expires.
pub(crate) fn redeem<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Job, Failure> {
    let key: &KeyHandle = env.held(arguments.at(0))?;
    let text = env.string(arguments.at(1), "a token")?;
    let (mut form, said) = (form(env, arguments)?, said(env, arguments)?);
    if !env.is_undefined(arguments.at(2)) {
        form = form.leeway(env.millis(arguments.at(2), "leewayMs")?);
    }
    let view = key.view().clone();
    let work = move || {
        let redeemed = view.redeem_item(&said.about(Item::token(&text)), &form);
        redeemed.map_err(|error| match form.why_malformed(&text).filter(|_| error == Error::Malformed) {
            Some(why) => Failure::Advised(error, why.to_owned()),
            None => Failure::Error(error),
        })
    };
    Ok(Job::new(key.scripted.clone(), false, work, told))
}

fn form<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<TokenForm, Failure> {
    let (form, prefix) = (TokenForm::new(), arguments.at(3));
    Ok(if env.is_undefined(prefix) { form } else { form.prefix(env.any_string(prefix, "prefix")?) })
}

fn said<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Said<'static>, Failure> {
    Ok(Said::read(env, arguments.from(4), Take::Copy)?.owned())
}

fn told(env: Env<'_>, token: Token) -> Result<Value<'_>, Failure> {
    let object = env.new_object()?;
    env.set(object, "payload", env.new_buffer(token.payload.expose())?)?;
    for (name, time) in [("issued", token.issued), ("expires", token.expires)] {
        env.set(object, name, env.new_date(millis(time))?)?;
    }
    Ok(object)
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
    ApiKey::check(&env.string(arguments.at(0), "the key of an API")?)?;
    Ok(env.undefined()?)
}
