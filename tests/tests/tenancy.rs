//! One organization's ids are worth nothing in another: every function that the service may call is tried.

use std::collections::HashMap;

use serde_json::{Map, Value, json};
use support::availability::in_days;
use support::public::in_hours;
use support::world::GOAL;
use support::{Organization, Refused, User, World, days, hours};
use uuid::Uuid;

/// One of everything in an organization, by what it is.
struct Tenant(HashMap<&'static str, Uuid>);

async fn tenant(world: &World, org: &Organization) -> Tenant {
    let user = async |role| world.with_tier(world.user_in(org, role).await, "silver").await;
    let pair = async || (user("mentee").await, user("mentor").await);
    let mut ids = HashMap::new();

    let (mentee, mentor) = pair().await;
    let coordinator = user("coordinator").await;
    ids.extend([("mentee", mentee.id), ("mentor", mentor.id), ("coordinator", coordinator.id)]);
    ids.insert("admin", user("admin").await.id);
    let urls = json!({ "p_user_id": mentee.id, "p_urls": plain_value("set_user_urls", "p_urls") });
    world.sql.call("set_user_urls", urls).await.unwrap();
    ids.insert("slot", world.slot(&mentor, days(2)).await.id);
    ids.insert("confirmed", world.booking(&mentee, &mentor, days(3)).await.id());
    ids.insert("other slot", world.slot(&mentor, days(4)).await.id);
    ids.insert("pending", world.request(&mentee, &mentor, days(5)).await.id());

    let tag = world.tag_in(org, "industry", "Food").await;
    world.tag_from_airtable(&mentee, &tag).await;
    ids.insert("tag", tag.id);

    let planner = user("mentor").await;
    ids.extend([("planner", planner.id), ("block", world.block(&planner, json!({})).await.id())]);
    world.take_off(&planner, &planner, in_days(20)).await.unwrap();
    let schedules = "INSERT INTO convene.schedules (org_id, id, user_id, name, time_zone, is_default)
        SELECT $1, convene.new_id($1), $2, name, 'UTC', name = 'Usual' FROM unnest('{Usual,Spare}'::text[]) name RETURNING id";
    let schedules = world.admin.rows(schedules, &[&org.id, &planner.id]).await;
    ids.insert("spare schedule", schedules[1].get(0));
    let event_type = "INSERT INTO convene.event_types (org_id, id, host_id, slug, title)
        VALUES ($1, convene.new_id($1), $2, 'intro', 'Introduction') RETURNING id";
    ids.insert("event type", world.admin.value(event_type, &[&org.id, &planner.id]).await);
    let link = "INSERT INTO convene.event_type_links (org_id, id, event_type_id, token_hash)
        VALUES ($1, convene.new_id($1), $2, sha256(uuid_send($2))) RETURNING id";
    ids.insert("link", world.admin.value(link, &[&org.id, &ids["event type"]]).await);

    // A host who can always be booked, and a guest of theirs.
    let host = user("mentor").await;
    world.open_always(&host).await;
    let open = "INSERT INTO convene.event_types (org_id, id, host_id, slug, title)
        VALUES ($1, convene.new_id($1), $2, 'open', 'Open') RETURNING id";
    ids.insert("open event type", world.admin.value(open, &[&org.id, &host.id]).await);
    let sealed = format!("\\x{}", "5d".repeat(32));
    let guest = json!({
        "p_event_type_id": ids["open event type"], "p_start": in_hours(70), "p_key_id": "7", "p_contact": sealed,
        "p_email_index": sealed,
    });
    let booked = world.admin.call_one("book_event_type_as_guest", guest).await.unwrap();
    ids.insert("guest booking", booked["id"].as_str().unwrap().parse().unwrap());
    ids.insert("guest", booked["attendees"][0]["guest_id"].as_str().unwrap().parse().unwrap());

    let (absent, host) = pair().await;
    let started = world.booking(&absent, &host, hours(2)).await;
    world.let_start(&started, hours(-1)).await;
    ids.extend([("started", started.id()), ("absent", absent.id)]);

    let (accused, accuser) = pair().await;
    let missed = world.booking(&accused, &accuser, hours(2)).await;
    world.let_start(&missed, hours(-1)).await;
    world.no_show(&missed, &accuser, &accused).await.unwrap();
    ids.extend([("missed", missed.id()), ("accused", accused.id)]);

    let (rater, rated) = pair().await;
    ids.extend([("completed", world.completed_booking(&rater, &rated).await.id()), ("rater", rater.id)]);

    let (critic, star) = pair().await;
    world.rate(&world.completed_booking(&critic, &star).await, &critic, 5).await.unwrap();
    ids.insert("star", star.id);

    let bronze = async || world.with_tier(user("mentee").await, "bronze").await;
    let platinum = world.with_tier(user("mentor").await, "platinum").await;
    ids.extend([("bronze mentee", bronze().await.id), ("platinum mentor", platinum.id)]);
    ids.insert("request", request(world, &bronze().await, &platinum).await);

    let session = "INSERT INTO convene.sessions (org_id, id, user_id, token_hash, expires_at)
        VALUES ($1, convene.new_id($1), $2, sha256(uuid_send($2)), now() + interval '1 day') RETURNING id";
    ids.insert("session", world.admin.value(session, &[&org.id, &coordinator.id]).await);
    let of_mentee = "INSERT INTO convene.sessions (org_id, id, user_id, token_hash, expires_at)
        VALUES ($1, convene.new_id($1), $2, sha256(uuid_send($2)), now() + interval '1 day')";
    world.admin.execute(of_mentee, &[&org.id, &mentee.id]).await;
    let key = "INSERT INTO convene.api_keys (org_id, id, user_id, name, prefix, token_hash, scopes)
        VALUES ($1, convene.new_id($1), $2, 'a wall', 'cvk_AAAAAAAA', sha256(uuid_send($2)), '{users:read}') RETURNING id";
    ids.insert("api key", world.admin.value(key, &[&org.id, &coordinator.id]).await);

    // An issuer is one organization's.
    let issuer =
        "INSERT INTO convene.issuers (org_id, issuer) VALUES ($1, 'https://issuer.test') ON CONFLICT DO NOTHING";
    world.admin.execute(issuer, &[&org.id]).await;
    let identity = "INSERT INTO convene.user_identities (org_id, id, user_id, issuer, subject)
        VALUES ($1, convene.new_id($1), $2, 'https://issuer.test', uuid_send($2)::text) RETURNING id";
    ids.insert("identity", world.admin.value(identity, &[&org.id, &mentee.id]).await);

    let (owner, team_host, team_host_too, newcomer) =
        (user("coordinator").await, user("mentor").await, user("mentor").await, user("mentor").await);
    let team = world.sharing_team(&owner, "round_robin", &[&team_host, &team_host_too], json!({})).await;
    let attendee = user("mentee").await;
    let shared =
        world.book_time(team.event_type, &attendee, support::event_types::at_a_quarter(days(6))).await.unwrap();
    let host = World::host_of(&shared);
    let other = if host == team_host.id { team_host_too.id } else { team_host.id };
    ids.extend([
        ("team", team.id),
        ("team event type", team.event_type),
        ("team host", host),
        ("other team host", other),
    ]);
    ids.extend([("team attendee", attendee.id), ("newcomer", newcomer.id)]);
    ids.insert("team booking", shared["id"].as_str().unwrap().parse().unwrap());
    ids.insert("team owner", owner.id);
    ids.insert("idle team", world.team(&owner, "idle").await);

    let preset = "INSERT INTO convene.location_presets (org_id, id, slug, name) VALUES ($1, convene.new_id($1), 'office', 'The office') RETURNING id";
    ids.insert("preset", world.admin.value(preset, &[&org.id]).await);
    let connection = "WITH connection AS (
            INSERT INTO convene.calendar_connections (org_id, id, user_id, provider, account, synced_at)
            VALUES ($1, convene.new_id($1), $2, 'google', 'somebody@new.test', now()) RETURNING org_id, id
        )
        INSERT INTO convene.calendars (org_id, connection_id, calendar_id, name, can_write, is_read, is_written)
        SELECT org_id, id, 'primary', 'Work', true, true, true FROM connection
        RETURNING connection_id";
    ids.insert("connection", world.admin.value(connection, &[&org.id, &mentor.id]).await);
    let writeback = "INSERT INTO convene.booking_external_events
            (org_id, id, booking_id, user_id, connection_id, operation, wanted)
        SELECT b.org_id, convene.new_id(b.org_id), b.id, b.mentor_id, $3, 'create', tstzrange(b.start_time, b.end_time)
        FROM convene.office_hours_bookings b WHERE b.org_id = $1 AND b.id = $2 RETURNING id";
    ids.insert("writeback", world.admin.value(writeback, &[&org.id, &ids["confirmed"], &ids["connection"]]).await);
    let state = "INSERT INTO convene.calendar_connect_states
            (org_id, id, user_id, provider, state_hash, key_id, verifier, expires_at)
        VALUES ($1, convene.new_id($1), $2, 'google', decode(repeat('5f', 32), 'hex'), '7', '\\xff', now() + interval '1 hour')";
    world.admin.execute(state, &[&org.id, &coordinator.id]).await;
    let source = "INSERT INTO convene.airtable_sources
            (org_id, id, base_id, table_name, key_id, secrets, webhook_id, webhook_key_id, webhook_secret)
        VALUES ($1, gen_random_uuid(), 'appA', 'People', '7', '', 'achA', '7', '') RETURNING id";
    ids.insert("source", world.admin.value(source, &[&org.id]).await);
    let phone = "INSERT INTO convene.user_phones (org_id, id, user_id, record_id, key_id, phone)
        VALUES ($1, convene.new_id($1), $2, 'recA', '7', '\\xff')";
    world.admin.execute(phone, &[&org.id, &mentee.id]).await;
    let change = "INSERT INTO convene.audit_log (org_id, id, actor_id, action, target_kind) VALUES ($1, convene.new_id($1), $2, 'change_policy', 'organization')";
    world.admin.execute(change, &[&org.id, &ids["admin"]]).await;
    let (team, event_type) = shared_event_type(world, org, &user("mentor").await, &mentee).await;
    ids.extend([("reported team", team), ("reported event type", event_type)]);
    Tenant(ids)
}

