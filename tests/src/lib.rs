//! What the tests share.

pub mod cbor;
pub mod changes;
pub mod clock;
pub mod closing;
pub mod collide;
pub mod dice;
pub mod disk;
pub mod faulty;
pub mod forge;
pub mod golden;
pub mod hooked;
pub mod needles;
pub mod noise;
pub mod process;
pub mod provoked;
pub mod soak;
pub mod tally;
pub mod transit;
pub mod vectors;
