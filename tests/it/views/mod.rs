//! Views against the engine: what the checker derives, what the engine plans, and which rows come.

mod agreement;
mod asof;
mod fixture;
mod functions;
mod linked;
mod nested;
mod params;
mod random;
mod rows;
mod sources;
mod stored;
mod templates;
mod windows;
