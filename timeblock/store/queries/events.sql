-- Calendars

-- name: offered(owner)
-- Every calendar the accounts offered when last asked.
SELECT account, calendar, name, writable, events, tasks FROM offered WHERE owner = :owner ORDER BY account, name, calendar;

-- name: forget_offered(owner, account)!
DELETE FROM offered WHERE owner = :owner AND account = :account;

-- name: add_offered(owner, account, calendar, name, writable, events, tasks)*!
INSERT INTO offered (owner, account, calendar, name, writable, events, tasks)
VALUES (:owner, :account, :calendar, :name, :writable, :events, :tasks)
ON CONFLICT (owner, account, calendar) DO UPDATE
SET name = excluded.name, writable = excluded.writable, events = excluded.events, tasks = excluded.tasks;

-- name: synced(owner, account, calendar)^
-- Where to go on reading, and when it was read.
SELECT cursor, synced_at FROM synced WHERE owner = :owner AND account = :account AND calendar = :calendar;

-- name: save_synced(owner, account, calendar, cursor, synced_at)!
INSERT INTO synced (owner, account, calendar, cursor, synced_at)
VALUES (:owner, :account, :calendar, :cursor, :synced_at)
ON CONFLICT (owner, account, calendar) DO UPDATE SET cursor = excluded.cursor, synced_at = excluded.synced_at;

-- name: forget_synced(owner, account, calendar)!
DELETE FROM synced WHERE owner = :owner AND account = :account AND calendar = :calendar;

-- Resources

-- name: known_versions(owner, account, calendar)
SELECT href, version FROM resource WHERE owner = :owner AND account = :account AND calendar = :calendar;

-- name: resource(owner, account, calendar, href)^
SELECT version, body FROM resource
WHERE owner = :owner AND account = :account AND calendar = :calendar AND href = :href;

-- name: resources(owner, recurs)
-- Those that recur (recurs = 1), or all (recurs = 0).
SELECT account, calendar, href, version, body FROM resource
WHERE owner = :owner AND recurs >= :recurs
ORDER BY account, calendar, href;

-- name: delete_resource(owner, account, calendar, href)*!
-- With its events, their occurrences and what was set aside.
DELETE FROM resource WHERE owner = :owner AND account = :account AND calendar = :calendar AND href = :href;

-- name: insert_resource(owner, account, calendar, href, version, body, recurs)*!
INSERT INTO resource (owner, account, calendar, href, version, body, recurs)
VALUES (:owner, :account, :calendar, :href, :version, :body, :recurs);

-- name: forget_resources(owner, account, calendar)!
DELETE FROM resource WHERE owner = :owner AND account = :account AND calendar = :calendar;

-- name: insert_set_aside(owner, account, calendar, href, n, uid, reason)*!
INSERT INTO set_aside (owner, account, calendar, href, n, uid, reason)
VALUES (:owner, :account, :calendar, :href, :n, :uid, :reason);

-- name: set_aside(owner)
SELECT account, calendar, href, uid, reason FROM set_aside
WHERE owner = :owner
ORDER BY account, calendar, href, n;

-- Events and occurrences

-- name: insert_event(owner, id, account, calendar, href, uid, facts, marked)*!
INSERT INTO event (owner, id, account, calendar, href, uid, facts, marked)
VALUES (:owner, :id, :account, :calendar, :href, :uid, :facts, :marked);

-- name: insert_occurrence(owner, event, n, start_at, end_at, due_at, all_day, kind, times, step)*!
INSERT INTO occurrence (owner, event, n, start_at, end_at, due_at, all_day, kind, times, step)
VALUES (:owner, :event, :n, :start_at, :end_at, :due_at, :all_day, :kind, :times, :step);

-- name: occurrences(owner, lo, hi, since, begun)
-- All that share time with [lo, hi). Those that do not last started after since, runs after begun; of those that last
-- there are few.
SELECT o.start_at, o.end_at, o.event, o.due_at, o.all_day, o.times, o.step, e.account, e.calendar, e.href, e.uid, e.facts
FROM occurrence o JOIN event e ON e.owner = o.owner AND e.id = o.event
WHERE o.owner = :owner AND o.kind = 0 AND o.start_at > :since AND o.start_at < :hi AND o.end_at > :lo
UNION ALL
SELECT o.start_at, o.end_at, o.event, o.due_at, o.all_day, o.times, o.step, e.account, e.calendar, e.href, e.uid, e.facts
FROM occurrence o JOIN event e ON e.owner = o.owner AND e.id = o.event
WHERE o.owner = :owner AND o.kind = 2 AND o.start_at > :begun AND o.start_at < :hi AND o.end_at > :lo
UNION ALL
SELECT o.start_at, o.end_at, o.event, o.due_at, o.all_day, o.times, o.step, e.account, e.calendar, e.href, e.uid, e.facts
FROM occurrence o JOIN event e ON e.owner = o.owner AND e.id = o.event
WHERE o.owner = :owner AND o.kind = 1 AND o.end_at > :lo AND o.start_at < :hi;

-- name: marked(owner)
-- Events with a mark, each with its resource and its first occurrence. CROSS JOIN keeps SQLite to this order: events
-- with a mark are few, occurrences many.
SELECT e.account, e.calendar, e.href, e.uid, e.facts, r.version, r.body, o.start_at, o.end_at - (o.times - 1) * o.step
FROM event e
CROSS JOIN resource r
CROSS JOIN occurrence o
WHERE e.owner = :owner AND e.marked = 1
    AND r.owner = e.owner AND r.account = e.account AND r.calendar = e.calendar AND r.href = e.href
    AND o.owner = e.owner AND o.event = e.id AND o.n = 0
ORDER BY o.start_at, e.account, e.calendar, e.href, e.id;

-- Horizon

-- name: horizon(owner)^
SELECT start_at, end_at, basis FROM horizon WHERE owner = :owner;

-- name: save_horizon(owner, start_at, end_at, basis)!
INSERT INTO horizon (owner, start_at, end_at, basis)
VALUES (:owner, :start_at, :end_at, :basis)
ON CONFLICT (owner) DO UPDATE
SET start_at = excluded.start_at, end_at = excluded.end_at, basis = excluded.basis;
