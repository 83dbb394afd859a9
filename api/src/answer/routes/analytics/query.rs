//! Which days a report is about, and of which event types.

use serde::Deserialize;
use uuid::Uuid;

use super::format::Format;
use crate::answer::routes::words::PlannedDay;
use crate::database::Day;

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ReportQuery {
    /// The first day, in the organization's zone; 29 days before `to` if absent.
    #[param(value_type = Option<PlannedDay>, inline)]
    pub from: Option<Day>,
    /// The last day, at most 365 after the first; today if absent.
    #[param(value_type = Option<PlannedDay>, inline)]
    pub to: Option<Day>,
    /// Of this event type alone.
    pub event_type_id: Option<Uuid>,
    /// Of this team's event types alone.
    pub team_id: Option<Uuid>,
    /// In which form the answer is; if absent, `Accept` decides.
    #[param(inline)]
    pub format: Option<Format>,
}
