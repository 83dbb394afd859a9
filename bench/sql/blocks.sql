-- One block for each mentor, for slots to belong to. It is marked as made, so that no job makes more.
INSERT INTO convene.availability_blocks (
    org_id, id, mentor_id, recurrence, start_date, start_time, end_time, time_zone, slot_minutes, generated_until
)
SELECT org_id, convene.new_id(org_id), id, 'weekly', current_date, '09:00', '17:00', 'UTC', 30, current_date + 3650
FROM convene.users
WHERE role = 'mentor'
