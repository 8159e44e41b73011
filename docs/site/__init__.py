"""The site: written pages with their links mapped, and generated pages, one kind a file of ``docs.site.kinds``.

``python -m docs.site`` assembles the sources of all pages, and Sphinx with docs/conf.py makes HTML of them.
"""
