"""Facts: what was read from criteria, put together, and contradictions inside one record."""
