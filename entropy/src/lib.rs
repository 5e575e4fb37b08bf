//! Random bytes for Strongroom.
