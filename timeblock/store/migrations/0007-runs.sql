-- A row may be a run of several, each step seconds after the one before and due when it starts: weekly meetings are one row
-- from one change of the clocks to the next. end_at is the end of the last. kind: 0 one that does not last, 1 one that does,
-- 2 a run. Old rows are thrown away: what is stored is read anew when the form of the facts has changed.
DROP TABLE occurrence;
CREATE TABLE occurrence (
    owner TEXT NOT NULL,
    event BIGINT NOT NULL,
    n INTEGER NOT NULL,
    start_at BIGINT NOT NULL,
    end_at BIGINT NOT NULL,
    due_at BIGINT,
    all_day INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    times INTEGER NOT NULL,
    step INTEGER NOT NULL,
    PRIMARY KEY (owner, event, n),
    FOREIGN KEY (owner, event) REFERENCES event ON DELETE CASCADE
);
CREATE INDEX occurrence_start ON occurrence (owner, start_at) WHERE kind = 0;
CREATE INDEX occurrence_lasting ON occurrence (owner, end_at) WHERE kind = 1;
CREATE INDEX occurrence_run ON occurrence (owner, start_at) WHERE kind = 2;
UPDATE horizon SET basis = '';
