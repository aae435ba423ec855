"""Times in criteria: ages, durations, and windows before or after an event.

limit in its place -> fact_time -> time_age, state_age                     ages; transplant_day: days by their number
                                -> time_window, state_time, duration_of    windows, and how long something lasts
                                -> unsigned, unbinding                     which way it limits, and whether at all
                   -> time_read -> time_fact
"""
