-- name: figures(owner, metric)
-- By week and version, so that the newest definition of a week comes last.
SELECT week, version, value, parts FROM figure WHERE owner = :owner AND metric = :metric ORDER BY week, version;

-- name: put_figure(owner, metric, week, version, value, parts)*!
INSERT INTO figure (owner, metric, week, version, value, parts)
VALUES (:owner, :metric, :week, :version, :value, :parts)
ON CONFLICT (owner, metric, week, version) DO UPDATE SET value = excluded.value, parts = excluded.parts
WHERE figure.value <> excluded.value OR figure.parts <> excluded.parts;

-- name: redefined(owner)
-- Figures of one week by two definitions that differ.
SELECT old.metric, old.week, old.version, old.value, new.version, new.value FROM figure AS old
JOIN figure AS new ON new.owner = old.owner AND new.metric = old.metric AND new.week = old.week
WHERE old.owner = :owner AND new.version > old.version AND new.value <> old.value
ORDER BY old.metric, old.week, old.version, new.version;

-- name: baselines(owner)
SELECT goal, about, value, weeks FROM baseline WHERE owner = :owner;

-- name: put_baseline(owner, goal, about, value, weeks)*!
INSERT INTO baseline (owner, goal, about, value, weeks) VALUES (:owner, :goal, :about, :value, :weeks)
ON CONFLICT (owner, goal, about) DO NOTHING;

-- name: decisions(owner)
SELECT goal, decided_on, choice FROM decision WHERE owner = :owner ORDER BY decided_on;

-- name: put_decision(owner, goal, decided_on, choice)!
INSERT INTO decision (owner, goal, decided_on, choice) VALUES (:owner, :goal, :decided_on, :choice)
ON CONFLICT (owner, goal, decided_on) DO UPDATE SET choice = excluded.choice;
