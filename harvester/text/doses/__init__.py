"""Doses: amounts that are given, whose, to whom, and laid out in days. `dose` goes this way, `dose_answer` gives it to commands.

text -> dose_amounts (dose_amount, cell)    less dose_given, dose_reported, dose_exclusion, dose_equivalent: what is none, and why
     -> dose_named (agent, agent_list, agent_name) -> dose_statement -> dose_draft
     -> dose_agent, dose_owner, dose_beside, dose_partner, agent_told of what a dose is
     -> dose_scope, dose_share, dose_end, dose_said                   how and when, by schedules: in its own statement
     -> dose_context, dose_remark, dose_aside, dose_phase             … and in others
     -> dose_part, dose_fraction, dose_band, dose_choice, dose_cycle, dose_step, dose_ladder, dose_course     together
     -> dose_condition, dose_head, dose_people, dose_role             for whom, and which part it plays
     -> dose_finish -> dose_reading -> dose_line, dose_order -> events
"""
