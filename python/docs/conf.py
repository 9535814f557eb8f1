"""How Sphinx shows the package: `sphinx-build python/docs html`, where `belvedere` is installed."""

import belvedere

project = "Belvedere"
author = "the authors of Belvedere"
release = version = belvedere.__version__

extensions = ["sphinx.ext.autodoc", "sphinx.ext.napoleon"]
html_theme = "alabaster"

# A single backtick is a name of code, as everywhere in this project.
default_role = "code"

autodoc_default_options = {"members": True, "show-inheritance": True}
autodoc_member_order = "bysource"
# Signatures with the names of types that users write, as stubs have them.
autodoc_typehints = "signature"
python_use_unqualified_type_names = True
napoleon_numpy_docstring = False
