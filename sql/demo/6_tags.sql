-- Demo data, part 6: tags, and who has them; who has which is left alone once anybody has any.

INSERT INTO convene.tags (org_id, id, kind, name)
SELECT o.id, ('01900000-0000-7000-8000-000000000' || tag.number)::uuid, tag.kind, tag.name
FROM convene.organizations o
CROSS JOIN (VALUES
    ('401', 'industry', 'Climate'),
    ('402', 'industry', 'Education'),
    ('403', 'industry', 'Fintech'),
    ('404', 'industry', 'Food'),
    ('405', 'industry', 'Mobility'),
    ('406', 'technology', 'AI'),
    ('407', 'technology', 'Hardware'),
    ('408', 'technology', 'Mobile'),
    ('409', 'technology', 'Web'),
    ('410', 'stage', 'Idea'),
    ('411', 'stage', 'Seed'),
    ('412', 'stage', 'Growth')
) AS tag (number, kind, name)
WHERE o.slug = 'demo'
ON CONFLICT DO NOTHING;

INSERT INTO convene.user_tags (org_id, user_id, tag_id)
SELECT u.org_id, u.id, t.id
FROM (VALUES
    ('mentor1', '{Mobility, Mobile, Web, Idea}'::text[]),
    ('mentor2', '{Fintech, Food, Seed, Growth}'),
    ('mentor3', '{Climate, Mobility, AI, Hardware, Growth}'),
    ('mentor4', '{Fintech, Mobile, Seed, Growth}'),
    ('mentor5', '{Education, Climate, Web, Idea, Seed}'),
    ('mentee1', '{Food, Climate, Web, Idea}'),
    ('mentee2', '{Mobility, Mobile, Idea}'),
    ('mentee3', '{Climate, Hardware, Seed}'),
    ('mentee4', '{Food, Hardware, Seed}'),
    ('mentee5', '{Mobility, AI, Hardware, Growth}'),
    ('mentee6', '{Climate, Hardware, Seed}'),
    ('mentee7', '{Education, Mobile, Growth}'),
    ('mentee8', '{Education, AI, Idea}'),
    ('mentee9', '{Climate, Web, Seed}')
) AS person (local_part, tags)
JOIN convene.organizations o ON o.slug = 'demo'
JOIN convene.users u ON u.org_id = o.id AND u.email = (person.local_part || '@demo.test')::convene.citext
JOIN convene.tags t ON t.org_id = o.id AND t.name = ANY (person.tags::convene.citext[])
WHERE NOT EXISTS (SELECT FROM convene.user_tags ut WHERE ut.org_id = o.id);
