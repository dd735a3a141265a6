-- The log is asked for what moved lately, and traces for a span: by time, however long both have grown.
CREATE INDEX entry_updated ON entry (owner, at) WHERE action = 'updated';
CREATE INDEX trace_end ON trace (owner, end_at);
