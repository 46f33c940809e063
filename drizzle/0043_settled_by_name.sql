-- Which of the asked accounts are not of this minute is looked up by their names. By a hash of all accounts, as it was planned while the table was
-- small, each statement read the whole ledger before it charged anybody.
ALTER FUNCTION ledger_settle_all(text[], text[], timestamptz) SET enable_hashjoin = off;
