"""Certificates in a browser: a folder of static files in which Python, FLINT and symcheck run on the reader's machine.

``python -m docs.browser`` makes it.  What the page asks and what is answered is in ``engine``; what a reader sees is in
``app``; where the parts come from is in ``registries``.
"""
