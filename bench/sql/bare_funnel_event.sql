-- A view of event type $1 by a visitor $2, with nothing looked up or checked.
WITH happened AS (
    INSERT INTO convene.analytics_funnel_events (org_id, event_type_id, stage, visit_hash)
    VALUES (1, $1, 'page_view', sha256(convert_to($2::text, 'UTF8')))
    RETURNING org_id, seq, event_type_id, stage
)
INSERT INTO convene.analytics_funnel_pending (org_id, seq, day, event_type_id, stage)
SELECT org_id, seq, current_date, event_type_id, stage FROM happened
