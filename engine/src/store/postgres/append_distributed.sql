-- As `append`, statement by statement: a distributed database sends each to where the log lies, and
-- takes none that writes to several tables.
CREATE OR REPLACE FUNCTION append(
  p_log bigint, p_writer bigint, p_known bigint,
  p_latest bigint, p_earliest bigint, p_disorder bigint,
  c_id text[], c_fingerprint text[], c_events bigint[], c_end bigint[], c_version bigint[],
  c_command text[],
  e_type text[], e_id text[], e_sequence bigint[], e_event_id bytea[], e_event_type text[],
  e_version text[], e_payload text[], e_metadata text[], e_recorded bigint[], e_leaf bytea[]
) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  upto bigint := p_known + cardinality(e_type);
BEGIN
  UPDATE logs l SET head = upto,
    disorder = greatest(l.disorder, p_disorder, l.latest_at - p_earliest),
    latest_at = greatest(l.latest_at, p_latest)
  WHERE l.log_id = p_log AND l.head = p_known AND l.writer = p_writer;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  INSERT INTO commands (log_id, command_id, fingerprint, position, events, version, command)
    SELECT p_log, unnest(c_id), unnest(c_fingerprint), p_known + unnest(c_end), unnest(c_events),
      unnest(c_version), unnest(c_command);
  INSERT INTO events (aggregate_type, aggregate_id, sequence, log_id, position, event_id,
      event_type, event_version, payload, metadata, recorded_at, leaf_hash)
    SELECT unnest(e_type), unnest(e_id), unnest(e_sequence), p_log,
      generate_series(p_known + 1, upto), unnest(e_event_id), unnest(e_event_type),
      unnest(e_version), unnest(e_payload), unnest(e_metadata), unnest(e_recorded),
      unnest(e_leaf);
  RETURN true;
END $$;
