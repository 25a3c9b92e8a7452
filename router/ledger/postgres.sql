-- The steps of a ledger. :"schema" is put in by the program; what is asked and answered is one JSON document each.
--
-- A step is a procedure, called outside of a transaction. It commits twice. The first commit does the work and waits
-- for no disk (synchronous_commit = off), so that a busy account is locked for as long as the work takes, and no
-- longer; the second writes a mark to the log and waits until the log has been flushed as far as the mark. The log is
-- flushed in its order: once the mark is safe, so is the work before it, and all that the work had seen. Nothing is
-- answered earlier, and what a crash takes away had not been answered to anyone.
--
-- Locks are taken in one order: rows of `holds` by their number, then accounts, the most particular first: an account
-- that everybody shares is locked last. An account is locked by an advisory lock, not by a row: a rolling window is
-- many rows, and its next one is not there yet.

-- Make the work of a step, and all that it has seen, outlive a crash.
CREATE OR REPLACE PROCEDURE :"schema".end_step() LANGUAGE plpgsql AS $$
DECLARE
  mark pg_lsn;
BEGIN
  COMMIT;
  IF current_setting('synchronous_commit') = 'off' THEN
    SET LOCAL synchronous_commit = on;
  END IF;
  mark := pg_logical_emit_message(true, 'pixroute', '');
END $$;

-- The moment in milliseconds: by the clock of the server, unless the one who asks says when it is.
CREATE OR REPLACE FUNCTION :"schema".moment(ask jsonb) RETURNS bigint LANGUAGE sql VOLATILE AS $$
  SELECT coalesce((ask ->> 'now_ms')::bigint, floor(date_part('epoch', clock_timestamp()) * 1000)::bigint)
$$;

-- Lock accounts until the end of the transaction.
CREATE OR REPLACE FUNCTION :"schema".lock_accounts(accounts jsonb) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  done text;
BEGIN
  PERFORM pg_advisory_xact_lock(each.lock)
    FROM (
      SELECT DISTINCT length(replace(account, '/', '')) - length(account) AS shared,
        hashtextextended('pixroute ' || :'schema' || ' ' || account, 0) AS lock
      FROM jsonb_array_elements_text(accounts) AS account
      ORDER BY 1, 2
      OFFSET 0
    ) AS each;
  -- whoever adds lines shares this one, and whoever reads them to their end waits for it: see last_line
  done := pg_advisory_xact_lock_shared(hashtextextended('pixroute ' || :'schema', 0));
END $$;

-- How accounts stand at a moment; `resets` is null where the moment lies outside of an account's edges.
CREATE OR REPLACE FUNCTION :"schema".standing(accounts jsonb, now_s bigint)
RETURNS TABLE (
  place bigint, account text, "limit" text, amount bigint, period bigint, resets bigint,
  spent bigint, held bigint, unknown bigint, peak bigint
) LANGUAGE sql STABLE AS $$
  SELECT placed.place, placed.account, placed."limit", placed.amount, placed.period, placed.resets,
    coalesce(seen.spent, 0)::bigint, coalesce(seen.held, 0)::bigint, coalesce(seen.unknown, 0)::bigint,
    coalesce(seen.peak, 0)::bigint
  FROM (
    SELECT asked.place, asked.account, asked."limit", asked.amount,
      CASE WHEN step > 0 THEN now_s - now_s % step ELSE edges[width_bucket(now_s, edges)] END AS period,
      CASE WHEN step > 0 THEN now_s - now_s % step + span + step
        WHEN now_s >= edges[1] THEN edges[width_bucket(now_s, edges) + 1] END AS resets,
      CASE WHEN step > 0 THEN now_s - span - step + 1 ELSE edges[width_bucket(now_s, edges)] END AS since
    FROM ROWS FROM (
      jsonb_to_recordset(accounts) AS (account text, "limit" text, amount bigint, edges bigint[], span bigint, step bigint)
    ) WITH ORDINALITY AS asked (account, "limit", amount, edges, span, step, place)
  ) AS placed
  LEFT JOIN LATERAL (
    SELECT sum(kept.spent) AS spent, sum(kept.held) AS held, sum(kept.unknown) AS unknown, max(kept.peak) AS peak
    FROM :"schema".balances AS kept
    WHERE kept.account = placed.account AND kept.period BETWEEN placed.since AND placed.period
  ) AS seen ON true
$$;

-- Begin a step: set up its transaction, and end the holds whose lease is over, some in a transaction each.
CREATE OR REPLACE PROCEDURE :"schema".begin_step(ask jsonb) LANGUAGE plpgsql AS $$
DECLARE
  now_ms bigint := :"schema".moment(ask);
  due bigint[];
  done text;
