//! Keys from other products and for them. Beside the layers: uses those up to the documents, and is used by
//! the keyring and its handles.

pub(crate) mod transit;
