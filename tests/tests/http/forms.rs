//! The form of requests: what is no object, what comes twice, and everything that is wrong said at once.

use reqwest::Method;
use serde_json::{Map, Value, json};
use support::{Client, Reply, Service, World, days};

use super::garbage::state;

/// Somebody of each role.
struct Clients([(&'static str, Client); 4]);

impl Clients {
    async fn new(world: &World, service: &Service) -> Self {
        let mut clients = Vec::new();
        for role in ["admin", "coordinator", "mentor", "mentee"] {
            clients.push((role, service.signed_in(world, &world.user(role).await).await));
        }
        Self(clients.try_into().ok().unwrap())
    }

    /// Whoever may call the operation.
    fn allowed(&self, operation: &Value) -> &Client {
        let roles = operation["x-roles"].as_array();
        let may = |role: &str| roles.is_none_or(|roles| roles.iter().any(|allowed| allowed == role));
        &self.0.iter().find(|(role, _)| may(role)).unwrap().1
    }
}

/// An operation, as the OpenAPI document has it.
struct Operation {
    method: Method,
    path: String,
    about: Value,
}

impl Operation {
    fn all(document: &Value) -> Vec<Self> {
        let of_path = |(path, item): (&String, &Value)| {
            let operation = |(method, about): (&String, &Value)| Self {
                method: method.to_uppercase().parse().unwrap(),
                path: path.clone(),
                about: about.clone(),
            };
            item.as_object().unwrap().iter().map(operation).collect::<Vec<_>>()
        };
        document["paths"].as_object().unwrap().iter().flat_map(of_path).collect()
    }

    fn request(&self, clients: &Clients) -> reqwest::RequestBuilder {
        self.request_with(clients, "")
    }

    fn request_with(&self, clients: &Clients, query: &str) -> reqwest::RequestBuilder {
        let id = uuid::Uuid::new_v4().to_string();
        let path = self
            .path
            .replace("{id}", &id)
            .replace("{identity_id}", &id)
            .replace("{user_id}", &id)
            .replace("{link_id}", &id)
            .replace("{day}", "2030-01-01");
        let path = path.replace("{tier}", "gold").replace("{provider}", "google").replace("{name}", "dispatch_events");
        let request = clients.allowed(&self.about).request(self.method.clone(), &format!("{path}{query}"));
        request.header("Idempotency-Key", id).header("X-Airtable-Signature", "00")
    }

    /// A body that the document allows. `None` where there is none, or none that is looked at.
    fn body(&self, document: &Value) -> Option<Value> {
        let schema = &self.about["requestBody"]["content"]["application/json"]["schema"];
        let is_read = !schema.is_null() && schema != &json!({ "type": "object" });
        is_read.then(|| sample(schema, document))
    }
}

/// A value that a schema allows.
fn sample(schema: &Value, document: &Value) -> Value {
    if let Some(name) = schema["$ref"].as_str() {
        let name = name.rsplit('/').next().unwrap();
        return sample(&document["components"]["schemas"][name], document);
    }
    if let Some(choices) = schema["oneOf"].as_array() {
        return sample(choices.iter().find(|choice| choice["type"] != "null").unwrap(), document);
    }
    for given in [&schema["example"], &schema["examples"][0], &schema["enum"][0]] {
        if !given.is_null() {
            return given.clone();
        }
    }
    let kind = schema["type"].as_str().or_else(|| schema["type"][0].as_str()).unwrap_or_default();
    match (kind, schema["format"].as_str()) {
        ("object", _) => {
            let properties = schema["properties"].as_object().cloned().unwrap_or_default();
            properties
                .iter()
                .map(|(name, schema)| (name.clone(), sample(schema, document)))
                .collect::<Map<_, _>>()
                .into()
        }
        ("array", _) => json!([sample(&schema["items"], document)]),
        ("integer" | "number", _) => schema["minimum"].as_i64().unwrap_or(1).into(),
        ("boolean", _) => true.into(),
        (_, Some("uuid")) => json!(uuid::Uuid::nil()),
        (_, Some("date-time")) => json!("2030-01-01T09:00:00Z"),
        _ => json!("something"),
    }
}

/// The value with one of its objects written as an array, and where that is; once for each.
fn with_an_array(value: &Value, place: &str) -> Vec<(String, Value)> {
    let mut variants = Vec::new();
    match value {
        Value::Object(object) => {
            let name = if place.is_empty() { "body".to_owned() } else { place.to_owned() };
            variants.push((name, object.values().cloned().collect()));
            for (key, inner) in object {
                let inside = if place.is_empty() { key.clone() } else { format!("{place}.{key}") };
                for (place, changed) in with_an_array(inner, &inside) {
                    let mut object = object.clone();
                    object[key] = changed;
                    variants.push((place, object.into()));
                }
            }
        }
        Value::Array(list) => {
            for (index, inner) in list.iter().enumerate() {
                for (place, changed) in with_an_array(inner, &format!("{place}[{index}]")) {
                    let mut list = list.clone();
                    list[index] = changed;
                    variants.push((place, list.into()));
                }
            }
        }
        _ => (),
    }
    variants
}

fn fields(reply: &Reply) -> &Value {
    &reply.body["error"]["details"]["fields"]
}

#[tokio::test]
async fn an_array_passes_as_an_object_on_no_route_and_at_no_depth() {
    let world = World::new().await;
    let service = Service::start(&world.database).await;
    let clients = Clients::new(&world, &service).await;
    let document = service.anonymous().get("/openapi.json").await.body;
    let before = state(&world).await;
    let (mut routes, mut inner) = (0, 0);
    for operation in Operation::all(&document) {
        let Some(body) = operation.body(&document) else { continue };
        routes += 1;
        let is_required = operation.about["requestBody"]["required"] == true;
        let null = is_required.then(|| ("body".to_owned(), Value::Null));
        for (place, body) in with_an_array(&body, "").into_iter().chain(null) {
            let reply = Reply::of(operation.request(&clients).json(&body)).await;
            let what = format!("{} {} {body}: {}", operation.method, operation.path, reply.body);
            assert_eq!(reply.outcome(), (400, "VALIDATION_ERROR"), "{what}");
            // The fields of a policy are values, of which the database says what they must be.
            if !(operation.path == "/v1/admin/policy" && place != "body") {
                assert_eq!(fields(&reply)[&place], json!(["must be an object"]), "{what}");
            }
            inner += usize::from(place != "body");
        }
    }
    assert!(routes > 25 && inner > 2, "{routes} routes, {inner} objects inside");
    assert_eq!(state(&world).await, before);
}

#[tokio::test]
async fn what_comes_twice_is_refused_by_name_on_every_route() {
    let world = World::new().await;
    let service = Service::start(&world.database).await;
    let clients = Clients::new(&world, &service).await;
    let document = service.anonymous().get("/openapi.json").await.body;
    let before = state(&world).await;
    let (mut keys, mut parameters) = (0, 0);
    for operation in Operation::all(&document) {
        let what = format!("{} {}", operation.method, operation.path);
        if let Some(Value::Object(body)) = operation.body(&document) {
            let (key, value) = body.iter().next().unwrap();
            let text = json!(body).to_string().replacen('{', &format!("{{\"{key}\":{value},"), 1);
            let request = operation.request(&clients).header("Content-Type", "application/json");
            let reply = Reply::of(request.body(text)).await;
            assert_eq!(reply.outcome(), (400, "VALIDATION_ERROR"), "{what}: {}", reply.body);
            assert_eq!(fields(&reply)[key], json!(["is given twice"]), "{what}: {}", reply.body);
            keys += 1;
        }
        for parameter in operation.about["parameters"].as_array().into_iter().flatten() {
            let name = parameter["name"].as_str().unwrap();
            // Tags may be repeated: they are a list.
            if parameter["in"] != "query" || name == "tags" {
                continue;
            }
            let value = sample(&parameter["schema"], &document);
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let mut request = operation.request_with(&clients, &format!("?{name}={value}&{name}={value}"));
            if let Some(body) = operation.body(&document) {
                request = request.json(&body);
            }
            let reply = Reply::of(request).await;
            assert_eq!(reply.outcome(), (400, "VALIDATION_ERROR"), "{what}?{name}: {}", reply.body);
            let problems = fields(&reply)[name].as_array().cloned().unwrap_or_default();
            assert!(problems.contains(&json!("is given twice")), "{what}?{name}: {}", reply.body);
            parameters += 1;
        }
    }
    assert!(keys > 25 && parameters > 30, "{keys} bodies, {parameters} parameters");
    assert_eq!(state(&world).await, before);
}

#[tokio::test]
async fn an_array_of_a_role_promotes_nobody() {
    let world = World::new().await;
    let service = Service::start(&world.database).await;
    let admin = service.signed_in(&world, &world.user("admin").await).await;
    let mentee = world.mentee().await;
    let path = format!("/v1/admin/users/{}", mentee.id);

    let reply = admin.send(Method::PATCH, &path, Some(json!(["coordinator"]))).await;

    assert_eq!(reply.outcome(), (400, "VALIDATION_ERROR"));
    assert_eq!(admin.get(&format!("/v1/users/{}", mentee.id)).await.body["role"], "mentee");
}

#[tokio::test]
async fn everything_that_is_wrong_with_a_form_is_said_at_once() {
    let world = World::new().await;
    let service = Service::start(&world.database).await;
    let mentor = service.signed_in(&world, &world.mentor().await).await;
    let body = json!({ "recurrence": 7, "start_date": "29.03.2030", "end_time": "25:00", "slot_minutes": "30",
        "is_cheap": true, "location_preset_id": "roof" });

    let reply = mentor.post("/v1/availability/blocks", body).await;

    assert_eq!(reply.outcome(), (400, "VALIDATION_ERROR"));
    assert_eq!(
        fields(&reply),
        &json!({
            "end_time": ["must be a time as HH:MM, between 00:00 and 24:00"],
            "is_cheap": ["is not known here"],
            "location_preset_id": ["must be a UUID"],
            "recurrence": ["must be a string"],
            "slot_minutes": ["must be a whole number"],
            "start_date": ["must be a date as YYYY-MM-DD"],
            "start_time": ["must be given"],
        })
    );
    let queried = mentor.get("/v1/bookings?limit=0&from=now&sort=asc").await;
    assert_eq!(
        fields(&queried),
        &json!({
            "from": ["must be an instant such as 2026-03-29T09:00:00Z; write + as %2B"],
            "limit": ["must be from 1 to 200"],
            "sort": ["is not known here"],
        })
    );
}

#[tokio::test]
async fn everything_that_the_rules_find_wrong_is_said_at_once() {
    let world = World::new().await;
    let service = Service::start(&world.database).await;
    let (mentor, mentee) = (world.mentor().await, world.mentee().await);
    let slot = world.slot(&mentor, days(2)).await;
    let [mentor, mentee, admin] = [
        service.signed_in(&world, &mentor).await,
        service.signed_in(&world, &mentee).await,
        service.signed_in(&world, &world.user("admin").await).await,
    ];
    let block = json!({ "recurrence": "sometimes", "start_date": "2030-01-02", "until_date": "2030-01-01",
        "start_time": "09:00", "end_time": "08:00", "slot_minutes": 1, "time_zone": "Mars" });
    let ranges = json!({ "recurrence": "weekly", "start_date": "2030-01-02", "until_date": "2030-01-01",
        "start_time": "09:00", "end_time": "08:00", "slot_minutes": 1, "meeting_type": "in_person_preset" });
    let profile = json!({ "name": " ", "title": "x".repeat(201), "time_zone": "Mars" });
    let urls = json!({ "urls": [{ "label": "", "url": "ftp://x" }, { "label": "Ok", "url": "no" }] });
    let policy = json!({ "slot_horizon_days": 0, "name": "", "meeting_goal_min_chars": 9999, "default_rating": 6 });
    let booking =
        json!({ "time_slot_id": slot.id, "meeting_goal": "short", "materials_urls": ["x", "https://a.test", "y"] });
    let tier = json!({ "minimum_score": 9, "weekly_limit": -1 });
    let preset = json!({ "slug": "The Roof", "name": "" });
    let user = json!({ "email": "nobody", "name": " ", "role": "boss", "time_zone": "Mars" });
    let past = "2020-01-01T00:00:00Z";
    let key = json!({ "name": " ", "scopes": [], "expires_at": past });
    let odd_key = json!({ "name": "x".repeat(101), "scopes": ["everything"], "expires_at": past });
    let identity = json!({ "issuer": "", "subject": "x".repeat(256) });
    let identities = format!("/v1/admin/users/{}/identities", uuid::Uuid::new_v4());
    for (client, method, path, body, wrong) in [
        (&mentor, Method::POST, "/v1/availability/blocks", block, &["recurrence", "time_zone"][..]),
        (
            &mentor,
            Method::POST,
            "/v1/availability/blocks",
            ranges,
            &["end_time", "location_preset_id", "slot_minutes", "until_date"],
        ),
        (&mentor, Method::PATCH, "/v1/users/me", profile, &["name", "time_zone", "title"]),
        (&mentor, Method::PUT, "/v1/users/me/urls", urls, &["urls[0].label", "urls[0].url", "urls[1].url"]),
        (
            &admin,
            Method::PATCH,
            "/v1/admin/policy",
            policy,
            &["default_rating", "meeting_goal_min_chars", "name", "slot_horizon_days"],
        ),
        (&admin, Method::PATCH, "/v1/admin/tiers/gold", tier, &["minimum_score", "weekly_limit"]),
        (&admin, Method::POST, "/v1/admin/location-presets", preset, &["name", "slug"]),
        (&admin, Method::POST, "/v1/admin/users", user, &["email", "name", "role", "time_zone"]),
        (&admin, Method::POST, "/v1/tags", json!({ "kind": "colour", "name": " " }), &["kind", "name"]),
        (&mentor, Method::POST, "/v1/api-keys", key, &["expires_at", "name", "scopes"]),
        (&mentor, Method::POST, "/v1/api-keys", odd_key, &["expires_at", "name", "scopes"]),
        (&admin, Method::POST, &identities, identity, &["issuer", "subject"]),
        (&mentee, Method::POST, "/v1/bookings", booking, &["materials_urls[0]", "materials_urls[2]", "meeting_goal"]),
    ] {
        let request = client.request(method, path).header("Idempotency-Key", "wrong").json(&body);
        let reply = Reply::of(request).await;
        assert_eq!(reply.outcome(), (400, "VALIDATION_ERROR"), "{path}: {}", reply.body);
        let named: Vec<&String> = fields(&reply).as_object().unwrap().keys().collect();
        assert_eq!(named, wrong, "{path}: {}", reply.body);
    }
}

#[tokio::test]
async fn a_field_is_named_as_the_caller_names_it() {
    let world = World::new().await;
    let service = Service::start(&world.database).await;
    let admin = service.signed_in(&world, &world.user("admin").await).await;
    for (path, change) in [
        ("/v1/admin/policy", json!({ "late_cancellation_penalty": 6 })),
        ("/v1/admin/policy", json!({ "tenure_bonus_max": -1 })),
        ("/v1/admin/policy", json!({ "calendar_fresh_minutes": 0 })),
        ("/v1/admin/tiers/gold", json!({ "highest_bookable_tier": "lead" })),
    ] {
        let reply = admin.send(Method::PATCH, path, Some(change.clone())).await;
        let named: Vec<&String> = fields(&reply).as_object().unwrap().keys().collect();
        assert_eq!(named, change.as_object().unwrap().keys().collect::<Vec<_>>(), "{}", reply.body);
    }
}
