INSERT INTO convene.booking_guests (org_id, id, booking_id, key_id, contact, email_index, time_zone)
VALUES ($1, $2, $3, $4, $5, $6, $7)
