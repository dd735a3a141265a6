-- name: next_run(owner)^
SELECT COALESCE(MAX(id), 0) + 1 FROM run WHERE owner = :owner;

-- name: add_run(owner, id, kind, started_at)!
INSERT INTO run (owner, id, kind, started_at) VALUES (:owner, :id, :kind, :started_at);

-- name: run(owner, id)^
SELECT id, kind, started_at FROM run WHERE owner = :owner AND id = :id;

-- name: runs(owner, most)
-- The newest first.
SELECT id, kind, started_at FROM run WHERE owner = :owner ORDER BY id DESC LIMIT :most;

-- name: run_counts(owner, since)
SELECT run, action, COUNT(*) FROM entry WHERE owner = :owner AND run >= :since GROUP BY run, action ORDER BY run, action;

-- name: add_entry(owner, run, at, account, calendar, block_key, action, before_draft, after_draft, why)!
INSERT INTO entry (owner, run, seq, at, account, calendar, block_key, action, before_draft, after_draft, why)
SELECT :owner, :run, COALESCE(MAX(seq), 0) + 1, :at, :account, :calendar, :block_key, :action, :before_draft,
    :after_draft, :why
FROM entry WHERE owner = :owner AND run = :run;

-- name: first_run(owner)^
SELECT MIN(started_at) FROM run WHERE owner = :owner;

-- name: updates(owner, since)
-- What we changed of blocks, with what stood before.
SELECT at, block_key, before_draft, after_draft FROM entry
WHERE owner = :owner AND action = 'updated' AND at >= :since
ORDER BY at, run, seq;

-- name: entries(owner, run)
SELECT at, account, calendar, block_key, action, before_draft, after_draft, why FROM entry
WHERE owner = :owner AND run = :run
ORDER BY seq;

-- name: entries_of_block(owner, account, calendar, block_key)
SELECT at, account, calendar, block_key, action, before_draft, after_draft, why FROM entry
WHERE owner = :owner AND account = :account AND calendar = :calendar AND block_key = :block_key
ORDER BY run, seq;