/// A team and its event type: its page was seen, a meeting took place, and a time is held.
async fn shared_event_type(world: &World, org: &Organization, host: &User, attendee: &User) -> (Uuid, Uuid) {
    let sql = "INSERT INTO convene.teams (org_id, id, slug, name) VALUES ($1, convene.new_id($1), 'team', 'A team') RETURNING id";
    let team: Uuid = world.admin.value(sql, &[&org.id]).await;
    let sql = "INSERT INTO convene.event_types (org_id, id, team_id, slug, title)
        VALUES ($1, convene.new_id($1), $2, 'talk', 'A talk') RETURNING id";
    let event_type: Uuid = world.admin.value(sql, &[&org.id, &team]).await;
    let sql = "WITH mode AS (INSERT INTO convene.team_event_types VALUES ($1, $3, $2, 'round_robin')),
        member AS (INSERT INTO convene.team_members (org_id, team_id, user_id) VALUES ($1, $2, $4)),
        part AS (INSERT INTO convene.team_event_type_members (org_id, event_type_id, user_id, team_id) VALUES ($1, $3, $4, $2)),
        seen AS (INSERT INTO convene.analytics_funnel_days (org_id, day, event_type_id, page_views) VALUES ($1, current_date, $3, 1)),
        met AS (
            INSERT INTO convene.bookings (org_id, id, status, event_type_id, team_id, start_time, end_time, meeting_type, confirmed_at)
            VALUES ($1, convene.new_id($1), 'completed', $3, $2, now() - interval '2 days', now() - interval '47 hours', 'online', now())
            RETURNING *
        ),
        people AS (
            INSERT INTO convene.booking_participants (org_id, booking_id, position, role, user_id, seat, start_time, blocked)
            SELECT org_id, id, nth, role, person, seat, start_time, tstzrange(start_time, end_time)
            FROM met, (VALUES (1, 'host', $4::uuid, NULL), (2, 'attendee', $5::uuid, 1)) AS people (nth, role, person, seat)
        ),
        held AS (
            INSERT INTO convene.bookings (org_id, id, status, event_type_id, team_id, start_time, end_time, meeting_type, held_until, lapses_at)
            SELECT org_id, convene.new_id(org_id), 'held', $3, $2, now() + interval '1 day', now() + interval '25 hours', 'online', soon, soon
            FROM met, (VALUES (now() + interval '5 minutes')) AS hold (soon)
            RETURNING *
        )
        INSERT INTO convene.booking_events (org_id, booking_id, event, acted_as, to_status, start_time, end_time, meeting_type, hosts, attendees, dispatched_at)
        SELECT org_id, id, 'held', 'system', 'held', start_time, end_time, 'online', ARRAY[$4], '{}', now() FROM held";
    world.admin.execute(sql, &[&org.id, &team, &event_type, &host.id, &attendee.id]).await;
    (team, event_type)
}

