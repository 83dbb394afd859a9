-- Demo data, part 7: what two hosts offer besides office hours, and when. Nothing happens when there are event types already.

DO $$
DECLARE
    demo     integer := (SELECT id FROM convene.organizations WHERE slug = 'demo');
    katrin   uuid := '01900000-0000-7000-8000-000000000101';
    priya    uuid := '01900000-0000-7000-8000-000000000104';
    evenings uuid;
BEGIN
    IF EXISTS (SELECT FROM convene.event_types WHERE org_id = demo) THEN
        RETURN;
    END IF;
    -- Katrin has said nothing of her hours: she is given the usual ones.
    PERFORM convene.create_event_type(katrin, katrin, NULL, '{
        "slug": "product-review", "title": "Product review", "durations": [30, 60], "buffer_after_minutes": 15,
        "description": "Show me what you have, and I will tell you what I see.",
        "minimum_notice_minutes": 120, "limit_per_day": 3,
        "questions": [
            {"key": "product", "label": "Where can I see it?", "kind": "url", "required": true},
            {"key": "stage", "label": "Where does it stand?", "kind": "select", "options": ["idea", "prototype", "in use"]}
        ]
    }');
    PERFORM convene.create_event_type(katrin, katrin, NULL, '{
        "slug": "walk", "title": "A walk in the park", "durations": [60], "meeting_type": "in_person_custom",
        "location_custom": "Tiergarten, at the Löwenbrücke", "requires_confirmation": true, "is_private": true
    }');

    -- Priya takes calls in the evening, not on her next two holidays, and is in London for a week.
    SELECT s.id INTO evenings
    FROM convene.create_schedule(priya, priya, '{"name": "Evenings", "is_default": true}') s;
    PERFORM convene.set_availability_rules(priya, evenings, (
        SELECT jsonb_agg(jsonb_build_object('weekday', weekday, 'start_time', '18:00', 'end_time', '21:00'))
        FROM generate_series(1, 5) AS weekday
    ));
    PERFORM convene.set_availability_overrides(priya, evenings, jsonb_build_array(
        jsonb_build_object('day', current_date + 20, 'is_off', true),
        jsonb_build_object('day', current_date + 21, 'is_off', true),
        jsonb_build_object('day', current_date + 23, 'start_time', '10:00', 'end_time', '13:00')
    ));
    PERFORM convene.set_travel_dates(priya, priya, jsonb_build_array(
        jsonb_build_object('first_day', current_date + 30, 'last_day', current_date + 36, 'time_zone', 'Europe/London')
    ));
    PERFORM convene.create_event_type(priya, priya, NULL, '{
        "slug": "founder-call", "title": "Founder to founder", "durations": [20], "slot_interval_minutes": 30,
        "horizon_days": 45, "limit_per_week": 5, "color": "#0b7285"
    }');
    PERFORM convene.create_event_type(priya, priya, NULL, '{
        "slug": "pricing-class", "title": "Pricing, for eight", "durations": [90], "capacity": 8, "limit_per_week": 1
    }');
END
$$;
