-- The third layout of a Fugong database; layout_2.sql and layout_3.sql lead there from the first. Every row of every table
-- carries its log, every key contains it; instants are microseconds since 1970 in UTC; JSON is text and nobody queries it.

CREATE TABLE logs (
  log_id integer PRIMARY KEY,
  head integer NOT NULL CHECK (head >= 0),
  clock_mode text NOT NULL CHECK (clock_mode IN ('real', 'simulated')),
  -- Where a simulated clock stands, and the seed of its ids; NULL when the clock is real.
  clock_now integer,
  seed integer,
  -- Tells the key file that belongs to the log; NULL until one was made for it.
  keys_mark text,
  created_at integer NOT NULL,
  -- When the latest event was recorded, and by how much an event was ever recorded before one
  -- that stands ahead of it: both in microseconds, and as_of relies on them.
  latest_at integer,
  disorder integer NOT NULL DEFAULT 0 CHECK (disorder >= 0),
  CHECK ((clock_mode = 'simulated') = (clock_now IS NOT NULL AND seed IS NOT NULL))
) STRICT;

CREATE TABLE events (
  aggregate_type text NOT NULL,
  aggregate_id text NOT NULL,
  sequence integer NOT NULL CHECK (sequence >= 1),
  log_id integer NOT NULL,
  position integer NOT NULL CHECK (position >= 1),
  event_id blob NOT NULL CHECK (length(event_id) = 16),
  event_type text NOT NULL,
  event_version text NOT NULL,
  payload text NOT NULL,
  metadata text NOT NULL,
  recorded_at integer NOT NULL,
  leaf_hash blob NOT NULL CHECK (length(leaf_hash) = 32),
  PRIMARY KEY (aggregate_type, aggregate_id, sequence, log_id),
  UNIQUE (log_id, position)
) STRICT;

CREATE UNIQUE INDEX events_by_id ON events (log_id, event_id);

CREATE TRIGGER events_are_never_updated BEFORE UPDATE ON events
BEGIN SELECT RAISE(ABORT, 'events are never changed: record a correcting event'); END;

CREATE TRIGGER events_are_never_deleted BEFORE DELETE ON events
BEGIN SELECT RAISE(ABORT, 'events are never deleted: record a correcting event'); END;

-- Receipts, for ever. The receipt itself is derived from position (of the last event) and count.
CREATE TABLE commands (
  log_id integer NOT NULL,
  command_id text NOT NULL,
  fingerprint text NOT NULL,
  position integer NOT NULL,
  events integer NOT NULL,
  -- The subject's version that the first receipt named.
  version integer NOT NULL,
  command text,
  PRIMARY KEY (log_id, command_id)
) STRICT;

CREATE TABLE register_checkpoints (
  log_id integer NOT NULL,
  register text NOT NULL,
  version integer NOT NULL,
  position integer NOT NULL,
  live integer NOT NULL CHECK (live IN (0, 1)),
  stuck_position integer,
  stuck_reason text,
  PRIMARY KEY (log_id, register, version)
) STRICT;

-- Rows of registers, of policies' states (register = 'policy:<name>', version 0), of the tree over
-- the log ('log:tree') and its last checkpoint ('log:checkpoint'). Keys lie apart from the rows: among rows of a thousand
-- bytes and more, whoever looks for a key would read each row that he compares it with.
CREATE TABLE register_rows (
  log_id integer NOT NULL,
  register text NOT NULL,
  version integer NOT NULL,
  relation text NOT NULL,
  row_key text NOT NULL,
  row text NOT NULL,
  PRIMARY KEY (log_id, register, version, relation, row_key)
) STRICT;

CREATE TABLE policy_checkpoints (
  log_id integer NOT NULL,
  policy text NOT NULL,
  position integer NOT NULL,
  -- The head when the policy was first seen: it acts only on events after it.
  installed_at_position integer NOT NULL,
  stuck_position integer,
  stuck_reason text,
  PRIMARY KEY (log_id, policy)
) STRICT;

CREATE TABLE outbox (
  log_id integer NOT NULL,
  policy text NOT NULL,
  position integer NOT NULL,
  n integer NOT NULL,
  kind text NOT NULL,
  body text NOT NULL,
  causation_id text NOT NULL,
  correlation_id text NOT NULL,
  state text NOT NULL CHECK (state IN ('open', 'done')),
  outcome text,
  PRIMARY KEY (log_id, policy, position, n)
) STRICT;

CREATE INDEX outbox_open ON outbox (log_id, position, policy, n) WHERE state = 'open';

CREATE TABLE timers (
  log_id integer NOT NULL,
  policy text NOT NULL,
  timer_key text NOT NULL,
  due_at integer NOT NULL,
  kind text NOT NULL,
  body text NOT NULL,
  position integer NOT NULL,
  n integer NOT NULL,
  causation_id text NOT NULL,
  correlation_id text NOT NULL,
  PRIMARY KEY (log_id, policy, timer_key)
) STRICT;

CREATE INDEX timers_due ON timers (log_id, due_at, policy, timer_key);