async fn request(world: &World, mentee: &User, mentor: &User) -> Uuid {
    let arguments =
        json!({ "p_mentee_id": mentee.id, "p_mentor_id": mentor.id, "p_reason": "They wrote the book on it" });
    let request = world.sql.call_one("request_tier_override", arguments).await.unwrap();
    request["id"].as_str().unwrap().parse().unwrap()
}

/// Who acts in a call.
fn is_actor(function: &str, argument: &str) -> bool {
    match argument {
        "p_actor_id" | "p_reviewer_id" | "p_rater_id" => true,
        "p_user_id" => ["update_profile", "set_user_urls"].contains(&function),
        "p_mentee_id" => ["create_booking_atomic", "match_mentors", "request_tier_override"].contains(&function),
        _ => false,
    }
}

/// What the caller makes up.
fn is_new(function: &str, argument: &str) -> bool {
    (function, argument) == ("connect_airtable", "p_source_id")
}

/// Reports on a team's event type.
const REPORTS: [&str; 5] =
    ["funnel", "booking_status_distribution", "rotation_volumes", "host_utilisation", "hold_conversion"];

impl Tenant {
    /// What makes a call succeed inside the organization.
    fn id(&self, function: &str, argument: &str) -> Uuid {
        let what = match (function, argument) {
            ("confirm_booking" | "decline_booking", "p_booking_id") => "pending",
            ("complete_booking" | "mark_no_show", "p_booking_id") => "started",
            ("dispute_no_show" | "correct_no_show", "p_booking_id") => "missed",
            ("dispute_no_show", "p_actor_id") | ("correct_no_show", "p_user_id") => "accused",
            ("rate_booking", "p_booking_id") => "completed",
            ("reassign_host", "p_booking_id") => "team booking",
            (_, "p_to_user_id") => "other team host",
            ("list_bookings", "p_mentor_id") => "team host",
            ("list_bookings", "p_mentee_id") => "team attendee",
            ("add_team_member", "p_user_id") => "newcomer",
            ("change_team_member" | "remove_team_member" | "reassign_team_meetings", "p_user_id") => "team host",
            // Their own, unless staff ask for all.
            ("list_teams", "p_actor_id") => "team owner",
            ("delete_team", "p_team_id") => "idle team",
            (name, "p_team_id") if REPORTS.contains(&name) => "reported team",
            (name, "p_event_type_id") if REPORTS.contains(&name) => "reported event type",
            (_, "p_team_id") => "team",
            ("set_team_event_type" | "get_team_event_type" | "list_bookings", "p_event_type_id") => "team event type",
            (
                "booking_guests" | "change_guest" | "list_guests" | "erase_guests" | "reschedule_event_type_booking",
                "p_booking_id",
            ) => "guest booking",
            ("book_event_type_as_guest" | "event_type_to_book" | "count_bookings", "p_event_type_id") => {
                "open event type"
            }
            (_, "p_guest_id") => "guest",
            (_, "p_booking_id") => "confirmed",
            ("reschedule_booking" | "reassign_booking", "p_time_slot_id") => "other slot",
            (_, "p_time_slot_id") => "slot",
            ("request_tier_override", "p_mentee_id") => "bronze mentee",
            ("request_tier_override", "p_mentor_id") => "platinum mentor",
            ("list_ratings", "p_user_id") => "star",
            (_, "p_mentee_id" | "p_user_id") => "mentee",
            ("add_blackout_date" | "remove_blackout_date" | "list_blackout_dates", "p_mentor_id") => "planner",
            (_, "p_mentor_id") => "mentor",
            (_, "p_host_id") => "planner",
            (_, "p_schedule_id") => "spare schedule",
            (_, "p_event_type_id") => "event type",
            (_, "p_link_id") => "link",
            (
                "erase_user"
                | "export_user"
                | "add_user"
                | "change_user"
                | "change_policy"
                | "change_tier_policy"
                | "create_location_preset"
                | "change_location_preset"
                | "delete_location_preset"
                | "list_audit_log"
                | "list_organization_api_keys"
                | "link_identity"
                | "unlink_identity"
                | "list_identities"
                | "list_sign_ins"
                | "connect_airtable"
                | "airtable_status"
                | "resync_airtable"
                | "disconnect_airtable",
                "p_actor_id",
            ) => "admin",
            (
                "list_calendar_connections" | "select_calendars" | "disconnect_calendar" | "request_calendar_sync",
                "p_actor_id",
            ) => "mentor",
            (_, "p_location_preset_id") => "preset",
            (_, "p_by") => "admin",
            (_, "p_actor_id" | "p_reviewer_id") => "coordinator",
            (_, "p_rater_id") => "rater",
            (_, "p_absent_user_id") => "absent",
            (_, "p_request_id") => "request",
            (_, "p_block_id") => "block",
            (_, "p_session_id") => "session",
            (_, "p_api_key_id") => "api key",
            (_, "p_identity_id") => "identity",
            (_, "p_source_id") => "source",
            (_, "p_connection_id") => "connection",
            (_, "p_writeback_id") => "writeback",
            _ => panic!("{function} has the new argument {argument}: say here what it is"),
        };
        self.0[what]
    }

