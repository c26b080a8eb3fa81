-- Appends a batch of commands with their events, if this writer (`p_writer`) wrote last and left the
-- head where it takes it to be (`p_known`): nobody can have written since, so nothing else needs to
-- be looked at. Otherwise nothing is written, and the answer is false. A command that was carried
-- out before breaks a unique key. `c_end` is the place of a command's last event among those of the
-- batch.
--
-- It is one statement, since each would cost a third of what a single command costs. Side by side,
-- arrays cost less than as a table.
CREATE FUNCTION append(
  p_log bigint, p_writer bigint, p_known bigint,
  p_latest bigint, p_earliest bigint, p_disorder bigint,
  c_id text[], c_fingerprint text[], c_events bigint[], c_end bigint[], c_version bigint[],
  c_command text[],
  e_type text[], e_id text[], e_sequence bigint[], e_event_id bytea[], e_event_type text[],
  e_version text[], e_payload text[], e_metadata text[], e_recorded bigint[], e_leaf bytea[]
) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  upto bigint := p_known + cardinality(e_type);
  moved bigint;
BEGIN
  WITH moving AS (
    UPDATE logs l SET head = upto,
      disorder = greatest(l.disorder, p_disorder, l.latest_at - p_earliest),
      latest_at = greatest(l.latest_at, p_latest)
    WHERE l.log_id = p_log AND l.head = p_known AND l.writer = p_writer
    RETURNING l.log_id
  ), receipts AS (
    INSERT INTO commands (log_id, command_id, fingerprint, position, events, version, command)
      SELECT log_id, unnest(c_id), unnest(c_fingerprint), p_known + unnest(c_end),
        unnest(c_events), unnest(c_version), unnest(c_command)
      FROM moving
  ), appended AS (
    INSERT INTO events (aggregate_type, aggregate_id, sequence, log_id, position, event_id,
        event_type, event_version, payload, metadata, recorded_at, leaf_hash)
      SELECT unnest(e_type), unnest(e_id), unnest(e_sequence), log_id,
        generate_series(p_known + 1, upto), unnest(e_event_id), unnest(e_event_type),
        unnest(e_version), unnest(e_payload), unnest(e_metadata), unnest(e_recorded),
        unnest(e_leaf)
      FROM moving
  )
  SELECT count(*) INTO moved FROM moving WHERE log_id = p_log;
  RETURN moved = 1;
END $$;
