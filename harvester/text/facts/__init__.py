"""Facts: what was read from criteria, put together, and contradictions inside one record.

criteria -> fact (frames the lines, asks limits, times, findings and joining in their order)
         -> said (whether a limit is a fact), fact_value (a limit as a fact) -> fact_read -> conflict
"""
