-- Entries that began a session of somebody: the last one of a person is found at once, whatever they did since.
CREATE INDEX entry_sign_in ON audit.entry ((doc->'actor'->>'id'), n DESC)
  WHERE doc->>'action' IN ('auth.sign_in', 'auth.invitation_accepted', 'setup.owner');
