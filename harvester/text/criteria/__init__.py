"""Eligibility text as criteria: headings, lists and their levels, sections, whom each line speaks of, what it is about.

text -> criterion_line (physical lines joined and split; list_marker, list_count) -> line
     -> criteria (heading, parent, footnote: kinds, sections; open_lists: levels; population, domain)
     -> section (told by no heading) -> criterion; criteria_answer gives them to commands
"""
