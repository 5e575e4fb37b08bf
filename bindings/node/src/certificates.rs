//! Certificates of a key, and requests for them.

use crate::change::job;
use crate::failure::Failure;
use crate::input::Take;
use crate::job::{Job, nothing};
use crate::js::call::Arguments;
use crate::js::{Env, Value};
use crate::spec;
use strongroom::Version;

/// `certificateRequest(key, options)`
pub(crate) fn request<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Job, Failure> {
    let (mut template, mut version) = (None, None);
    for (name, value) in env.options(arguments.at(1))? {
        match name.as_str() {
            "template" => template = Some(env.message(value, Take::Copy, "a template")?.to_vec()),
            "version" => version = Some(env.version(value)?),
            _ => return Err(spec::unknown(&name, ["template", "version"])),
        }
    }
    job(
        env,
        arguments,
        move |key| key.certificate_request(template.as_deref(), version),
        |env, request| Ok(env.new_string(&request)?),
    )
}

/// `setCertificateChain(key, chain, options)`
pub(crate) fn set_chain<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Job, Failure> {
    let version = only_version(env, arguments.at(2))?;
    let chain = env.message(arguments.at(1), Take::Copy, "a certificate chain")?.to_vec();
    job(env, arguments, move |key| key.set_certificate_chain(chain, version), nothing)
}

/// `certificateChain(key, version)`
pub(crate) fn chain<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Job, Failure> {
    let version = if env.is_undefined(arguments.at(1)) { None } else { Some(env.version(arguments.at(1))?) };
    job(
        env,
        arguments,
        move |key| key.certificate_chain(version),
        |env, chain| Ok(chain.map_or_else(|| env.undefined(), |chain| env.new_string(&chain))?),
    )
}

/// The one option `version`.
pub(crate) fn only_version<'s>(env: Env<'s>, options: Value<'s>) -> Result<Option<Version>, Failure> {
    let mut version = None;
    for (name, value) in env.options(options)? {
        match name.as_str() {
            "version" => version = Some(env.version(value)?),
            _ => return Err(spec::unknown(&name, ["version"])),
        }
    }
    Ok(version)
}
