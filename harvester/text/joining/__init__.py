"""From what a criterion says to who may join: polarity, conditions, exceptions, ways in, lists above.

one value -> modifier, whom, complement (whom it is for) -> polarity, ways -> who_joins -> open_value
a line    -> clause, branch, way_beside, held_together, own_finding, whose
its list  -> list_above, denied_list, sick_list, list_disease, some_patients, rivals
"""
