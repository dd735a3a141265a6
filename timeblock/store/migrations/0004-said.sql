-- What the person was told, so that it is not told again: about what ("sign-in/office", "digest/2026-11-25"), and when.
CREATE TABLE said (
    owner TEXT NOT NULL,
    about TEXT NOT NULL,
    said_at BIGINT NOT NULL,
    PRIMARY KEY (owner, about)
);
