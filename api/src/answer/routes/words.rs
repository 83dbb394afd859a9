//! Which values fields may have, for the OpenAPI document. Nothing is checked here: the database does that.

use convene_rules::block::MEETING_TYPES as PLACES_OF_BLOCKS;
use convene_rules::matching::TagKind as Kind;
use convene_rules::meeting_type::MeetingType as Place;
use convene_rules::question::QuestionKind as AnswerKind;
use convene_rules::recurrence::Recurrence as Rhythm;
use convene_rules::slots::{BUFFER_MINUTES, SLOT_MINUTES};
use convene_rules::state::Status;
use convene_rules::team::Mode;
use convene_rules::tier::{OverrideStatus, Tier as Rank};
use serde_json::json;
use strum::VariantArray;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{KnownFormat, RefOr, Schema, SchemaFormat};
use utoipa::{PartialSchema, ToSchema};

use crate::answer::auth::all_scopes;

macro_rules! described {
    ($(#[doc = $about:literal] $name:ident = $schema:expr;)*) => {$(
        #[doc = $about]
        pub enum $name {}

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                $schema.description(Some($about.trim())).into()
            }
        }

        impl ToSchema for $name {}
    )*};
}

described! {
    /// What reputation earns.
    Tier = one_of(words::<Rank>());
    /// Where a booking stands.
    BookingStatus = one_of(words::<Status>());
    /// How often a block's window comes back.
    Recurrence = one_of(words::<Rhythm>());
    /// Where people meet.
    MeetingType = one_of(words::<Place>());
    /// Where office hours are.
    BlockMeetingType = one_of(PLACES_OF_BLOCKS.map(|place| place.to_string()));
    /// What the answer to a question is.
    QuestionKind = one_of(words::<AnswerKind>());
    /// What a tag says something about.
    TagKind = one_of(words::<Kind>());
    /// Where a request for an exception stands.
    ExceptionStatus = one_of(words::<OverrideStatus>());
    /// Why somebody cancels.
    CancellationReason = one_of(["emergency", "reschedule", "other"]);
    /// What somebody is in a team.
    TeamRole = one_of(["owner", "member"]);
    /// How a team shares an event type out: one member hosts each meeting in turn, or all required members do.
    TeamMode = one_of(words::<Mode>());
    /// Whether one of several is enough.
    AnyOrAll = one_of(["any", "all"]);
    /// What happened on a booking page.
    PageStage = one_of(["page_view", "slot_selection"]);
    /// What the rows of a funnel are.
    FunnelParts = one_of(["day", "event_type", "team"]);
    /// How a team's event type is shared out.
    TeamMode = one_of(["round_robin", "collective"]);
    /// What an API key may do.
    Scope = one_of(all_scopes());
    /// IANA zone.
    TimeZone = text()
        .pattern(Some("^(UTC|[A-Za-z][A-Za-z_-]*(/[A-Za-z0-9_+-]+)+|[A-Za-z][A-Za-z-]{1,9})$"))
        .examples(["Europe/Berlin", "America/New_York", "UTC"].map(|zone| json!(zone)));
    /// When a window starts, on its zone's clocks.
    WindowStart = text().pattern(Some("^([01][0-9]|2[0-3]):[0-5][0-9]$")).examples([json!("09:00")]);
    /// When a window ends, on its zone's clocks.
    WindowEnd = text().pattern(Some("^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$")).examples([json!("17:00")]);
    /// A day that plans may name.
    PlannedDay = text()
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Date)))
        .pattern(Some("^(19[7-9][0-9]|[2-8][0-9]{3}|9[0-8][0-9]{2}|99[0-8][0-9]|999[0-8])-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"))
        .examples([json!("2030-03-29")]);
    /// An address of a web page.
    WebAddress = text()
        .pattern(Some(r#"^[Hh][Tt][Tt][Pp][Ss]?://[^\s\x00-\x1F\x7F-\x9F@/?#\\<>"]+([/?#][^\s\x00-\x1F\x7F-\x9F\\<>"]*)?$"#))
        .max_length(Some(2048))
        .examples([json!("https://example.org/work")]);
    /// A short name.
    Slug = text()
        .pattern(Some("^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"))
        .examples([json!("roof")]);
    /// A color of pages and calendars.
    Color = text().pattern(Some("^#[0-9A-Fa-f]{6}$")).examples([json!("#3b5bdb")]);
    /// How long a meeting of an event type is, or from one start to the next.
    MeetingMinutes = minutes(5, 1_440).examples([json!(30)]);
    /// How long a slot is.
    SlotMinutes = minutes(*SLOT_MINUTES.start(), *SLOT_MINUTES.end()).examples([json!(30)]);
    /// How long it takes until the next slot.
    BufferMinutes = minutes(*BUFFER_MINUTES.start(), *BUFFER_MINUTES.end()).examples([json!(10)]);
    /// A client's name for one request, fresh for every new one.
    IdempotencyKeyForm = text()
        .pattern(Some("^[!-~]([ -~]{0,253}[!-~])?$"))
        .examples([json!("0190c2a4-7a1e-7c60-b7a5-1c1f0f0a3f10")]);
}

fn text() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String)
}

fn minutes(least: i32, most: i32) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(least)).maximum(Some(most))
}

/// Every word for a thing of the rules.
fn words<W: VariantArray + AsRef<str>>() -> impl Iterator<Item = &'static str> {
    W::VARIANTS.iter().map(AsRef::as_ref)
}

fn one_of<W: Into<String>>(words: impl IntoIterator<Item = W>) -> ObjectBuilder {
    text().enum_values(Some(words.into_iter().map(Into::into)))
}
