-- A ledger in a SQLite file. All money is in whole micro-dollars, all moments are milliseconds since 1970 in UTC.

CREATE TABLE entries (
    seq INTEGER PRIMARY KEY,
    at_ms INTEGER NOT NULL,
    act TEXT NOT NULL,
    key TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    micros INTEGER NOT NULL CHECK (typeof(micros) = 'integer'),
    -- of a `reserve`: [account, limit, period, amount, spent, held, unknown, peak, resets_at_ms] for each account,
    -- as it stood with the hold
    charges TEXT,
    about TEXT
);

CREATE TRIGGER entries_are_not_changed BEFORE UPDATE ON entries BEGIN
    SELECT RAISE(ABORT, 'entries are only ever added');
END;

CREATE TRIGGER entries_are_not_deleted BEFORE DELETE ON entries BEGIN
    SELECT RAISE(ABORT, 'entries are only ever added');
END;

CREATE TABLE holds (
    key TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    token TEXT NOT NULL,
    state TEXT NOT NULL,
    ceiling INTEGER NOT NULL,
    micros INTEGER NOT NULL,
    lease_until_ms INTEGER NOT NULL,
    after_lease TEXT NOT NULL,
    entry INTEGER NOT NULL REFERENCES entries (seq), -- of its `reserve`
    PRIMARY KEY (key, attempt)
) WITHOUT ROWID;

CREATE INDEX leases ON holds (lease_until_ms) WHERE state IN ('held', 'unknown');

CREATE TABLE balances (
    account TEXT NOT NULL,
    period INTEGER NOT NULL, -- the second at which it began
    spent INTEGER NOT NULL DEFAULT 0 CHECK (typeof(spent) = 'integer'),
    held INTEGER NOT NULL DEFAULT 0 CHECK (typeof(held) = 'integer'),
    unknown INTEGER NOT NULL DEFAULT 0 CHECK (typeof(unknown) = 'integer'),
    peak INTEGER NOT NULL DEFAULT 0 CHECK (typeof(peak) = 'integer'),
    PRIMARY KEY (account, period)
) WITHOUT ROWID;
