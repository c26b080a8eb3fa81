-- What the second layout has that the fourth has not.
-- Appends a batch of commands with their events, in one transaction under the lock of the log's
-- head. What a command saw is checked only when others have written since `known`; then whole
-- groups of commands that saw something in common are appended, or left out (`bad`).
--
-- Without `s_group` nothing can be checked: if a check is needed, nothing is written, and `again`
-- says that the caller is to bring what the commands saw.
CREATE FUNCTION append(
  p_log bigint, p_known bigint, p_latest bigint, p_earliest bigint, p_disorder bigint,
  c_group bigint[], c_id text[], c_fingerprint text[], c_events bigint[], c_version bigint[],
  c_command text[],
  e_group bigint[], e_type text[], e_id text[], e_sequence bigint[], e_event_id bytea[],
  e_event_type text[], e_version text[], e_payload text[], e_metadata text[], e_recorded bigint[],
  e_leaf bytea[],
  s_group bigint[], s_type text[], s_id text[], s_version bigint[],
  OUT base bigint, OUT again boolean, OUT bad bigint[]
) LANGUAGE plpgsql AS $$
DECLARE
  added bigint;
BEGIN
  SELECT l.head INTO STRICT base FROM logs l WHERE l.log_id = p_log FOR UPDATE;
  -- One by one, by key: joined, the planner may read all receipts for a few.
  bad := ARRAY(SELECT c.g FROM unnest(c_group, c_id) AS c (g, id)
    CROSS JOIN LATERAL (SELECT FROM commands k
      WHERE k.log_id = p_log AND k.command_id = c.id LIMIT 1) AS known);
  again := s_group IS NULL AND (base <> p_known OR bad <> '{}');
  IF again THEN RETURN; END IF;
  IF base <> p_known THEN
    bad := bad || ARRAY(SELECT DISTINCT s.g
      FROM unnest(s_group, s_type, s_id, s_version) AS s (g, kind, id, version)
      WHERE s.version <> coalesce((SELECT e.sequence FROM events e WHERE e.log_id = p_log
        AND e.aggregate_type = s.kind AND e.aggregate_id = s.id
        ORDER BY e.sequence DESC LIMIT 1), 0));
  END IF;
  IF bad = '{}' THEN
    added := cardinality(e_type);
    INSERT INTO commands (log_id, command_id, fingerprint, position, events, version, command)
      SELECT p_log, c.id, c.fingerprint, base + sum(c.events) OVER (ORDER BY c.n), c.events,
        c.version, c.command
      FROM unnest(c_id, c_fingerprint, c_events, c_version, c_command) WITH ORDINALITY
        AS c (id, fingerprint, events, version, command, n);
    INSERT INTO events (aggregate_type, aggregate_id, sequence, log_id, position, event_id,
        event_type, event_version, payload, metadata, recorded_at, leaf_hash)
      SELECT e.kind, e.id, e.sequence, p_log, base + e.n, e.event_id, e.event_type, e.version,
        e.payload, e.metadata, e.recorded, e.leaf
      FROM unnest(e_type, e_id, e_sequence, e_event_id, e_event_type, e_version, e_payload,
        e_metadata, e_recorded, e_leaf) WITH ORDINALITY
        AS e (kind, id, sequence, event_id, event_type, version, payload, metadata, recorded,
          leaf, n);
  ELSE
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
  END IF;
  IF added > 0 THEN
    UPDATE logs l SET head = base + added,
      disorder = greatest(l.disorder, p_disorder, l.latest_at - p_earliest),
      latest_at = greatest(l.latest_at, p_latest)
    WHERE l.log_id = p_log;
  END IF;
END $$;
-- Moves registers' checkpoints and stores the rows that changed, in one transaction: all of it, or
-- nothing if one of them does not stand where it was left. A row that is NULL is gone.
CREATE FUNCTION keep(
  p_log bigint, p_register text[], p_version bigint[], p_from bigint[], p_to bigint[],
  p_stuck bigint[], p_reason text[],
  r_register text[], r_version bigint[], r_relation text[], r_key text[], r_row text[]
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  moved bigint;
BEGIN
  UPDATE register_checkpoints c
    SET position = m.upto, stuck_position = m.stuck, stuck_reason = m.reason
    FROM unnest(p_register, p_version, p_from, p_to, p_stuck, p_reason)
      AS m (register, version, since, upto, stuck, reason)
    WHERE c.log_id = p_log AND c.register = m.register AND c.version = m.version
      AND c.position = m.since;
  GET DIAGNOSTICS moved = ROW_COUNT;
  IF moved <> cardinality(p_register) THEN
    RAISE EXCEPTION 'a register no longer stands where it was left: another runner was faster';
  END IF;
  INSERT INTO register_rows (log_id, register, version, relation, row_key, row)
    SELECT p_log, r.* FROM unnest(r_register, r_version, r_relation, r_key, r_row)
      AS r (register, version, relation, row_key, row)
    WHERE r.row IS NOT NULL
    ON CONFLICT (log_id, register, version, relation, row_key) DO UPDATE SET row = excluded.row;
  IF array_position(r_row, NULL) IS NULL THEN RETURN; END IF;
  DELETE FROM register_rows k
    USING unnest(r_register, r_version, r_relation, r_key, r_row)
      AS r (register, version, relation, row_key, row)
    WHERE r.row IS NULL AND k.log_id = p_log AND k.register = r.register
      AND k.version = r.version AND k.relation = r.relation AND k.row_key = r.row_key;
END $$;

-- What the second and the third check of what each append writes.
ALTER TABLE logs
  ADD CHECK (head >= 0),
  ADD CHECK (clock_mode IN ('real', 'simulated')),
  ADD CHECK (disorder >= 0),
  ADD CHECK ((clock_mode = 'simulated') = (clock_now IS NOT NULL AND seed IS NOT NULL));

ALTER TABLE events
  ADD CHECK (sequence >= 1),
  ADD CHECK (position >= 1),
  ADD CHECK (length(event_id) = 16),
  ADD CHECK (length(leaf_hash) = 32);
