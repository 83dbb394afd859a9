-- A session for everybody; the token is bench_ and the user's id.
INSERT INTO convene.sessions (org_id, id, user_id, token_hash, expires_at)
SELECT org_id, convene.new_id(org_id), id, sha256(convert_to('cvs_bench_' || id, 'UTF8')), now() + interval '1 day'
FROM convene.users
