//! Views of a key, which work with messages only.

use crate::failure::{Failure, Status};
use crate::handles;
use crate::memory::{In, Out};
use crate::object::{KeyHandle, Object};
use crate::options::{self, Options};

/// A derived key under a context, which is all that `options` may hold: every operation with messages works
/// with the subkey. It follows rotations. It does not manage: that is done with the key's own handle.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_key_context(
    key: KeyHandle,
    options: In<'_, Options<'_>>,
    view: Out<'_, KeyHandle>,
) -> Status {
    boundary!({
        let place = view.place()?;
        let said = options::read(options)?;
        let stray = !said.is_context_only();
        let context = said
            .context
            .filter(|_| !stray)
            .ok_or(Failure::Argument("here the options hold a context and nothing else"))?;
        let made = handles::with(key, |object| Ok(object.key()?.context(context?)?))?;
        place.put(handles::add(Object::View(made))?);
        Ok(())
    })
}

/// The same key, or key under a context, exactly as lenient as Transit in what it reads and takes, for
/// programs and data that come from there: base64 as Go reads it, other spellings of a version, older
/// versions to encrypt and sign with, contexts that are ignored, a version to rewrap to, a hash with a
/// signature, SHA-1. docs/moving.md has every difference. It works with messages in every way that the key
/// does, and does not manage.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_key_transit(key: KeyHandle, view: Out<'_, KeyHandle>) -> Status {
    boundary!({
        let place = view.place()?;
        let made = handles::with(key, |object| Ok(object.view()?.transit()))?;
        place.put(handles::add(Object::View(made))?);
        Ok(())
    })
}
