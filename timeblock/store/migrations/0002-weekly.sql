-- What weeks that are over came to, by the definition then in force: a new definition adds rows and changes none.
CREATE TABLE figure (
    owner TEXT NOT NULL,
    metric TEXT NOT NULL,
    week TEXT NOT NULL,
    version INTEGER NOT NULL,
    value DOUBLE PRECISION NOT NULL,
    parts TEXT NOT NULL,
    PRIMARY KEY (owner, metric, week, version)
);

-- Where each goal began, once that was known. about: what it was taken of; another metric or start has another baseline.
CREATE TABLE baseline (
    owner TEXT NOT NULL,
    goal TEXT NOT NULL,
    about TEXT NOT NULL,
    value DOUBLE PRECISION NOT NULL,
    weeks TEXT NOT NULL,
    PRIMARY KEY (owner, goal, about)
);

-- What the person answered to an offer, and on which day.
CREATE TABLE decision (
    owner TEXT NOT NULL,
    goal TEXT NOT NULL,
    decided_on TEXT NOT NULL,
    choice TEXT NOT NULL,
    PRIMARY KEY (owner, goal, decided_on)
);
