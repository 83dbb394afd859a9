-- $1 organization, $2 somebody who may host.
SELECT time_zone
FROM convene.users
WHERE org_id = $1 AND id = $2 AND role IN ('mentor', 'coordinator', 'admin') AND deleted_at IS NULL
