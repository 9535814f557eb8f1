//! No code: the manifest declares the union of the features with which the packages of this
//! workspace ask for the dependencies of DataFusion.
//!
//! Every package that links an engine depends on it, so that `-p belvedere`, `-p belvedere-views`,
//! `-p belvedere-it` and `--workspace` share one build of DataFusion.
