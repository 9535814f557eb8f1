//! The extension of the Python package: what is linked here is what the package has.

use {belvedere_udfs as _, belvedere_views as _};

belvedere_python::extension!(_native);
