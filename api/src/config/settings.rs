//! The list of settings: the one place that names them, and what `convene config` and `--help` print.

/// One environment variable.
#[derive(Debug)]
pub struct Setting {
    pub name: &'static str,
    /// What it is when unset; `None` where there is no default.
    pub default: Option<&'static str>,
    /// Whether its value must never be shown.
    pub secret: bool,
    pub meaning: &'static str,
}

impl Setting {
    /// What it is in the environment, for people; never a secret.
    pub fn shown(&self) -> String {
        let given = std::env::var(self.name).ok().filter(|text| !text.trim().is_empty());
        match (given, self.default) {
            (Some(_), _) if self.secret => "(set, not shown)".to_owned(),
            (Some(text), Some(default)) if text != default => format!("{text} (default: {default})"),
            (Some(text), _) => text,
            (None, Some(default)) => default.to_owned(),
            (None, None) => "(not set)".to_owned(),
        }
    }
}

const fn setting(name: &'static str, default: Option<&'static str>, meaning: &'static str) -> Setting {
    Setting { name, default, secret: false, meaning }
}

const fn secret(name: &'static str, meaning: &'static str) -> Setting {
    Setting { name, default: None, secret: true, meaning }
}

pub const DATABASE_URL: &str = "CONVENE_DATABASE_URL";
pub const ADMIN_DATABASE_URL: &str = "CONVENE_ADMIN_DATABASE_URL";
pub const REPLICA_URL: &str = "CONVENE_REPLICA_URL";
pub const REPLICA_LAG: &str = "CONVENE_REPLICA_LAG";
pub const LISTEN: &str = "CONVENE_LISTEN";
pub const INTERNAL_LISTEN: &str = "CONVENE_INTERNAL_LISTEN";
pub const HTTP: &str = "CONVENE_HTTP";
pub const WORKERS: &str = "CONVENE_WORKERS";
pub const JWT_SECRET: &str = "CONVENE_JWT_SECRET";
pub const JWKS_URL: &str = "CONVENE_JWKS_URL";
pub const JWKS_COOL_DOWN: &str = "CONVENE_JWKS_COOL_DOWN";
pub const JWT_LEEWAY: &str = "CONVENE_JWT_LEEWAY";
pub const JWT_ISSUER: &str = "CONVENE_JWT_ISSUER";
pub const JWT_AUDIENCE: &str = "CONVENE_JWT_AUDIENCE";
pub const KEYS: &str = "CONVENE_KEYS";
pub const SIGN_IN_URL: &str = "CONVENE_SIGN_IN_URL";
pub const SESSION_CACHE: &str = "CONVENE_SESSION_CACHE";
pub const RATE_LIMIT_API: &str = "CONVENE_RATE_LIMIT_API";
pub const RATE_LIMIT_AUTH: &str = "CONVENE_RATE_LIMIT_AUTH";
pub const RATE_LIMIT_PUBLIC: &str = "CONVENE_RATE_LIMIT_PUBLIC";
pub const RATE_LIMIT_BOOKING: &str = "CONVENE_RATE_LIMIT_BOOKING";
pub const RATE_LIMIT_PUSH: &str = "CONVENE_RATE_LIMIT_PUSH";
pub const RATE_LIMIT_ORGANIZATION: &str = "CONVENE_RATE_LIMIT_ORGANIZATION";
pub const UNLIMITED_KEYS: &str = "CONVENE_UNLIMITED_KEYS";
pub const TRUSTED_PROXIES: &str = "CONVENE_TRUSTED_PROXIES";
pub const CAPTCHA: &str = "CONVENE_CAPTCHA";
pub const CAPTCHA_SECRET: &str = "CONVENE_CAPTCHA_SECRET";
pub const CAPTCHA_SITE_KEY: &str = "CONVENE_CAPTCHA_SITE_KEY";
pub const CAPTCHA_URL: &str = "CONVENE_CAPTCHA_URL";
pub const CAPTCHA_HOSTNAME: &str = "CONVENE_CAPTCHA_HOSTNAME";
pub const PUBLIC_URL: &str = "CONVENE_PUBLIC_URL";
pub const AIRTABLE_URL: &str = "CONVENE_AIRTABLE_URL";
pub const CALENDAR_REDIRECT_URL: &str = "CONVENE_CALENDAR_REDIRECT_URL";
pub const GOOGLE_CLIENT_ID: &str = "CONVENE_GOOGLE_CLIENT_ID";
pub const GOOGLE_CLIENT_SECRET: &str = "CONVENE_GOOGLE_CLIENT_SECRET";
pub const GOOGLE_AUTHORIZE_URL: &str = "CONVENE_GOOGLE_AUTHORIZE_URL";
pub const GOOGLE_TOKEN_URL: &str = "CONVENE_GOOGLE_TOKEN_URL";
pub const GOOGLE_REVOKE_URL: &str = "CONVENE_GOOGLE_REVOKE_URL";
pub const GOOGLE_CALENDAR_URL: &str = "CONVENE_GOOGLE_CALENDAR_URL";
pub const MICROSOFT_CLIENT_ID: &str = "CONVENE_MICROSOFT_CLIENT_ID";
pub const MICROSOFT_CLIENT_SECRET: &str = "CONVENE_MICROSOFT_CLIENT_SECRET";
pub const MICROSOFT_LOGIN_URL: &str = "CONVENE_MICROSOFT_LOGIN_URL";
pub const MICROSOFT_GRAPH_URL: &str = "CONVENE_MICROSOFT_GRAPH_URL";
pub const POOL_SIZE: &str = "CONVENE_POOL_SIZE";
pub const POOL_WAIT: &str = "CONVENE_POOL_WAIT";
pub const POOLER: &str = "CONVENE_POOLER";
pub const STATEMENT_TIMEOUT: &str = "CONVENE_STATEMENT_TIMEOUT";
pub const LOCK_TIMEOUT: &str = "CONVENE_LOCK_TIMEOUT";
pub const REQUEST_TIMEOUT: &str = "CONVENE_REQUEST_TIMEOUT";
pub const SHUTDOWN_DELAY: &str = "CONVENE_SHUTDOWN_DELAY";
pub const SHUTDOWN_TIMEOUT: &str = "CONVENE_SHUTDOWN_TIMEOUT";
pub const CONNECTIONS: &str = "CONVENE_CONNECTIONS";
pub const CONNECTIONS_PER_ADDRESS: &str = "CONVENE_CONNECTIONS_PER_ADDRESS";
pub const BODY_LIMIT: &str = "CONVENE_BODY_LIMIT";
pub const CORS_ORIGINS: &str = "CONVENE_CORS_ORIGINS";
pub const OTLP_ENDPOINT: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";
pub const LOG: &str = "CONVENE_LOG";
pub const LOG_FORMAT: &str = "CONVENE_LOG_FORMAT";

