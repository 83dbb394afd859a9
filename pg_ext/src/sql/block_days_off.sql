ARRAY(
    SELECT d.day FROM convene.blackout_dates d
    WHERE d.org_id = b.org_id AND d.mentor_id = b.mentor_id AND d.day >= current_date - 1
)