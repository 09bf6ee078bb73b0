-- The weekly comparison: how many findings a scan saw, by unit and state, counted from the index alone.
CREATE INDEX findings_counted ON findings (scan, unit, state);
