-- The table is refinery's, which says nothing about it.
COMMENT ON TABLE convene.refinery_schema_history IS 'The migrations that were applied';
COMMENT ON COLUMN convene.refinery_schema_history.version IS 'The number in the file''s name';
COMMENT ON COLUMN convene.refinery_schema_history.name IS 'The rest of the file''s name';
COMMENT ON COLUMN convene.refinery_schema_history.applied_on IS 'When it was applied';
COMMENT ON COLUMN convene.refinery_schema_history.checksum IS 'Of the file as it was applied';
