//! Functions: attributes and signatures, checks, and the model that expansion reads.
