"""Eligibility text as criteria: headings, lists and their levels, sections, whom each line speaks of, what it is about."""
