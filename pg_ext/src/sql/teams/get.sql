SELECT {columns}
FROM convene.get_team_event_type($1, $2)