/// Every setting, in the order in which they are explained.
pub const SETTINGS: &[Setting] = &[
    secret(
        DATABASE_URL,
        "Database of `serve`, as the role convene_service: postgres://user:password@host:port/database",
    ),
    secret(
        ADMIN_DATABASE_URL,
        "Database of `migrate`, `doctor`, `token`, `mail` and `rotate-keys`, as a superuser; not for `serve`, which needs none",
    ),
    secret(
        REPLICA_URL,
        "A hot standby of the database of `serve`, as the same role: it answers what may be a little old, such as slots and \
         the lists of staff",
    ),
    setting(
        REPLICA_LAG,
        Some("1s"),
        "How old an answer of the replica may be, 50ms to 1h; while it lags more, the primary answers",
    ),
    setting(LISTEN, Some("127.0.0.1:8080"), "Address and port to serve on; port 0 takes a free one"),
    setting(
        INTERNAL_LISTEN,
        Some("127.0.0.1:9464"),
        "Address and port of /metrics and /zpages, which are not for the public, or off; when unset, a port that is \
         taken is done without",
    ),
    setting(HTTP, Some("true"), "Whether `serve` answers HTTP"),
    setting(
        WORKERS,
        Some("true"),
        "Whether `serve` works in the background: fans out booking events, reads and writes calendars",
    ),
    secret(
        JWT_SECRET,
        "Key of HS256 tokens whose `sub` is a user's id or linked to one, at least 32 bytes; without it only session tokens sign in",
    ),
    setting(
        JWKS_URL,
        None,
        "Where the issuer of RS256 and ES256 tokens publishes its keys, such as https://issuer.example/.well-known/jwks.json",
    ),
    setting(JWKS_COOL_DOWN, Some("30s"), "How soon the issuer is asked again for a key it did not have"),
    setting(JWT_LEEWAY, Some("30s"), "How far the issuer's clock may be from ours, at most 5m"),
    setting(JWT_ISSUER, None, "The `iss` that such tokens must carry, if set; needed with CONVENE_JWKS_URL"),
    setting(JWT_AUDIENCE, None, "The `aud` that such tokens must carry, if set; needed with CONVENE_JWKS_URL"),
    secret(
        KEYS,
        "Keys that seal secrets at rest, as id=BASE64 of 32 bytes, several with commas: the first seals, all open; \
         without one there is no sign-in by mail. To make one: echo \"1=$(openssl rand -base64 32)\"",
    ),
    setting(SIGN_IN_URL, None, "Page that links in mails lead to, which gets #token=… and posts it to /v1/auth/verify"),
    setting(
        SESSION_CACHE,
        Some("5s"),
        "How long a sign-in is remembered, and so how late a revoked session ends; 0s asks every time; at most 60s",
    ),
    setting(RATE_LIMIT_API, Some("300/1m"), "Requests of a signed-in user, so many in each so long, or off"),
    setting(
        RATE_LIMIT_BOOKING,
        Some("30/1m"),
        "Bookings that a user, or an address without an account, makes or moves, which do not count above",
    ),
    setting(RATE_LIMIT_ORGANIZATION, Some("6000/1m"), "Requests of all signed-in users of an organization together"),
    setting(RATE_LIMIT_AUTH, Some("10/1m"), "Attempts to sign in from one address"),
    setting(RATE_LIMIT_PUBLIC, Some("100/1m"), "Other requests of one address that nobody is signed in with"),
    setting(
        RATE_LIMIT_PUSH,
        Some("60/1m"),
        "What a provider pushes for one calendar, or for one directory in Airtable",
    ),
    setting(UNLIMITED_KEYS, None, "API keys without a limit, by their first characters as GET /v1/api-keys shows them"),
    setting(
        TRUSTED_PROXIES,
        None,
        "Proxies whose X-Forwarded-For names the sender: addresses and networks such as 10.0.0.0/8,192.0.2.7",
    ),
    setting(
        CAPTCHA,
        None,
        "turnstile or hcaptcha: who asks for a link to sign in, or books as a guest, must show a human's token of it",
    ),
    secret(CAPTCHA_SECRET, "The secret key that the captcha's provider gave for the site"),
    setting(CAPTCHA_SITE_KEY, None, "The public key of the site, which booking pages show the captcha with"),
    setting(CAPTCHA_URL, None, "Where tokens are checked, if not at the provider's own address"),
    setting(CAPTCHA_HOSTNAME, None, "The host whose pages tokens must come from"),
    setting(
        PUBLIC_URL,
        None,
        "Where Google, Microsoft and Airtable reach this service to tell of changes, such as https://convene.example; \
         without it calendars and Airtable are polled only",
    ),
    setting(
        CALENDAR_REDIRECT_URL,
        None,
        "Page that people come back to when they connected a calendar, such as https://app.example.org/calendars/{provider}, \
         where {provider} becomes google or microsoft; as it is registered with them",
    ),
    setting(GOOGLE_CLIENT_ID, None, "Client that Google gave for connecting calendars"),
    secret(GOOGLE_CLIENT_SECRET, "The secret of that client"),
    setting(
        GOOGLE_AUTHORIZE_URL,
        Some("https://accounts.google.com/o/oauth2/v2/auth"),
        "Where Google asks people for their consent",
    ),
    setting(GOOGLE_TOKEN_URL, Some("https://oauth2.googleapis.com/token"), "Where Google gives tokens"),
    setting(GOOGLE_REVOKE_URL, Some("https://oauth2.googleapis.com/revoke"), "Where Google takes them back"),
    setting(GOOGLE_CALENDAR_URL, Some("https://www.googleapis.com/calendar/v3"), "Google's calendars"),
    setting(MICROSOFT_CLIENT_ID, None, "Application that Microsoft gave for connecting calendars"),
    secret(MICROSOFT_CLIENT_SECRET, "The secret of that application"),
    setting(
        MICROSOFT_LOGIN_URL,
        Some("https://login.microsoftonline.com/common"),
        "Where Microsoft asks people for their consent and gives tokens, with the tenant that may sign in",
    ),
    setting(MICROSOFT_GRAPH_URL, Some("https://graph.microsoft.com/v1.0"), "Microsoft's calendars"),
    setting(AIRTABLE_URL, Some("https://api.airtable.com/v0"), "Airtable's web API"),
    setting(POOL_SIZE, Some("16"), "Database connections held at most, 1 to 1000"),
    setting(POOL_WAIT, Some("5s"), "How long a request waits for one of them"),
    setting(
        POOLER,
        Some("none"),
        "transaction, where a pooler such as PgBouncer lends connections to the database for one transaction at a time: \
         then nothing is kept in sessions",
    ),
    setting(STATEMENT_TIMEOUT, Some("10s"), "Longest statement"),
    setting(LOCK_TIMEOUT, Some("5s"), "How long a call waits for rows that other transactions hold"),
    setting(REQUEST_TIMEOUT, Some("30s"), "Longest request"),
    setting(
        SHUTDOWN_DELAY,
        Some("0s"),
        "How long requests are still accepted after SIGTERM or SIGINT, while /readyz says 503; at most 10m",
    ),
    setting(SHUTDOWN_TIMEOUT, Some("20s"), "How long requests in progress may take to end after that"),
    setting(CONNECTIONS, Some("800"), "Clients' connections held at most; more wait until one ends"),
    setting(
        CONNECTIONS_PER_ADDRESS,
        Some("200"),
        "Connections of one address held at most; more are closed. Trusted proxies have no such limit",
    ),
    setting(BODY_LIMIT, Some("256KiB"), "Largest request body"),
    setting(
        CORS_ORIGINS,
        None,
        "Origins whose pages may send requests, such as https://app.example.org, several with commas",
    ),
    setting(
        OTLP_ENDPOINT,
        None,
        "Collector that traces and metrics are sent to by OTLP over HTTP, such as http://127.0.0.1:4318; OpenTelemetry's \
         OTEL_EXPORTER_OTLP_HEADERS, OTEL_METRIC_EXPORT_INTERVAL and OTEL_TRACES_SAMPLER hold too",
    ),
    setting(
        LOG,
        Some("info"),
        "What is logged: error, warn, info, debug or trace, or by module: info,convene_api=debug",
    ),
    setting(LOG_FORMAT, Some("json"), "json, or text for people"),
];

/// The settings as text, each with its default and meaning.
pub fn table() -> String {
    let mut text =
        String::from("Settings are environment variables, or lines of a file .env in the working directory:\n");
    for setting in SETTINGS {
        let default = setting.default.map(|value| format!(" [default: {value}]")).unwrap_or_default();
        text.push_str(&format!("\n  {}{default}\n      {}\n", setting.name, setting.meaning));
    }
    text
}
