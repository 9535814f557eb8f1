//! Models to Rust tokens. Nothing here can fail: what could fail is a rule in a check.
//!
//! Reading order: [`carrier`] (how definitions tell each other what they are), [`imports`] (how
//! names are left to rustc), [`relation`] and [`row`] (what tables and views have in common),
//! [`table`], [`view`].

mod carrier;
mod imports;
mod relation;
mod row;

pub mod table;
