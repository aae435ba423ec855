"""Regular expressions and definition files: compiled late, gated, and tried only where they can match.

expression -> pattern (compiled when it is asked) -> traits (needed, beginnings, openings, folding: told without trying it)
           -> gate, caseless    one expression where its words stand
           -> opened, scan      many expressions behind one pass over a text
definition_file, rule: what stands in ``definitions``; layout: on how many lines; spans: places in one text
"""
