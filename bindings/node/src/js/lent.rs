//! Long texts, which JavaScript reads where Rust made them. What is lent is freed when the string is
//! collected and not wiped then, so it is for texts that are no secret.

use super::{Env, Refused, Value, ok};
use napi_sys as sys;
use std::ffi::{c_char, c_void};
use std::sync::LazyLock;

/// Below, a copy is as quick. From here on V8 gives each string memory of its own, with page faults: on
/// Node 20 a string of 120,000 bytes took 14 µs copied and 12 lent, one of 132,000 took 134 and 13.
const FROM: usize = 128 * 1024;

/// V8 has no longer strings.
const MOST: usize = (1 << 29) - 24;

/// `node_api_create_external_string_latin1`
type Create = unsafe extern "C" fn(
    sys::napi_env,
    *mut c_char,
    usize,
    sys::napi_finalize,
    *mut c_void,
    *mut sys::napi_value,
    *mut bool,
) -> sys::napi_status;

/// Node has it from 20.4 on, and from version 10 of Node-API on for good.
static CREATE: LazyLock<Option<Create>> = LazyLock::new(find);

#[cfg(unix)]
fn find() -> Option<Create> {
    // SAFETY: the name ends with a zero byte.
    let found =
        unsafe { libc::dlsym(libc::RTLD_DEFAULT, c"node_api_create_external_string_latin1".as_ptr()) };
    // SAFETY: a function of Node's with this name has this type, and no pointer is `None`.
    unsafe { std::mem::transmute::<*mut c_void, Option<Create>>(found) }
}

/// Elsewhere all texts are copied.
#[cfg(not(unix))]
fn find() -> Option<Create> {
    None
}

impl<'s> Env<'s> {
    /// A text that is no secret.
    #[inline]
    pub(crate) fn new_text(self, text: String) -> Result<Value<'s>, Refused> {
        if text.len() < FROM { self.new_string(&text) } else { self.long(text) }
    }

    fn long(self, text: String) -> Result<Value<'s>, Refused> {
        match *CREATE {
            // One byte for each character.
            Some(create) if text.is_ascii() && text.len() <= MOST => self.lent(create, text),
            _ => self.new_string(&text),
        }
    }

    fn lent(self, create: Create, text: String) -> Result<Value<'s>, Refused> {
        let (data, len) = (text.as_ptr(), text.len());
        self.weigh(len as i64);
        let text = Box::into_raw(Box::new(text));
        let mut is_copied = false;
        // SAFETY: the environment is that of this call and the results are locals. The text stays where it is
        // and is changed by nobody until `give_back`, which Node calls once, at once if it has copied it.
        // Where Node refuses it may have kept the text all the same, so it is then leaked.
        self.value(|result| unsafe {
            let data = data.cast_mut().cast();
            create(self.raw(), data, len, Some(give_back), text.cast(), result, &raw mut is_copied)
        })
        .inspect_err(|_| self.weigh(-(len as i64)))
    }

    /// Says how much memory a string of this environment keeps. V8 would not know, and collect nothing until
    /// there are hundreds of thousands.
    fn weigh(self, bytes: i64) {
        let mut sum = 0;
        // SAFETY: the environment lives, and this is its thread; the result is a local. If it fails, the
        // collector comes later.
        let _ = ok(unsafe { sys::napi_adjust_external_memory(self.raw(), bytes, &raw mut sum) });
    }
}

/// # Safety
/// Called by Node once, on the thread of the environment, with what `lent` gave it.
unsafe extern "C" fn give_back(raw: sys::napi_env, _: *mut c_void, text: *mut c_void) {
    // SAFETY: the string was collected, so nobody reads the text any more.
    let text = unsafe { Box::from_raw(text.cast::<String>()) };
    // When the environment has ended before its strings, there is none, and nobody counts any more.
    if !raw.is_null() {
        // SAFETY: Node says which environment this is.
        unsafe { Env::new(raw) }.weigh(-(text.len() as i64));
    }
}
