SELECT count(*) AS count, coalesce((array_agg(slug::text ORDER BY slug))[:5], '{}') AS shown
FROM convene.organizations
WHERE calendars_required
