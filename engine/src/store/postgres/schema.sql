-- The layout of a Fugong database on PostgreSQL, in the schema that comes first in the search path.
-- Every row of every table carries its log, every key contains it, so that the tables can be
-- distributed by it; instants are microseconds since 1970 in UTC; JSON is text and nobody queries
-- it. Texts are compared byte by byte, whatever the database's own order is.

-- No CHECK on what each append writes: a server reads such conditions anew for every statement.
CREATE TABLE logs (
  log_id bigint PRIMARY KEY,
  head bigint NOT NULL,
  clock_mode text NOT NULL,
  clock_now bigint,
  seed bigint,
  keys_mark text,
  created_at bigint NOT NULL,
  latest_at bigint,
  disorder bigint NOT NULL DEFAULT 0,
  -- Which process appended last: it need not look whether others have written since.
  writer bigint
) WITH (fillfactor = 10);

CREATE TABLE events (
  aggregate_type text COLLATE "C" NOT NULL,
  aggregate_id text COLLATE "C" NOT NULL,
  sequence bigint NOT NULL,
  log_id bigint NOT NULL,
  position bigint NOT NULL,
  event_id bytea NOT NULL,
  event_type text COLLATE "C" NOT NULL,
  event_version text COLLATE "C" NOT NULL,
  payload text NOT NULL,
  metadata text NOT NULL,
  recorded_at bigint NOT NULL,
  leaf_hash bytea NOT NULL,
  PRIMARY KEY (aggregate_type, aggregate_id, sequence, log_id),
  UNIQUE (log_id, position)
);

CREATE UNIQUE INDEX events_by_id ON events (log_id, event_id);

CREATE TABLE commands (
  log_id bigint NOT NULL,
  command_id text COLLATE "C" NOT NULL,
  fingerprint text NOT NULL,
  position bigint NOT NULL,
  events bigint NOT NULL,
  version bigint NOT NULL,
  command text,
  PRIMARY KEY (log_id, command_id)
);

CREATE TABLE register_checkpoints (
  log_id bigint NOT NULL,
  register text COLLATE "C" NOT NULL,
  version bigint NOT NULL,
  position bigint NOT NULL,
  live bigint NOT NULL CHECK (live IN (0, 1)),
  stuck_position bigint,
  stuck_reason text,
  PRIMARY KEY (log_id, register, version)
);

CREATE TABLE register_rows (
  log_id bigint NOT NULL,
  register text COLLATE "C" NOT NULL,
  version bigint NOT NULL,
  relation text COLLATE "C" NOT NULL,
  row_key text COLLATE "C" NOT NULL,
  row text NOT NULL,
  PRIMARY KEY (log_id, register, version, relation, row_key)
);

CREATE TABLE policy_checkpoints (
  log_id bigint NOT NULL,
  policy text COLLATE "C" NOT NULL,
  position bigint NOT NULL,
  installed_at_position bigint NOT NULL,
  stuck_position bigint,
  stuck_reason text,
  PRIMARY KEY (log_id, policy)
);

CREATE TABLE outbox (
  log_id bigint NOT NULL,
  policy text COLLATE "C" NOT NULL,
  position bigint NOT NULL,
  n bigint NOT NULL,
  kind text NOT NULL,
  body text NOT NULL,
  causation_id text NOT NULL,
  correlation_id text NOT NULL,
  state text NOT NULL CHECK (state IN ('open', 'done')),
  outcome text,
  PRIMARY KEY (log_id, policy, position, n)
);

CREATE INDEX outbox_open ON outbox (log_id, position, policy, n) WHERE state = 'open';

CREATE TABLE timers (
  log_id bigint NOT NULL,
  policy text COLLATE "C" NOT NULL,
  timer_key text COLLATE "C" NOT NULL,
  due_at bigint NOT NULL,
  kind text NOT NULL,
  body text NOT NULL,
  position bigint NOT NULL,
  n bigint NOT NULL,
  causation_id text NOT NULL,
  correlation_id text NOT NULL,
  PRIMARY KEY (log_id, policy, timer_key)
);

CREATE INDEX timers_due ON timers (log_id, due_at, policy, timer_key);

-- Which process does what happens behind the log. It only saves work: nothing is wrong if two do.
CREATE TABLE leases (
  log_id bigint NOT NULL,
  task text COLLATE "C" NOT NULL,
  holder text NOT NULL,
  until_at bigint NOT NULL,
  PRIMARY KEY (log_id, task)
);

CREATE FUNCTION events_never_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'events are never changed or deleted: record a correcting event';
END $$;

CREATE TRIGGER events_are_never_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON events
  FOR EACH STATEMENT EXECUTE FUNCTION events_never_change();
