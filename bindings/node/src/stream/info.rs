//! What a file says of itself, without a key.

use super::{position, told};
use crate::failure::Failure;
use crate::input::Take;
use crate::js::call::Arguments;
use crate::js::{Env, Value};
use strongroom::StreamInfo;

/// `streamInfo(bytes)`: the version, out of what stands before the first chunk.
pub(crate) fn info<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Value<'s>, Failure> {
    let head = env.binary(arguments.at(0), Take::Borrow, "a stream")?;
    let StreamInfo { version, .. } = StreamInfo::read(&*head).map_err(told)?;
    Ok(env.new_number(f64::from(version.get()))?)
}

/// `streamPlaintextLen(file)`: how long the plaintext is of a file of so many bytes, or nothing.
pub(crate) fn plaintext_len<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Value<'s>, Failure> {
    let file = position(env, arguments.at(0), "the length of a file")?;
    Ok(match StreamInfo::plaintext_len(file) {
        Some(len) => env.new_number(len as f64)?,
        None => env.undefined()?,
    })
}
