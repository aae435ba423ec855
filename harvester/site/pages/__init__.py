"""One file a page: from the database and what was asked to an `Answer`. HTML and JSON come from the same context object."""
