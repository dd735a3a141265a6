-- Traces of work outside of calendars: times, and nothing else. end_at is start_at for a message.
CREATE TABLE trace (
    owner TEXT NOT NULL,
    source TEXT NOT NULL,
    kind TEXT NOT NULL,
    start_at BIGINT NOT NULL,
    end_at BIGINT NOT NULL,
    PRIMARY KEY (owner, source, kind, start_at)
);

-- A source as last read: of which place (a hash), where to go on, how far it is known, when it was read to its end,
-- and why the last reading failed ("": it did not).
CREATE TABLE evidence (
    owner TEXT NOT NULL,
    source TEXT NOT NULL,
    place TEXT NOT NULL,
    cursor TEXT NOT NULL,
    until_at BIGINT,
    read_at BIGINT,
    problem TEXT NOT NULL,
    PRIMARY KEY (owner, source)
);
