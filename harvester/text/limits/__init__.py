"""Limits in criteria: numbers, grades, classes and stages with their comparators, units and the concept they are about.

tokens -> limit_tokens (concept, own_name; comparator; amount, concept_unit) -> limit, limit_pairs -> bound -> place
       -> carried, alternatives                                      values that belong together
       -> subject, namesake, unnamed, rate, fluid, label, detail     what a value is about; concept_group: rules of several
told in their own manner: stage, tnm, liver_class, acuity, hla, heart_block, dipstick, age_table, limit_normal, written_amount
"""
