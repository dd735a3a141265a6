-- Weeks of rest

-- name: rest_weeks(owner)
SELECT week FROM rest_week WHERE owner = :owner ORDER BY week;

-- name: add_rest_week(owner, week)!
INSERT INTO rest_week (owner, week) VALUES (:owner, :week) ON CONFLICT (owner, week) DO NOTHING;

-- name: drop_rest_week(owner, week)!
DELETE FROM rest_week WHERE owner = :owner AND week = :week;

-- What had no room

-- name: unplaced(owner, since)
SELECT block_key, start_at, end_at, reason FROM unplaced WHERE owner = :owner AND end_at > :since ORDER BY block_key;

-- name: forget_unplaced(owner, since)!
DELETE FROM unplaced WHERE owner = :owner AND end_at > :since;

-- name: add_unplaced(owner, block_key, start_at, end_at, reason)*!
INSERT INTO unplaced (owner, block_key, start_at, end_at, reason)
VALUES (:owner, :block_key, :start_at, :end_at, :reason);
