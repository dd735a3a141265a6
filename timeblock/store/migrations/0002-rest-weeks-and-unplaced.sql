-- ISO weeks that the person took off from goals and flexible blocks ("2026-W48").
CREATE TABLE rest_week (
    owner TEXT NOT NULL,
    week TEXT NOT NULL,
    PRIMARY KEY (owner, week)
);

-- Blocks that the last plan for their day or week [start_at, end_at) had no room for, and why.
CREATE TABLE unplaced (
    owner TEXT NOT NULL,
    block_key TEXT NOT NULL,
    start_at BIGINT NOT NULL,
    end_at BIGINT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (owner, block_key)
);
