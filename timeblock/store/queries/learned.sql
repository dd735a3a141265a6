-- name: learned(owner, account)
SELECT name, value FROM learned WHERE owner = :owner AND account = :account ORDER BY name;

-- name: learn(owner, account, name, value)!
INSERT INTO learned (owner, account, name, value) VALUES (:owner, :account, :name, :value)
ON CONFLICT (owner, account, name) DO UPDATE SET value = excluded.value;

-- name: unlearn(owner, account, name)!
DELETE FROM learned WHERE owner = :owner AND account = :account AND name = :name;
