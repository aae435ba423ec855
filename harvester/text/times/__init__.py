"""Times in criteria: ages, durations, and windows before or after an event.

limit in its place -> fact_time -> time_age, state_age, duration_of, time_window    which time it is; or transplant_day
                                -> unsigned, unbinding                              which way it limits, and whether at all
                   -> time_read -> time_fact
"""
