//! Strongroom for Python: the extension module `strongroom._native`.
//!
//! Convert in, one call, convert out. What may go wrong, what a type does and every default is decided by the
//! library.

mod aad;
mod buffer;
mod calls;
mod column;
mod construct;
mod errors;
mod given;
mod import;
mod info;
mod kept;
mod key;
mod key_options;
mod keyring;
mod options;
mod period;
mod provider;
mod report;
mod seal;
mod signing;
mod stream;
mod text;
mod token;
mod view;

use pyo3::prelude::*;

/// The compiled part of `strongroom`. Import from `strongroom`, not from here.
// The GIL is what keeps a writable buffer from changing during a call, so the module asks for it
// (`buffer.rs`).
#[pymodule(gil_used = true)]
mod _native {
    use pyo3::prelude::*;

    #[pymodule_export]
    use crate::info::{DataKey, KeyInfo, VersionInfo};
    #[pymodule_export]
    use crate::key::Key;
    #[pymodule_export]
    use crate::keyring::Keyring;
    #[pymodule_export]
    use crate::report::{Fault, Report, SealInfo, StoreWarning, WitnessReport};
    #[pymodule_export]
    use crate::seal::Seal;
    #[pymodule_export]
    use crate::stream::{Reader, StreamInfo, Writer, stream_info};
    #[pymodule_export]
    use crate::token::{ApiKey, Token};
    #[pymodule_export]
    use crate::view::View;

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("__version__", env!("CARGO_PKG_VERSION"))?;
        crate::info::KeyInfo::add_options(module.py())?;
        crate::errors::add(module)
    }
}
