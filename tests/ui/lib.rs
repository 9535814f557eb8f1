//! Belvedere.
