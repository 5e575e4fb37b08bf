//! Bare algorithms.
