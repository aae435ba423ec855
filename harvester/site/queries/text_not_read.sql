-- Text that no rule read
-- Stated, but not read: the words, and why they were left as text.
SELECT nct_id, reason, quote, source_path, source_start, source_end
FROM unread_text ORDER BY nct_id, source_path, source_start
