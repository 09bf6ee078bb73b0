-- Scans of the modes "watch" and "proof" may follow: programs that do not know them must not read on. No table changes.
SELECT 1;
