//! One model for each promise.

pub mod leases;
pub mod looks;
pub mod publishing;
