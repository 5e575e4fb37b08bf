//! What JavaScript holds: pointers that only this library can read, freed when they are collected.

use crate::failure::Failure;
use crate::js::{Env, Refused, Value, ok};
use napi_sys as sys;
use std::ffi::c_void;
use std::ptr::null_mut;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use strongroom::{Error, Key, Keyring, View};

/// A keyring, and whether one of its seals is written in JavaScript.
pub(crate) struct RingHandle {
    pub(crate) ring: Keyring,
    pub(crate) scripted: Scripted,
}

/// A key or a view of one.
pub(crate) struct KeyHandle {
    pub(crate) held: Held,
    pub(crate) scripted: Scripted,
}

pub(crate) enum Held {
    Key(Key),
    View(View),
}

impl KeyHandle {
    #[inline]
    pub(crate) fn view(&self) -> &View {
        match &self.held {
            Held::Key(key) => key,
            Held::View(view) => view,
        }
    }

    /// The key. The classes ask for what is a key's only of keys.
    pub(crate) fn key(&self) -> Result<&Key, Failure> {
        match &self.held {
            Held::Key(key) => Ok(key),
            Held::View(_) => Err(Failure::Type(
                "a view of a key has its data operations only; take the key itself".to_owned(),
            )),
        }
    }
}

/// Whether a keyring may call back into JavaScript, shared by all its handles. Arguments are copied then:
/// what is called could detach them.
#[derive(Clone, Default)]
pub(crate) struct Scripted(Arc<State>);

#[derive(Default)]
struct State {
    scripted: AtomicBool,
    /// A call is under way, on this thread, that may be asking the seal. Handles stay on the thread that they
    /// were made on.
    asks: AtomicBool,
}

impl Scripted {
    #[inline]
    pub(crate) fn get(&self) -> bool {
        self.0.scripted.load(Ordering::Relaxed)
    }

    pub(crate) fn mark(&self, scripted: bool) {
        if scripted {
            self.0.scripted.store(true, Ordering::Relaxed);
        }
    }

    /// The turn of one call, which may ask the seal if the keyring is scripted or if `here`. A seal that
    /// calls its keyring while that waits for the seal is refused: it could wait for itself for ever.
    #[inline]
    pub(crate) fn turn(&self, here: bool) -> Result<Turn<'_>, Error> {
        if self.0.asks.load(Ordering::Relaxed) {
            let reason = "it called its keyring in the middle of a call that waits for it; answer first, or use another keyring";
            return Err(Error::SealFailed { reason: reason.into() });
        }
        let asks = here || self.get();
        if asks {
            self.0.asks.store(true, Ordering::Relaxed);
        }
        Ok(Turn(asks.then_some(&self.0.asks)))
    }
}

/// Over when it is dropped.
pub(crate) struct Turn<'a>(Option<&'a AtomicBool>);

impl Drop for Turn<'_> {
    #[inline]
    fn drop(&mut self) {
        if let Some(asks) = self.0 {
            asks.store(false, Ordering::Relaxed);
        }
    }
}

/// What can be held; each has a number of its own, so that no handle is taken for another.
pub(crate) trait Holdable: 'static {
    const TAG: u64;
}

impl Holdable for RingHandle {
    const TAG: u64 = 0x5347_5249_4e47_0001;
}
impl Holdable for KeyHandle {
    const TAG: u64 = 0x5347_5249_4e47_0002;
}

#[repr(C)]
struct Tagged<T> {
    tag: u64,
    held: T,
}

impl<'s> Env<'s> {
    /// A new handle.
    pub(crate) fn hold<T: Holdable>(self, held: T) -> Result<Value<'s>, Refused> {
        let pointer = Box::into_raw(Box::new(Tagged { tag: T::TAG, held }));
        // SAFETY: the environment is that of this call; the pointer is given back to `release` once, when the
        // value is collected.
        let value = self.value(|result| unsafe {
            sys::napi_create_external(self.raw(), pointer.cast(), Some(release::<T>), null_mut(), result)
        });
        if value.is_err() {
            // SAFETY: Node did not take it.
            drop(unsafe { Box::from_raw(pointer) });
        }
        value
    }

    /// What a handle holds.
    #[inline]
    pub(crate) fn held<T: Holdable>(self, value: Value<'s>) -> Result<&'s T, Failure> {
        let mut data: *mut c_void = null_mut();
        // SAFETY: the environment and the value are those of this call; the result is a local.
        let status = unsafe { sys::napi_get_value_external(self.raw(), value.raw(), &raw mut data) };
        let foreign = || Failure::Type("not a handle of this class".to_owned());
        ok(status).map_err(|_| foreign())?;
        // SAFETY: the classes pass handles that `hold` made and nothing else, and each begins with its tag.
        // The value keeps it alive for the call.
        let tagged = unsafe { data.cast::<u64>().as_ref() };
        if tagged != Some(&T::TAG) {
            return Err(foreign());
        }
        // SAFETY: the tag says that it is one, and it is only ever shared.
        Ok(unsafe { &(*data.cast::<Tagged<T>>()).held })
    }
}

/// # Safety
/// Called by Node once, with what `hold` gave it.
unsafe extern "C" fn release<T>(_: sys::napi_env, data: *mut c_void, _: *mut c_void) {
    // SAFETY: the value was collected, so nobody has the pointer any more.
    let held = unsafe { Box::from_raw(data.cast::<Tagged<T>>()) };
    let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| drop(held)));
}
