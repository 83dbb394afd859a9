-- Demo data, part 1: an organization and its people. Ids are fixed, so that documentation can name them, and so that
-- loading twice changes nothing. When each joined is part of their standing (part 3).

INSERT INTO convene.organizations (slug, name, time_zone, calendars_required, closes_early)
VALUES ('demo', 'Demo Accelerator', 'Europe/Berlin', false, true)
ON CONFLICT (slug) DO NOTHING;

INSERT INTO convene.users (
    org_id, id, email, name, role, title, company, bio, time_zone, joined_at, created_at, last_activity_at
)
SELECT
    o.id, ('01900000-0000-7000-8000-000000000' || number)::uuid, local_part || '@demo.test', person.name, role, title,
    company, bio, person.time_zone, now() - joined, now() - joined, now()
FROM convene.organizations o
CROSS JOIN (VALUES
    ('001', 'admin', 'Ada Okafor', 'admin', 'Platform lead', 'Demo Accelerator', NULL, 'Europe/Berlin', interval '2 years'),
    ('002', 'coordinator', 'Carlos Méndez', 'coordinator', 'Programme coordinator', 'Demo Accelerator', NULL, 'Europe/Madrid', interval '18 months'),
    ('101', 'mentor1', 'Katrin Vogel', 'mentor', 'Head of product', 'Fernweh Reisen', 'First products, first users. New to mentoring.', 'Europe/Berlin', interval '27 days'),
    ('102', 'mentor2', 'Marcus Bell', 'mentor', 'Partner', 'Hudson Seed', 'Pricing, fundraising, and when not to raise.', 'America/New_York', interval '14 months'),
    ('103', 'mentor3', 'Yuki Tanaka', 'mentor', 'VP engineering', 'Kaito Robotics', 'Hiring engineers, and keeping them.', 'Asia/Tokyo', interval '20 months'),
    ('104', 'mentor4', 'Priya Raman', 'mentor', 'Founder', 'Lotus Payments', 'Built and sold two companies. Ask about both.', 'Asia/Kolkata', interval '3 years'),
    ('105', 'mentor5', 'Aroha Ngata', 'mentor', 'Design director', 'Tui Studio', 'Research and design for small teams.', 'Pacific/Auckland', interval '2 months'),
    ('201', 'mentee1', 'Lena Hartmann', 'mentee', 'Founder', 'Beetgold', 'Seeds for city balconies.', 'Europe/Berlin', interval '2 months'),
    ('202', 'mentee2', 'Tom Ashby', 'mentee', 'Founder', 'Ferrytime', 'Timetables that are true.', 'Europe/London', interval '27 days'),
    ('203', 'mentee3', 'Sofia Rossi', 'mentee', 'CTO', 'Cartapesta', 'Packaging out of straw.', 'Europe/Rome', interval '5 months'),
    ('204', 'mentee4', 'David Mwangi', 'mentee', 'Founder', 'Soko Fresh', 'Cold storage for markets.', 'Africa/Nairobi', interval '3 months'),
    ('205', 'mentee5', 'Mei Lin', 'mentee', 'CEO', 'Harbor Labs', 'Sensors for old bridges.', 'Asia/Singapore', interval '11 months'),
    ('206', 'mentee6', 'Jack Nolan', 'mentee', 'Founder', 'Outback Solar', 'Power for stations off the grid.', 'Australia/Sydney', interval '2 months'),
    ('207', 'mentee7', 'Camila Duarte', 'mentee', 'COO', 'Ipê Learning', 'Evening classes by phone.', 'America/Sao_Paulo', interval '13 months'),
    ('208', 'mentee8', 'Noah Stein', 'mentee', 'Founder', 'Tin Whistle', 'Sheet music that listens.', 'America/Chicago', interval '2 months'),
    ('209', 'mentee9', 'Ines Moreau', 'mentee', 'CEO', 'Atelier Neuf', 'Repairs by subscription.', 'Europe/Paris', interval '6 months'),
    ('210', 'mentee10', 'Omar Haddad', 'mentee', 'Founder', 'Qamar', 'Just joined.', 'Asia/Dubai', interval '3 days')
) AS person (number, local_part, name, role, title, company, bio, time_zone, joined)
WHERE o.slug = 'demo'
ON CONFLICT DO NOTHING;

INSERT INTO convene.location_presets (org_id, id, slug, name)
SELECT o.id, preset.id::uuid, preset.slug, preset.name
FROM convene.organizations o
CROSS JOIN (VALUES
    ('01900000-0000-7000-8000-000000000301', 'hub-room-2', 'Demo Hub, second floor, room 2'),
    ('01900000-0000-7000-8000-000000000302', 'hub-garden', 'Demo Hub, the garden table')
) AS preset (id, slug, name)
WHERE o.slug = 'demo'
ON CONFLICT DO NOTHING;
