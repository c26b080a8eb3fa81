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
