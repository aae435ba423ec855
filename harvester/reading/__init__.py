"""From what arrives to rows in plain values, in this process or in workers. Nothing here writes, asks or prints.

arrival -> ahead (in a thread) -> groups -> study here, or workers -> frame -> worker -> study -> readings in the order of arrival
"""
