"""Regular expressions and definition files: compiled late, gated, and tried only where they can match."""