    fn shows_in(&self, answer: &[Value]) -> bool {
        let text = Value::from(answer.to_vec()).to_string();
        self.0.values().any(|id| text.contains(&id.to_string()))
    }
}

/// What an argument is when it is no id.
fn plain_value(function: &str, argument: &str) -> Value {
    match argument {
        "p_meeting_goal" => json!(GOAL),
        "p_rating" => json!(4),
        "p_reason" => json!("They wrote the book on it"),
        "p_approve" | "p_was_absent" => json!(true),
        "p_block" => support::availability::fields(json!({ "start_date": in_days(8) })),
        "p_changes" if function == "update_profile" => json!({ "title": "Founder" }),
        "p_changes" if function == "change_policy" => json!({ "minimum_notice_minutes": 1 }),
        "p_changes" if function == "change_tier_policy" => json!({ "weekly_limit": 100 }),
        "p_changes" if function == "change_location_preset" => json!({ "name": "The roof" }),
        "p_changes" if function == "change_team" => json!({ "name": "Others" }),
        "p_role" if function == "change_team_member" => json!("owner"),
        "p_mode" => json!("round_robin"),
        // In place of it come members of the tenant.
        "p_members" => json!("[]"),
        "p_changes" if function == "change_user" => json!({ "role": "mentee" }),
        "p_changes" if function == "change_schedule" => json!({ "name": "Evenings" }),
        "p_changes" if function == "change_event_type" => json!({ "title": "Hello" }),
        "p_changes" => json!({ "slot_minutes": 60 }),
        "p_schedule" => json!({ "name": "Mornings" }),
        "p_event_type" => json!({ "slug": "deep-dive", "title": "Deep dive" }),
        "p_rules" => json!(r#"[{ "weekday": 1, "start_time": "09:00", "end_time": "10:00" }]"#),
        "p_overrides" => json!(r#"[{ "day": "2030-12-24", "is_off": true }]"#),
        "p_travel_dates" => json!(r#"[{ "first_day": "2030-01-01", "last_day": "2030-01-02", "time_zone": "UTC" }]"#),
        "p_tier" => json!("gold"),
        "p_role" => json!("mentee"),
        "p_email" => json!("somebody@new.test"),
        "p_issuer" => json!("https://issuer.test"),
        "p_subject" => json!("somebody"),
        "p_side" => json!("received"),
        "p_slug" => json!("roof"),
        "p_urls" => json!(r#"[{ "label": "Site", "url": "https://example.org" }]"#),
        "p_day" => json!(in_days(20)),
        "p_job" => json!("purge_logs"),
        "p_provider" => json!("google"),
        "p_account" => json!("somebody@new.test"),
        "p_key_id" => json!("7"),
        "p_base_id" => json!("appB"),
        "p_table" => json!("People"),
        "p_verifier" | "p_tokens" | "p_secrets" => json!("\\xff"),
        "p_state_hash" => json!(format!("\\x{}", "5f".repeat(32))),
        "p_token_expires_at" => json!("2999-01-01T00:00:00Z"),
        "p_calendars" => json!("[]"),
        "p_read" => json!(["primary"]),
        "p_written" => json!("primary"),
        "p_name" => json!("a wall"),
        "p_kind" => json!("industry"),
        "p_tag_ids" => json!("{}"),
        "p_scopes" => json!(["users:read"]),
        "p_prefix" => json!("cvk_BBBBBBBB"),
        "p_token_hash" => json!(format!("\\x{}", "5e".repeat(32))),
        "p_start" => json!(in_hours(75)),
        "p_contact" | "p_email_index" | "p_before" => json!(format!("\\x{}", "5d".repeat(32))),
        _ => panic!("there is the new argument {argument}: say here what it is"),
    }
}

/// What everybody may call: the page or the token decides which organization it is (http/public_security.rs).
const FOR_EVERYBODY: &[&str] = &["finalize_event_hold", "hold_event_type"];

/// A function that takes ids: its name, and the names of its ids and of its other required arguments.
struct Function {
    name: String,
    ids: Vec<String>,
    others: Vec<String>,
}

async fn functions_with_ids(world: &World) -> Vec<Function> {
    let sql = "SELECT p.proname::text,
            array_agg(a.name ORDER BY a.nth) FILTER (WHERE a.type = 'uuid'::regtype AND a.name NOT LIKE 'p\\_after\\_%'),
            coalesce(array_agg(a.name) FILTER (WHERE a.type <> 'uuid'::regtype AND a.nth <= p.pronargs - p.pronargdefaults), '{}')
        FROM pg_proc p
        CROSS JOIN LATERAL unnest(p.proargtypes::oid[], p.proargnames[1:p.pronargs]) WITH ORDINALITY AS a (type, name, nth)
        WHERE p.pronamespace = 'convene'::regnamespace AND p.proowner = 'convene_owner'::regrole
          AND has_function_privilege('convene_service', p.oid, 'EXECUTE') AND p.proname <> ALL ($1)
        GROUP BY p.oid, p.proname
        HAVING count(*) FILTER (WHERE a.type = 'uuid'::regtype AND a.name NOT LIKE 'p\\_after\\_%') > 0
        ORDER BY 1";
    let others = [support::workers::FUNCTIONS, FOR_EVERYBODY].concat();
    let rows = world.admin.rows(sql, &[&others]).await;
    rows.iter().map(|row| Function { name: row.get(0), ids: row.get(1), others: row.get(2) }).collect()
}

impl Function {
    fn arguments(&self, tenant: &Tenant) -> Map<String, Value> {
        let ids = self.ids().map(|name| (name.clone(), json!(tenant.id(&self.name, name))));
        let others = self.others.iter().map(|name| (name.clone(), plain_value(&self.name, name)));
        let left_out = self.ids.iter().filter(|name| !self.ids().any(|id| id == *name));
        let left_out = left_out.map(|name| (name.clone(), Value::Null));
        let everybodys = (self.name == "list_bookings").then(|| ("p_mine".to_owned(), json!(false)));
        let hosts = json!(json!([{ "user_id": tenant.0["team host"] }]).to_string());
        let members = self.others.iter().filter(|name| *name == "p_members").map(|name| (name.clone(), hosts.clone()));
        ids.chain(others).chain(left_out).chain(everybodys).chain(members).collect()
    }

    /// Those that are given: an event type is a host's or a team's, and where one of two says whom it is about, the other is
    /// not given.
    fn ids(&self) -> impl Iterator<Item = &String> {
        let is_hosts = self.ids.iter().any(|name| name == "p_host_id");
        let left_out: &[&str] = match self.name.as_str() {
            "mark_no_show" => &["p_absent_guest_id"],
            "correct_no_show" => &["p_guest_id"],
            _ if is_hosts => &["p_team_id"],
            _ => &[],
        };
        self.ids.iter().filter(|name| !left_out.contains(&name.as_str()))
    }

    /// Calls it, and takes back what it did.
    async fn try_out(&self, world: &World, arguments: Map<String, Value>) -> Result<Vec<Value>, Refused> {
        world.sql.run("BEGIN").await;
        let outcome = world.sql.call(&self.name, arguments.into()).await;
        world.sql.run("ROLLBACK").await;
        outcome
    }
}

/// The code of a refusal, or the first that `explain_slot` returns.
fn code(outcome: Result<Vec<Value>, Refused>) -> Option<String> {
    match outcome {
        Ok(answer) => answer.first()?["code"].as_str().map(str::to_owned),
        Err(no) => Some(no.code),
    }
}

#[tokio::test]
async fn ids_of_another_organization_are_worth_as_much_as_random_ones() {
    let world = World::new().await;
    let elsewhere = world.other_organization("elsewhere").await;
    let (ours, theirs) = (tenant(&world, &world.org).await, tenant(&world, &elsewhere).await);
    world.admin.run("CALL convene.run_job('purge_logs')").await;
    let functions = functions_with_ids(&world).await;
    assert!(functions.len() > 25, "only {}", functions.len());
    let before = world.snapshot().await;
    let mut tried = 0;
    for function in functions {
        let name = &function.name;
        let fine = function.arguments(&ours);
        let answer = function.try_out(&world, fine.clone()).await.unwrap_or_else(|no| panic!("{name}: {no:?}"));
        // A slot that nothing speaks against has no reasons.
        assert!(!answer.is_empty() || name == "explain_slot", "{name} finds nothing in its own organization");
        assert!(!theirs.shows_in(&answer), "{name} shows another organization's: {answer:?}");

        for argument in function.ids().filter(|argument| !is_new(name, argument)) {
            let with = |id: Uuid| {
                let mut arguments = fine.clone();
                arguments[argument] = json!(id);
                arguments
            };
            let of_theirs = with(theirs.id(name, argument));
            if is_actor(name, argument) {
                // Who acts decides where: with nothing else to go by, it is their own organization.
                match function.try_out(&world, of_theirs).await {
                    Ok(answer) => assert!(!ours.shows_in(&answer), "{name} shows ours to {argument}: {answer:?}"),
                    Err(no) => assert!(no.code.ends_with("_NOT_FOUND"), "{name} of {argument}: {no:?}"),
                }
            } else {
                let foreign = world.sql.call(name, of_theirs.into()).await;
                let unknown = code(world.sql.call(name, with(Uuid::new_v4()).into()).await);
                assert_eq!(code(foreign), unknown, "{name} of {argument}: its code tells the two apart");
                assert_ne!(unknown, None, "{name} takes any {argument}");
            }
            tried += 1;
        }
    }
    assert!(tried > 50, "only {tried}");
    let after = world.snapshot().await;
    let changed: Vec<_> =
        before.iter().zip(&after).filter(|(one, other)| one != other).map(|(one, _)| &one.0).collect();
    // Signing in is noted, once a day.
    assert!(changed.is_empty() || changed == ["convene.users"], "{changed:?}");
}

#[tokio::test]
async fn a_row_of_one_organization_cannot_point_into_another() {
    let world = World::new().await;
    let elsewhere = world.other_organization("elsewhere").await;
    let (ours, theirs) = (tenant(&world, &world.org).await, tenant(&world, &elsewhere).await);
    for (statement, row, other) in [
        ("UPDATE convene.time_slots SET mentor_id = $2 WHERE id = $1", "slot", "mentor"),
        ("UPDATE convene.time_slots SET block_id = $2 WHERE id = $1", "slot", "block"),
        ("UPDATE convene.time_slots SET booking_id = $2 WHERE id = $1", "slot", "confirmed"),
        ("UPDATE convene.availability_blocks SET mentor_id = $2 WHERE id = $1", "block", "mentor"),
        ("UPDATE convene.bookings SET time_slot_id = $2 WHERE id = $1", "confirmed", "slot"),
        (
            "UPDATE convene.booking_participants SET user_id = $2 WHERE booking_id = $1 AND role = 'attendee'",
            "confirmed",
            "mentee",
        ),
        ("UPDATE convene.booking_events SET booking_id = $2 WHERE booking_id = $1", "confirmed", "pending"),
        ("UPDATE convene.tier_override_requests SET mentor_id = $2 WHERE id = $1", "request", "mentor"),
        ("UPDATE convene.user_tags SET tag_id = $2 WHERE user_id = $1", "mentee", "tag"),
        ("UPDATE convene.blackout_dates SET mentor_id = $2 WHERE mentor_id = $1", "planner", "mentor"),
    ] {
        let typed = world.admin.client().execute(statement, &[&ours.0[row], &theirs.0[other]]).await;
        let Err(error) = typed else { panic!("{statement}: {typed:?}") };
        assert_eq!(error.as_db_error().unwrap().code().code(), "23503", "{statement}");
    }
}
