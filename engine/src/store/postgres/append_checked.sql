-- Appends what holds of a batch, under the lock of the log's head: whole groups (`c_group`,
-- `e_group`) of commands that saw something in common are appended, or left out (`bad`), because one
-- of them was carried out before or something that one of them saw (`s_…`) has another version now.
-- `base` is the head before it. This writer has written last then, if anything was written.
CREATE FUNCTION append_checked(
  p_log bigint, p_writer bigint, p_latest bigint, p_earliest bigint, p_disorder bigint,
  c_group bigint[], c_id text[], c_fingerprint text[], c_events bigint[], c_version bigint[],
  c_command text[],
  e_group bigint[], e_type text[], e_id text[], e_sequence bigint[], e_event_id bytea[],
  e_event_type text[], e_version text[], e_payload text[], e_metadata text[], e_recorded bigint[],
  e_leaf bytea[],
  s_group bigint[], s_type text[], s_id text[], s_version bigint[],
  OUT base bigint, OUT bad bigint[]
) LANGUAGE plpgsql AS $$
DECLARE
  added bigint;
BEGIN
  SELECT l.head INTO STRICT base FROM logs l WHERE l.log_id = p_log FOR UPDATE;
  -- One by one, by key: joined, the planner may read all receipts for a few.
  bad := ARRAY(SELECT c.g FROM unnest(c_group, c_id) AS c (g, id)
    CROSS JOIN LATERAL (SELECT FROM commands k
      WHERE k.log_id = p_log AND k.command_id = c.id LIMIT 1) AS known);
  bad := bad || ARRAY(SELECT DISTINCT s.g
    FROM unnest(s_group, s_type, s_id, s_version) AS s (g, kind, id, version)
    WHERE s.version <> coalesce((SELECT e.sequence FROM events e WHERE e.log_id = p_log
      AND e.aggregate_type = s.kind AND e.aggregate_id = s.id
      ORDER BY e.sequence DESC LIMIT 1), 0));
  INSERT INTO commands (log_id, command_id, fingerprint, position, events, version, command)
    SELECT p_log, c.id, c.fingerprint, base + sum(c.events) OVER (ORDER BY c.n), c.events,
      c.version, c.command
    FROM unnest(c_group, c_id, c_fingerprint, c_events, c_version, c_command) WITH ORDINALITY
      AS c (g, id, fingerprint, events, version, command, n)
    WHERE c.g <> ALL (bad);
  INSERT INTO events (aggregate_type, aggregate_id, sequence, log_id, position, event_id,
      event_type, event_version, payload, metadata, recorded_at, leaf_hash)
    SELECT e.kind, e.id, e.sequence, p_log, base + row_number() OVER (ORDER BY e.n),
      e.event_id, e.event_type, e.version, e.payload, e.metadata, e.recorded, e.leaf
    FROM unnest(e_group, e_type, e_id, e_sequence, e_event_id, e_event_type, e_version,
      e_payload, e_metadata, e_recorded, e_leaf) WITH ORDINALITY
      AS e (g, kind, id, sequence, event_id, event_type, version, payload, metadata, recorded,
        leaf, n)
    WHERE e.g <> ALL (bad);
  GET DIAGNOSTICS added = ROW_COUNT;
  UPDATE logs l SET head = base + added, writer = p_writer,
    disorder = CASE WHEN added = 0 THEN l.disorder
      ELSE greatest(l.disorder, p_disorder, l.latest_at - p_earliest) END,
    latest_at = CASE WHEN added = 0 THEN l.latest_at ELSE greatest(l.latest_at, p_latest) END
  WHERE l.log_id = p_log;
END $$;
