"""The site: hooks and routes for Datasette, and one module a page in ``pages``.

routes -> service (limits, cache, shelf of rows read lately) -> pages -> a context of `contexts` -> its template, or JSON
"""
