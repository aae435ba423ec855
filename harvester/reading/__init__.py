"""From what arrives to rows in plain values, in this process or in workers. Nothing here writes, asks or prints."""
