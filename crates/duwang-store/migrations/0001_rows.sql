-- Rows as the other backends keep them (column "row": version, crc32, packed JSON), beside them the few words that queries ask for.
-- Texts compare byte by byte (collation "C"), so that every backend lists in the same order and prefixes use the index.

CREATE TABLE scans (
    id       text COLLATE "C" PRIMARY KEY,
    started  timestamptz NOT NULL,
    finished timestamptz,
    row      bytea NOT NULL
);

CREATE TABLE frontier (
    scan       text COLLATE "C" NOT NULL,
    channel    text COLLATE "C" NOT NULL,
    url        text COLLATE "C" NOT NULL,
    done       boolean NOT NULL,
    not_before timestamptz,
    row        bytea NOT NULL,
    PRIMARY KEY (scan, channel, url)
);

CREATE TABLE pages (
    channel text COLLATE "C" NOT NULL,
    url     text COLLATE "C" NOT NULL,
    scan    text COLLATE "C" NOT NULL,
    visited timestamptz NOT NULL,
    row     bytea NOT NULL,
    PRIMARY KEY (channel, url)
);

CREATE TABLE findings (
    fingerprint text COLLATE "C" PRIMARY KEY,
    id          text COLLATE "C" NOT NULL UNIQUE,
    unit        text COLLATE "C" NOT NULL,
    channel     text COLLATE "C" NOT NULL,
    rule        text COLLATE "C" NOT NULL,
    url         text COLLATE "C" NOT NULL,
    start       bigint NOT NULL,
    category    text COLLATE "C" NOT NULL,
    level       text COLLATE "C" NOT NULL,
    certainty   text COLLATE "C" NOT NULL,
    kind        text COLLATE "C",
    state       text COLLATE "C" NOT NULL,
    present     boolean NOT NULL,
    scan        text COLLATE "C" NOT NULL,
    last_seen   timestamptz NOT NULL,
    changed     xid8 NOT NULL DEFAULT pg_current_xact_id(),
    row         bytea NOT NULL
);
-- The order findings are listed in.
CREATE UNIQUE INDEX findings_listing ON findings (unit, channel, rule, url, start, fingerprint);
-- The review list: what still wants a person, in the same order.
CREATE INDEX findings_waiting ON findings (unit, channel, rule, url, start, fingerprint)
    WHERE state IN ('open', 'reopened', 'confirmed', 'assigned', 'appealed');
-- One page's findings, asked for at every visit.
CREATE INDEX findings_of_page ON findings (channel, url, fingerprint);
-- What one scan saw, for its comparison with others.
CREATE INDEX findings_of_scan ON findings (scan, unit, channel, rule, url, start, fingerprint);
-- What one rule says everywhere.
CREATE INDEX findings_of_rule ON findings (rule, unit, channel, url, start, fingerprint);

-- What was written since somebody looked.
CREATE INDEX findings_changed ON findings (changed);

-- Findings that were removed, for those who keep an index of their own.
CREATE TABLE gone (
    fingerprint text COLLATE "C" NOT NULL,
    changed     xid8 NOT NULL DEFAULT pg_current_xact_id(),
    at          timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX gone_changed ON gone (changed);

-- Small documents: accounts, views, releases, deliveries.
CREATE TABLE notes (
    kind    text COLLATE "C" NOT NULL,
    key     text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    row     bytea NOT NULL,
    PRIMARY KEY (kind, key)
);

-- Logs that only grow, each entry chained to the one before it.
CREATE TABLE logs (
    log    text COLLATE "C" NOT NULL,
    number bigint NOT NULL,
    row    bytea NOT NULL,
    PRIMARY KEY (log, number)
);

-- Rows that could not be read, put aside by a repair.
CREATE TABLE damaged (
    tab text COLLATE "C" NOT NULL,
    key text COLLATE "C" NOT NULL,
    row bytea NOT NULL,
    PRIMARY KEY (tab, key)
);

-- Rows are packed already.
ALTER TABLE scans ALTER COLUMN row SET STORAGE EXTERNAL;
ALTER TABLE pages ALTER COLUMN row SET STORAGE EXTERNAL;
ALTER TABLE findings ALTER COLUMN row SET STORAGE EXTERNAL;

-- Work shared by many workers: a channel of a scan is given out slice by slice; what an earlier holder still writes is refused.
CREATE TABLE slices (
    scan     text COLLATE "C" NOT NULL,
    channel  text COLLATE "C" NOT NULL,
    -- Rises whenever the channel is given out.
    epoch    bigint NOT NULL,
    -- When it was read to its end, or given up.
    ended    timestamptz,
    -- What was not seen (JSON), and how many findings came back, for the summary.
    missed   text NOT NULL DEFAULT '[]',
    reopened bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (scan, channel)
);

-- When each host may be asked next, whoever asks. Losing it in a crash costs one pause: it is not worth a log.
CREATE UNLOGGED TABLE turns (
    host text COLLATE "C" PRIMARY KEY,
    next timestamptz NOT NULL
);
