//! Functions of a shop, for Python.

mod functions;

belvedere_python::extension!(_native);
