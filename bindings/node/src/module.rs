//! What Node calls: the library as it is loaded, and the one way in. Every function that JavaScript can call
//! goes through [`enter`], which holds the panic boundary.

use crate::export::{Export, exports};
use crate::failure::{Failure, Instance};
use crate::js::call::{Arguments, MOST};
use crate::js::{Env, Value, ok};
use napi_sys as sys;
use std::ffi::c_void;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr::null_mut;

/// Node calls this once for each environment: the main thread's and each worker's.
///
/// # Safety
/// Called by Node, with an environment and an object of the calling thread.
#[unsafe(no_mangle)]
unsafe extern "C" fn napi_register_module_v1(
    raw: sys::napi_env,
    exports: sys::napi_value,
) -> sys::napi_value {
    // SAFETY: Node says which environment this is.
    let env = unsafe { Env::new(raw) };
    // SAFETY: the object is that of this call.
    let object = unsafe { Value::new(exports) };
    Instance::attach(env);
    for export in self::exports() {
        let data: *const Export = export;
        let len = export.name.len() as isize;
        // SAFETY: the name has `len` bytes, and the data is a static, which outlives every environment.
        let function = env.value(|result| unsafe {
            sys::napi_create_function(
                raw,
                export.name.as_ptr().cast(),
                len,
                Some(enter),
                data.cast_mut().cast(),
                result,
            )
        });
        if function.and_then(|function| env.set(object, export.name, function)).is_err() {
            break;
        }
    }
    exports
}

/// The version of Node-API that is used.
#[unsafe(no_mangle)]
extern "C" fn node_api_module_get_api_version_v1() -> i32 {
    8
}

/// # Safety
/// Called by Node, for a function made in `napi_register_module_v1`.
unsafe extern "C" fn enter(raw: sys::napi_env, info: sys::napi_callback_info) -> sys::napi_value {
    // SAFETY: Node says which environment this is, and calls on its thread.
    let env = unsafe { Env::new(raw) };
    let mut given = MOST;
    let mut values = [null_mut(); MOST];
    let mut data: *mut c_void = null_mut();
    // SAFETY: there is room for as many values as is said; Node fills in `undefined` for what is missing.
    let status = unsafe {
        sys::napi_get_cb_info(raw, info, &raw mut given, values.as_mut_ptr(), null_mut(), &raw mut data)
    };
    if ok(status).is_err() || data.is_null() {
        return null_mut();
    }
    // SAFETY: the data is the one that the function was made with, a static `Export`.
    let export = unsafe { &*data.cast::<Export>() };
    // SAFETY: Node filled them in for this call.
    let arguments = Arguments::new(values.map(|value| unsafe { Value::new(value) }), given);
    // A panic leaves nothing of ours half changed: what is shared is behind atomic pointers.
    match catch_unwind(AssertUnwindSafe(|| export.run(env, &arguments))) {
        Ok(Ok(value)) => value.raw(),
        Ok(Err(failure)) => failure.throw(env),
        Err(_) => Failure::Panic.throw(env),
    }
}
