-- The tables of version 1. :"schema" is put in by the program.

CREATE TABLE :"schema".version (version integer NOT NULL);
INSERT INTO :"schema".version VALUES (1);

CREATE TABLE :"schema".entries (
  seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at_ms bigint NOT NULL,
  act text NOT NULL,
  key text NOT NULL,
  attempt integer NOT NULL,
  micros bigint NOT NULL,
  charges jsonb,                      -- [[account, limit, period], …] of a `reserve`
  about jsonb
);
COMMENT ON TABLE :"schema".entries IS 'the lines of the ledger: only ever added';

CREATE TABLE :"schema".holds (
  seq bigint PRIMARY KEY,             -- of the line that made it
  key text NOT NULL,
  attempt integer NOT NULL,
  token text NOT NULL,
  state text NOT NULL,
  ceiling bigint NOT NULL,
  micros bigint NOT NULL,             -- what it counts for
  at_ms bigint NOT NULL,
  UNIQUE (key, attempt)
) WITH (fillfactor = 80);             -- room to change a row in its page, without its indexes

-- There is one for each hold that is held or unknown, and none for any other.
CREATE TABLE :"schema".leases (
  seq bigint PRIMARY KEY,
  until_ms bigint NOT NULL,
  after_lease text NOT NULL,          -- the act that follows
  answer jsonb NOT NULL               -- what was answered, for whom it did not reach
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);
CREATE INDEX leases_until ON :"schema".leases (until_ms);

CREATE TABLE :"schema".balances (
  account text NOT NULL,
  period bigint NOT NULL,             -- the second at which it began
  spent bigint NOT NULL DEFAULT 0,
  held bigint NOT NULL DEFAULT 0,
  unknown bigint NOT NULL DEFAULT 0,
  peak bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (account, period)
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.01);

CREATE FUNCTION :"schema".refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the lines of a ledger are only ever added' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER only_added BEFORE UPDATE OR DELETE OR TRUNCATE ON :"schema".entries
  FOR EACH STATEMENT EXECUTE FUNCTION :"schema".refuse();
