-- The first tables. Times are UTC seconds, truth values 0 or 1, JSON is text: so one schema serves SQLite and PostgreSQL.
-- Every key starts with the owner.

-- Calendars as their accounts last offered them.
CREATE TABLE offered (
    owner TEXT NOT NULL,
    account TEXT NOT NULL,
    calendar TEXT NOT NULL,
    name TEXT NOT NULL,
    writable INTEGER NOT NULL,
    PRIMARY KEY (owner, account, calendar)
);

-- A calendar as last read in full: where to go on, and when that was.
CREATE TABLE synced (
    owner TEXT NOT NULL,
    account TEXT NOT NULL,
    calendar TEXT NOT NULL,
    cursor TEXT NOT NULL,
    synced_at BIGINT NOT NULL,
    PRIMARY KEY (owner, account, calendar)
);

-- What calendars store, to the letter. recurs: its occurrences depend on the horizon.
CREATE TABLE resource (
    owner TEXT NOT NULL,
    account TEXT NOT NULL,
    calendar TEXT NOT NULL,
    href TEXT NOT NULL,
    version TEXT NOT NULL,
    body TEXT NOT NULL,
    recurs INTEGER NOT NULL,
    PRIMARY KEY (owner, account, calendar, href)
);

-- What the components of a resource say; id is made from what it names (see facts.py). marked: it bears a mark of ours.
CREATE TABLE event (
    owner TEXT NOT NULL,
    id BIGINT NOT NULL,
    account TEXT NOT NULL,
    calendar TEXT NOT NULL,
    href TEXT NOT NULL,
    uid TEXT NOT NULL,
    facts TEXT NOT NULL,
    marked INTEGER NOT NULL,
    PRIMARY KEY (owner, id),
    FOREIGN KEY (owner, account, calendar, href) REFERENCES resource ON DELETE CASCADE
);
CREATE INDEX event_resource ON event (owner, account, calendar, href);
CREATE INDEX event_marked ON event (owner, id) WHERE marked = 1;

-- When events take place. lasting: longer than a day, kept out of the way of the rest.
CREATE TABLE occurrence (
    owner TEXT NOT NULL,
    event BIGINT NOT NULL,
    n INTEGER NOT NULL,
    recurrence_id TEXT NOT NULL,
    start_at BIGINT NOT NULL,
    end_at BIGINT NOT NULL,
    all_day INTEGER NOT NULL,
    lasting INTEGER NOT NULL,
    PRIMARY KEY (owner, event, n),
    FOREIGN KEY (owner, event) REFERENCES event ON DELETE CASCADE
);
CREATE INDEX occurrence_start ON occurrence (owner, start_at) WHERE lasting = 0;
CREATE INDEX occurrence_lasting ON occurrence (owner, end_at) WHERE lasting = 1;

-- What could not be read or expanded, and why.
CREATE TABLE set_aside (
    owner TEXT NOT NULL,
    account TEXT NOT NULL,
    calendar TEXT NOT NULL,
    href TEXT NOT NULL,
    n INTEGER NOT NULL,
    uid TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (owner, account, calendar, href, n),
    FOREIGN KEY (owner, account, calendar, href) REFERENCES resource ON DELETE CASCADE
);

-- How far recurring events are expanded, and what that rests on: zone data, the person's zones, form of the facts.
CREATE TABLE horizon (
    owner TEXT NOT NULL,
    start_at BIGINT NOT NULL,
    end_at BIGINT NOT NULL,
    basis TEXT NOT NULL,
    PRIMARY KEY (owner)
);

-- What we believe stands in calendars, one row for each block and twin.
CREATE TABLE written (
    owner TEXT NOT NULL,
    account TEXT NOT NULL,
    calendar TEXT NOT NULL,
    block_key TEXT NOT NULL,
    draft TEXT NOT NULL,
    href TEXT NOT NULL,
    version TEXT NOT NULL,
    state TEXT NOT NULL,
    PRIMARY KEY (owner, account, calendar, block_key)
);

-- What should be true, per block or twin: a newer wish takes the place of a pending one. wish and sent are changes as
-- JSON: what is wanted (NULL: only to find out what became of sent), and what left without an answer that can be believed.
CREATE TABLE outbox (
    owner TEXT NOT NULL,
    account TEXT NOT NULL,
    calendar TEXT NOT NULL,
    block_key TEXT NOT NULL,
    wish TEXT,
    sent TEXT,
    held INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    due_at BIGINT NOT NULL,
    problem TEXT NOT NULL,
    run INTEGER NOT NULL,
    PRIMARY KEY (owner, account, calendar, block_key)
);

-- Accounts that asked not to be written to before a moment.
CREATE TABLE waiting (
    owner TEXT NOT NULL,
    account TEXT NOT NULL,
    until BIGINT NOT NULL,
    problem TEXT NOT NULL,
    PRIMARY KEY (owner, account)
);

-- The log: runs, and what each did.
CREATE TABLE run (
    owner TEXT NOT NULL,
    id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    PRIMARY KEY (owner, id)
);
CREATE TABLE entry (
    owner TEXT NOT NULL,
    run INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    at BIGINT NOT NULL,
    account TEXT NOT NULL,
    calendar TEXT NOT NULL,
    block_key TEXT NOT NULL,
    action TEXT NOT NULL,
    before_draft TEXT,
    after_draft TEXT,
    why TEXT NOT NULL,
    PRIMARY KEY (owner, run, seq),
    FOREIGN KEY (owner, run) REFERENCES run ON DELETE CASCADE
);
