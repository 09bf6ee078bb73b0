-- How often in a row the channel was given out and brought no page: a channel that kills whoever reads it is given up by this, and one
-- whose readers merely died is not.
ALTER TABLE slices ADD COLUMN tries bigint NOT NULL DEFAULT 0;
