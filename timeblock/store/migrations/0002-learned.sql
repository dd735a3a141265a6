-- What a backend found out about its server and calendars; it may be forgotten, and is then found out again.
CREATE TABLE learned (
    owner TEXT NOT NULL,
    account TEXT NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (owner, account, name)
);
