//! What is AWS's own and needs no asking: places, signatures, points in time, and what its services say.

pub(crate) mod keys;
pub(crate) mod moment;
pub(crate) mod place;
pub(crate) mod said;
pub(crate) mod signature;
