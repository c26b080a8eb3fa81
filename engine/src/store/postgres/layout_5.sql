-- From the second, third or fourth layout to the fifth; the functions are made anew after it.

DROP FUNCTION append;

DROP FUNCTION keep;

ALTER TABLE logs
  ADD COLUMN writer bigint,
  DROP CONSTRAINT IF EXISTS logs_head_check,
  DROP CONSTRAINT IF EXISTS logs_clock_mode_check,
  DROP CONSTRAINT IF EXISTS logs_disorder_check,
  DROP CONSTRAINT IF EXISTS logs_check;

ALTER TABLE events
  DROP CONSTRAINT IF EXISTS events_sequence_check,
  DROP CONSTRAINT IF EXISTS events_position_check,
  DROP CONSTRAINT IF EXISTS events_event_id_check,
  DROP CONSTRAINT IF EXISTS events_leaf_hash_check;