BEGIN
  LOOP
    IF current_setting('transaction_isolation') <> 'read committed' THEN
      ROLLBACK;
      SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
    END IF;
    done := set_config('synchronous_commit', 'off', true);
    done := set_config('lock_timeout', ask ->> 'wait_ms', true);  -- whoever asked has gone by then
    -- plans are made once in a session, which may find the tables empty: let them be those for full ones
    done := set_config('plan_cache_mode', 'force_generic_plan', true);
    done := set_config('enable_seqscan', 'off', true);
    done := set_config('enable_bitmapscan', 'off', true);
    done := set_config('enable_hashjoin', 'off', true);
    done := set_config('enable_mergejoin', 'off', true);
    done := set_config('jit', 'off', true);
    EXIT WHEN NOT EXISTS (SELECT FROM :"schema".leases WHERE until_ms <= now_ms);

    SELECT array_agg(first.seq) INTO due FROM (
      SELECT lease.seq FROM :"schema".leases AS lease JOIN :"schema".holds AS hold USING (seq)
      WHERE lease.until_ms <= now_ms
      ORDER BY lease.until_ms, (hold.key || '#' || hold.attempt) COLLATE "C"
      LIMIT 200
    ) AS first;
    PERFORM FROM :"schema".holds WHERE seq = ANY (due) ORDER BY seq FOR NO KEY UPDATE;
    -- as they are now that nobody else can end them
    SELECT array_agg(lease.seq ORDER BY lease.until_ms, (hold.key || '#' || hold.attempt) COLLATE "C") INTO due
      FROM :"schema".leases AS lease JOIN :"schema".holds AS hold USING (seq)
      WHERE lease.seq = ANY (due) AND lease.until_ms <= now_ms;
    PERFORM :"schema".lock_accounts(
      (
        SELECT jsonb_agg(DISTINCT charge -> 0) FROM :"schema".entries, jsonb_array_elements(charges) AS charge
        WHERE seq = ANY (due)
      )
    );
    WITH over AS (
      DELETE FROM :"schema".leases WHERE seq = ANY (due) AND until_ms <= now_ms RETURNING seq, after_lease
    ), ended AS (
      UPDATE :"schema".holds AS hold
      SET state = CASE after_lease WHEN 'release' THEN 'released' ELSE 'assumed' END,
        micros = CASE after_lease WHEN 'release' THEN 0 ELSE hold.ceiling END
      FROM over JOIN :"schema".holds AS before USING (seq)
      WHERE hold.seq = over.seq
      RETURNING hold.seq, hold.key, hold.attempt, hold.ceiling, before.state, after_lease
    ), told AS (
      INSERT INTO :"schema".entries (at_ms, act, key, attempt, micros)
      SELECT now_ms, after_lease, key, attempt, ceiling FROM ended ORDER BY array_position(due, seq)
    ), moved AS (
      SELECT charge ->> 0 AS account, (charge ->> 2)::bigint AS period,
        coalesce(sum(ceiling) FILTER (WHERE state = 'held'), 0)::bigint AS held,
        coalesce(sum(ceiling) FILTER (WHERE state = 'unknown'), 0)::bigint AS unknown,
        coalesce(sum(ceiling) FILTER (WHERE after_lease = 'assume'), 0)::bigint AS spent
      FROM ended JOIN :"schema".entries USING (seq), jsonb_array_elements(charges) AS charge
      GROUP BY 1, 2
    )
    UPDATE :"schema".balances AS kept SET held = kept.held - moved.held, unknown = kept.unknown - moved.unknown,
        spent = kept.spent + moved.spent
      FROM moved WHERE kept.account = moved.account AND kept.period = moved.period;
    COMMIT;
  END LOOP;
END $$;

-- Hold a ceiling against every account, or against none.
CREATE OR REPLACE PROCEDURE :"schema".reserve(ask jsonb, INOUT answer jsonb) LANGUAGE plpgsql AS $$
DECLARE
  asked_key text := ask ->> 'key';
  asked_token text := ask ->> 'token';
  asked_ceiling bigint := ask ->> 'ceiling';
  now_ms bigint;
  last_attempt integer;
  earlier record;
  now record;
