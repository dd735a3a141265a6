-- What stands

-- name: written(owner)
SELECT account, calendar, block_key, draft, href, version, state FROM written
WHERE owner = :owner
ORDER BY account, calendar, block_key;

-- name: written_at(owner, account, calendar, block_key)^
SELECT account, calendar, block_key, draft, href, version, state FROM written
WHERE owner = :owner AND account = :account AND calendar = :calendar AND block_key = :block_key;

-- name: save_written(owner, account, calendar, block_key, draft, href, version, state)!
INSERT INTO written (owner, account, calendar, block_key, draft, href, version, state)
VALUES (:owner, :account, :calendar, :block_key, :draft, :href, :version, :state)
ON CONFLICT (owner, account, calendar, block_key) DO UPDATE
SET draft = excluded.draft, href = excluded.href, version = excluded.version, state = excluded.state;

-- What should

-- name: wishes(owner)
-- Those of accounts that asked us to wait are due when the wait is over.
SELECT o.account, o.calendar, o.block_key, o.wish, o.sent, o.held, o.attempts, o.problem, o.run,
    CASE WHEN w.until > o.due_at THEN w.until ELSE o.due_at END
FROM outbox o LEFT JOIN waiting w ON w.owner = o.owner AND w.account = o.account
WHERE o.owner = :owner
ORDER BY o.account, o.calendar, o.block_key;

-- name: wish_at(owner, account, calendar, block_key)^
SELECT account, calendar, block_key, wish, sent, held, attempts, problem, run, due_at FROM outbox
WHERE owner = :owner AND account = :account AND calendar = :calendar AND block_key = :block_key;

-- name: save_wish(owner, account, calendar, block_key, wish, sent, held, attempts, due_at, problem, run)!
INSERT INTO outbox (owner, account, calendar, block_key, wish, sent, held, attempts, due_at, problem, run)
VALUES (:owner, :account, :calendar, :block_key, :wish, :sent, :held, :attempts, :due_at, :problem, :run)
ON CONFLICT (owner, account, calendar, block_key) DO UPDATE
SET wish = excluded.wish, sent = excluded.sent, held = excluded.held, attempts = excluded.attempts,
    due_at = excluded.due_at, problem = excluded.problem, run = excluded.run;

-- name: settle(owner, account, calendar, block_key)!
DELETE FROM outbox
WHERE owner = :owner AND account = :account AND calendar = :calendar AND block_key = :block_key;

-- name: try_again(owner)!
UPDATE outbox SET held = 0, attempts = 0, due_at = 0 WHERE owner = :owner AND (held = 1 OR attempts > 0);

-- Accounts that asked us to wait

-- name: wait_for(owner, account, until, problem)!
INSERT INTO waiting (owner, account, until, problem) VALUES (:owner, :account, :until, :problem)
ON CONFLICT (owner, account) DO UPDATE SET until = excluded.until, problem = excluded.problem;

-- name: waiting(owner)
SELECT account, until, problem FROM waiting WHERE owner = :owner ORDER BY account;
