//! Functions of a shop, and what it knows of its orders, for Python.

mod functions;
mod orders;

belvedere_python::extension!(_native);
