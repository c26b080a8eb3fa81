-- From the first layout to the second: each log knows by how much the recording times of its events
-- stand against their positions.

ALTER TABLE logs ADD COLUMN latest_at integer;
ALTER TABLE logs ADD COLUMN disorder integer NOT NULL DEFAULT 0 CHECK (disorder >= 0);

UPDATE logs SET latest_at = seen.latest_at, disorder = seen.disorder
FROM (
  SELECT log_id, max(latest_at) AS latest_at, max(latest_at - recorded_at) AS disorder
  FROM (
    SELECT log_id, recorded_at,
      max(recorded_at) OVER (PARTITION BY log_id ORDER BY position) AS latest_at
    FROM events
  )
  GROUP BY log_id
) AS seen
WHERE seen.log_id = logs.log_id;
