SELECT {e.columns}
FROM convene.booking_external_events e
WHERE e.org_id = $1 AND e.connection_id = $2 AND e.calendar_id = $3 AND e.event_id IS NOT NULL
  AND (e.event_id = ANY ($4) OR ($5 IS NOT NULL AND e.written <@ tstzrange($5, $6)))
ORDER BY e.booking_id, e.user_id
FOR UPDATE
