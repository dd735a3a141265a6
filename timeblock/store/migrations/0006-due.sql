-- due_at: when the rule of its series has an occurrence start, which names it (NULL: it recurs not). Integers, since
-- there are very many. Old rows are thrown away: what is stored is read anew when the form of the facts has changed.
DROP TABLE occurrence;
CREATE TABLE occurrence (
    owner TEXT NOT NULL,
    event BIGINT NOT NULL,
    n INTEGER NOT NULL,
    start_at BIGINT NOT NULL,
    end_at BIGINT NOT NULL,
    due_at BIGINT,
    all_day INTEGER NOT NULL,
    lasting INTEGER NOT NULL,
    PRIMARY KEY (owner, event, n),
    FOREIGN KEY (owner, event) REFERENCES event ON DELETE CASCADE
);
CREATE INDEX occurrence_start ON occurrence (owner, start_at) WHERE lasting = 0;
CREATE INDEX occurrence_lasting ON occurrence (owner, end_at) WHERE lasting = 1;
UPDATE horizon SET basis = '';
