-- What a calendar takes; those known before were for events, and maybe for tasks.
ALTER TABLE offered ADD COLUMN events INTEGER NOT NULL DEFAULT 1;
ALTER TABLE offered ADD COLUMN tasks INTEGER NOT NULL DEFAULT 1;
