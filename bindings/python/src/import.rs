//! Material from outside, from keyword arguments.

use crate::buffer::Bytes;
use crate::given::{Given, given};
use crate::options::{MaterialFormat, Named};
use strongroom::{Import, Kdf};

/// Material from outside, with what was said about it.
pub(crate) fn import(
    material: &Bytes<'_>,
    format: Given<Named<MaterialFormat>>,
    allow_rotation: Given<bool>,
    kdf: Given<Named<Kdf>>,
) -> Import {
    let import = match format.0 {
        None | Some(Named(MaterialFormat::Raw)) => Import::raw(material.as_slice()),
        Some(Named(MaterialFormat::Pkcs8)) => Import::pkcs8(material.as_slice()),
    };
    given(given(import, allow_rotation.0, Import::allow_rotation), kdf.0, |import, kdf| import.kdf(kdf.0))
}
