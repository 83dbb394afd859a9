UPDATE convene.booking_external_events e
SET begun = e.begun OR e.operation <> 'cancel',
    -- What may be in a calendar already stays in that one.
    calendar_id = coalesce(CASE WHEN e.begun THEN e.calendar_id END, (
        SELECT k.calendar_id FROM convene.calendars k
        WHERE k.org_id = e.org_id AND k.connection_id = e.connection_id AND k.is_written
    ), e.calendar_id)
WHERE e.org_id = $1 AND e.id = $2 AND e.status = 'pending' AND convene.holds_work('writebacks', e.org_id, e.id, $3)
RETURNING {e.columns}
