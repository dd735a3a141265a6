-- Evidence: traces of work, and how far each source is known.

-- name: evidence_cursor(owner, source, place)^
SELECT cursor FROM evidence WHERE owner = :owner AND source = :source AND place = :place;

-- name: save_evidence_cursor(owner, source, place, cursor)!
INSERT INTO evidence (owner, source, place, cursor, until_at, read_at, problem)
VALUES (:owner, :source, :place, :cursor, NULL, NULL, '')
ON CONFLICT (owner, source) DO UPDATE SET place = excluded.place, cursor = excluded.cursor;

-- name: save_evidence_read(owner, source, until_at, read_at)!
UPDATE evidence SET until_at = :until_at, read_at = :read_at, problem = '' WHERE owner = :owner AND source = :source;

-- name: save_evidence_problem(owner, source, place, problem)!
INSERT INTO evidence (owner, source, place, cursor, until_at, read_at, problem)
VALUES (:owner, :source, :place, '', NULL, NULL, :problem)
ON CONFLICT (owner, source) DO UPDATE SET problem = excluded.problem;

-- name: forget_evidence(owner, source)!
DELETE FROM evidence WHERE owner = :owner AND source = :source;

-- name: forget_traces(owner, source)!
DELETE FROM trace WHERE owner = :owner AND source = :source;

-- name: insert_trace(owner, source, kind, start_at, end_at)*!
-- What is told again is kept once; activity that went on since ends later.
INSERT INTO trace (owner, source, kind, start_at, end_at)
VALUES (:owner, :source, :kind, :start_at, :end_at)
ON CONFLICT (owner, source, kind, start_at) DO UPDATE SET end_at = excluded.end_at
WHERE excluded.end_at > trace.end_at;

-- name: traces(owner, lo, hi)
SELECT start_at, end_at, kind, source FROM trace
WHERE owner = :owner AND start_at < :hi AND end_at >= :lo
ORDER BY start_at, end_at, kind, source;

-- name: evidence_known(owner, source)^
-- How many traces are kept of a source, the first of them, and how it was last read.
SELECT
    (SELECT count(*) FROM trace WHERE owner = :owner AND source = :source),
    (SELECT min(start_at) FROM trace WHERE owner = :owner AND source = :source),
    until_at,
    read_at,
    problem
FROM evidence
WHERE owner = :owner AND source = :source;
