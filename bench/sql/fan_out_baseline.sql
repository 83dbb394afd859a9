-- What fan-out is compared with: the rows that it wrote, written again by plain INSERTs. What was dispatched before
-- this file was run stays, so that no plan is made for tables that are known to be empty.
CREATE TABLE bench.began AS SELECT max(seq) AS seq, clock_timestamp() AS at FROM convene.booking_events;

-- As if nothing had been dispatched since.
CREATE PROCEDURE bench.forget_fan_out()
LANGUAGE sql AS $$
DELETE FROM convene.notification_log WHERE created_at > (SELECT at FROM bench.began);
DELETE FROM convene.work_items WHERE queue = 'writebacks';
DELETE FROM convene.booking_external_events WHERE created_at > (SELECT at FROM bench.began);
UPDATE convene.booking_events SET dispatched_at = NULL WHERE seq > (SELECT seq FROM bench.began);
$$;

-- Keeps what was fanned out since, once.
CREATE PROCEDURE bench.keep_fan_out()
LANGUAGE plpgsql AS $$
BEGIN
    CREATE TABLE IF NOT EXISTS bench.notices AS
    SELECT * FROM convene.notification_log WHERE created_at > (SELECT at FROM bench.began);
    CREATE TABLE IF NOT EXISTS bench.owed AS
    SELECT * FROM convene.booking_external_events WHERE created_at > (SELECT at FROM bench.began);
    CREATE TABLE IF NOT EXISTS bench.items AS
    SELECT * FROM convene.work_items WHERE queue = 'writebacks';
END
$$;

CREATE PROCEDURE bench.copy_fan_out()
LANGUAGE plpgsql AS $$
BEGIN
    UPDATE convene.booking_events SET dispatched_at = clock_timestamp() WHERE dispatched_at IS NULL;
    INSERT INTO convene.notification_log SELECT * FROM bench.notices;
    INSERT INTO convene.booking_external_events SELECT * FROM bench.owed;
    INSERT INTO convene.work_items SELECT * FROM bench.items;
END
$$;
