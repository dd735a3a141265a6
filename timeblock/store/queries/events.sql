-- name: known_versions(owner, account, calendar)
SELECT href, version FROM resource WHERE owner = :owner AND account = :account AND calendar = :calendar;
