-- name: said(owner)
SELECT about, said_at FROM said WHERE owner = :owner ORDER BY about;

-- name: say(owner, about, said_at)*!
INSERT INTO said (owner, about, said_at) VALUES (:owner, :about, :said_at)
ON CONFLICT (owner, about) DO UPDATE SET said_at = excluded.said_at;

-- name: forget_said(owner, about)*!
DELETE FROM said WHERE owner = :owner AND about = :about;