BEGIN
  CALL :"schema".begin_step(ask);

  SELECT max(attempt) INTO last_attempt FROM :"schema".holds WHERE key = asked_key;
  IF last_attempt IS NOT NULL THEN
    -- the very hold that is asked for, else the first that is in the way
    SELECT hold.attempt, hold.token, hold.state, hold.micros, hold.at_ms, lease.until_ms, lease.answer INTO earlier
      FROM :"schema".holds AS hold LEFT JOIN :"schema".leases AS lease USING (seq)
      WHERE hold.key = asked_key AND (
        hold.token = asked_token
        OR NOT (hold.state = 'released' OR (ask ->> 'after_unknown')::boolean AND hold.state IN ('unknown', 'assumed'))
      )
      ORDER BY hold.token <> asked_token, hold.attempt LIMIT 1;
    IF FOUND THEN
      answer := CASE WHEN earlier.token = asked_token AND earlier.state = 'held'
        THEN earlier.answer || jsonb_build_object('until_ms', earlier.until_ms)
        ELSE jsonb_build_object('is', 'taken', 'attempt', earlier.attempt, 'state', earlier.state,
          'micros', earlier.micros, 'at_ms', earlier.at_ms) END;
      CALL :"schema".end_step();
      RETURN;
    END IF;
  END IF;

  PERFORM :"schema".lock_accounts(jsonb_path_query_array(ask, '$.accounts[*].account'));
  -- after the locks: the moments of those who come one after another must not go back
  now_ms := :"schema".moment(ask);
  SELECT coalesce(bool_or(period IS NULL OR resets IS NULL), false) AS misdated,
    coalesce(bool_and(spent + held + unknown + asked_ceiling <= amount), true) AS fits,
    array_agg(account ORDER BY place) AS account, array_agg("limit" ORDER BY place) AS "limit",
    array_agg(amount ORDER BY place) AS amount, array_agg(period ORDER BY place) AS period,
    array_agg(resets ORDER BY place) AS resets, array_agg(spent ORDER BY place) AS spent,
    array_agg(held ORDER BY place) AS held, array_agg(held + asked_ceiling ORDER BY place) AS held_now,
    array_agg(unknown ORDER BY place) AS unknown, array_agg(peak ORDER BY place) AS peak,
    jsonb_agg(jsonb_build_array(account, "limit", period) ORDER BY place) AS charges
    INTO now FROM :"schema".standing(ask -> 'accounts', now_ms / 1000);
  answer := jsonb_build_object(
    'is', CASE WHEN now.misdated THEN 'misdated' WHEN now.fits THEN 'hold' ELSE 'short' END,
    'at_ms', now_ms,
    'account', now.account, 'limit', now."limit", 'amount', now.amount, 'resets', now.resets,
    'spent', now.spent, 'held', CASE WHEN now.fits THEN now.held_now ELSE now.held END,
    'unknown', now.unknown, 'peak', now.peak
  );
  IF now.misdated OR NOT now.fits THEN
    RETURN;
  END IF;

  answer := answer || jsonb_build_object(
    'attempt', coalesce(last_attempt, 0) + 1, 'ceiling', asked_ceiling, 'until_ms', now_ms + (ask ->> 'lease_ms')::bigint
  );
  WITH line AS (
    INSERT INTO :"schema".entries (at_ms, act, key, attempt, micros, charges, about)
    VALUES (now_ms, 'reserve', asked_key, (answer ->> 'attempt')::integer, asked_ceiling,
      coalesce(now.charges, '[]'), ask -> 'about')
    RETURNING seq, at_ms, key, attempt, micros
  ), hold AS (
    INSERT INTO :"schema".holds (seq, key, attempt, token, state, ceiling, micros, at_ms)
    SELECT seq, key, attempt, asked_token, 'held', micros, micros, at_ms FROM line
  ), lease AS (
    INSERT INTO :"schema".leases (seq, until_ms, after_lease, answer)
    SELECT seq, (answer ->> 'until_ms')::bigint, ask ->> 'after_lease', answer FROM line
  )
  INSERT INTO :"schema".balances AS kept (account, period, held, peak)
    SELECT account, period, asked_ceiling, greatest(peak, used)
      FROM unnest(now.account, now.period, now.peak, now.spent, now.held_now, now.unknown)
        AS charge (account, period, peak, spent, held, unknown), LATERAL (SELECT spent + held + unknown AS used) AS sum
    ON CONFLICT (account, period) DO UPDATE SET held = kept.held + excluded.held, peak = excluded.peak;
  CALL :"schema".end_step();
END $$;

-- Let an act change a hold, where its state allows it; no answer where there is no such hold.
CREATE OR REPLACE PROCEDURE :"schema".change(ask jsonb, INOUT answer jsonb) LANGUAGE plpgsql AS $$
DECLARE
  act text := ask ->> 'act';
  kept record;
  becomes text;
  counts bigint;
