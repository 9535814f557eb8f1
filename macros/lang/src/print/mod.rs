//! Printers: from the registry to stubs and pages.
