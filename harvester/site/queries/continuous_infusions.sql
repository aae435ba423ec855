-- Continuous infusion regimens
-- Doses whose text says that they run without a break.
SELECT nct_id, agent, line, cycle_length_value, cycle_length_unit, cycle_count, quote, source_path, source_start, source_end
FROM dose_lines WHERE continuous = 1 ORDER BY agent, nct_id, source_path, source_start