BEGIN
  CALL :"schema".begin_step(ask);
  LOOP
    SELECT hold.seq, hold.state, hold.ceiling, hold.micros, line.charges INTO kept
      FROM :"schema".holds AS hold JOIN :"schema".entries AS line USING (seq)
      WHERE hold.key = ask ->> 'key' AND hold.attempt = (ask ->> 'attempt')::integer;
    IF NOT FOUND THEN
      RETURN;
    END IF;
    becomes := ask -> 'becomes' ->> kept.state;
    IF becomes IS NULL THEN
      answer := jsonb_build_object('changed', false, 'state', kept.state, 'micros', kept.micros);
      CALL :"schema".end_step();
      RETURN;
    END IF;
    counts := CASE becomes WHEN 'settled' THEN (ask ->> 'micros')::bigint WHEN 'released' THEN 0 ELSE kept.ceiling END;
    UPDATE :"schema".holds SET state = becomes, micros = counts WHERE seq = kept.seq AND state = kept.state;
    EXIT WHEN FOUND;  -- otherwise someone else was faster
  END LOOP;

  IF kept.state IN ('held', 'unknown') AND becomes <> 'unknown' THEN
    DELETE FROM :"schema".leases WHERE seq = kept.seq;
  END IF;
  PERFORM :"schema".lock_accounts(jsonb_path_query_array(kept.charges, '$[*][0]'));
  INSERT INTO :"schema".entries (at_ms, act, key, attempt, micros)
    VALUES (:"schema".moment(ask), act, ask ->> 'key', (ask ->> 'attempt')::integer,
      CASE becomes WHEN 'released' THEN kept.micros ELSE counts END);
  UPDATE :"schema".balances AS balance SET
      held = held - CASE kept.state WHEN 'held' THEN kept.micros ELSE 0 END,
      unknown = unknown - CASE kept.state WHEN 'unknown' THEN kept.micros ELSE 0 END
        + CASE becomes WHEN 'unknown' THEN counts ELSE 0 END,
      spent = spent - CASE WHEN kept.state = 'assumed' THEN kept.micros ELSE 0 END
        + CASE WHEN becomes IN ('settled', 'assumed') THEN counts ELSE 0 END
    FROM jsonb_array_elements(kept.charges) AS charge
    WHERE balance.account = charge ->> 0 AND balance.period = (charge ->> 2)::bigint;
  answer := jsonb_build_object(
    'changed', true, 'state', becomes, 'micros', counts,
    'overrun', greatest((ask ->> 'micros')::bigint - CASE kept.state WHEN 'released' THEN 0 ELSE kept.ceiling END, 0)
  );
  CALL :"schema".end_step();
END $$;

-- Let the lease of a held hold end later; no answer where there is no such hold.
CREATE OR REPLACE PROCEDURE :"schema".renew(ask jsonb, INOUT answer jsonb) LANGUAGE plpgsql AS $$
DECLARE
  line bigint;
BEGIN
  CALL :"schema".begin_step(ask);
  SELECT seq INTO line FROM :"schema".holds
    WHERE key = ask ->> 'key' AND attempt = (ask ->> 'attempt')::integer FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  UPDATE :"schema".leases AS lease SET until_ms = :"schema".moment(ask) + (ask ->> 'lease_ms')::bigint
    FROM :"schema".holds AS hold WHERE lease.seq = line AND hold.seq = line AND hold.state = 'held';
  answer := jsonb_build_object('changed', FOUND);
  CALL :"schema".end_step();
END $$;

-- How accounts stand.
CREATE OR REPLACE PROCEDURE :"schema".left_of(ask jsonb, INOUT answer jsonb) LANGUAGE plpgsql AS $$
DECLARE
  now_ms bigint;
BEGIN
  CALL :"schema".begin_step(ask);
  now_ms := :"schema".moment(ask);
  SELECT jsonb_build_object(
      'is', CASE WHEN coalesce(bool_or(period IS NULL OR resets IS NULL), false) THEN 'misdated' ELSE 'left' END,
      'at_ms', now_ms,
      'account', array_agg(account ORDER BY place), 'limit', array_agg("limit" ORDER BY place),
      'amount', array_agg(amount ORDER BY place), 'resets', array_agg(resets ORDER BY place),
      'spent', array_agg(spent ORDER BY place), 'held', array_agg(held ORDER BY place),
      'unknown', array_agg(unknown ORDER BY place), 'peak', array_agg(peak ORDER BY place)
    ) INTO answer FROM :"schema".standing(ask -> 'accounts', now_ms / 1000);
END $$;

-- The number of a line below which none is missing and none will appear: numbers are given out before lines can be
-- seen, and not in the order in which they can. Waits for whoever has been given one.
CREATE OR REPLACE PROCEDURE :"schema".last_line(ask jsonb, INOUT answer jsonb) LANGUAGE plpgsql AS $$
BEGIN
  CALL :"schema".begin_step(ask);
  PERFORM pg_advisory_xact_lock(hashtextextended('pixroute ' || :'schema', 0));
  answer := (SELECT to_jsonb(coalesce(max(seq), 0)) FROM :"schema".entries);
  CALL :"schema".end_step();
END $$;
