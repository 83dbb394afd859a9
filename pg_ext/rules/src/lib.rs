//! The rules of Convene, and nothing else: data and a clock reading go in, data comes out. No Postgres, no clock, no
//! I/O (but for the system's time zone files, which `zone` reads).
//!
//! | question | module |
//! | --- | --- |
//! | What can be refused, and how is it said? | [`refusal`] |
//! | When is 09:00 in Berlin? | [`zone`] |
//! | On which dates does a block fall? | [`recurrence`] |
//! | Which slots does a window yield? | [`slots`] |
//! | What may a person say about a block? | [`block`] |
//! | What may a host say about a kind of meetings? | [`event_type`] |
//! | What may a host say about when they can be booked? | [`availability`] |
//! | Where is a meeting? | [`meeting_type`] |
//! | What is asked of whoever books, and what may they answer? | [`question`] |
//! | How much may a mentor offer? | [`room`] |
//! | What may a person say about themselves? | [`profile`] |
//! | What may a person type elsewhere? | [`request`] |
//! | Is this an email address, or a phone number? | [`email`], [`phone`] |
//! | What is known of a guest? | [`guest`] |
//! | What is a guest's token good for, and how long? | [`token`] |
//! | May these people have this time? | [`eligibility`] |
//! | When is somebody's time taken? | [`timeline`] |
//! | How often in a week? | [`week`] |
//! | When can a host be booked, and at which times do meetings start? | [`hours`] |
//! | When do the meetings of a series begin? | [`series`] |
//! | How many meetings may a host have in a day, a week, a month? | [`tally`] |
//! | What is somebody in a booking? | [`participant`] |
//! | Who may do what to a booking? | [`permission`] |
//! | What may happen to a booking next? | [`state`] |
//! | How good is someone's standing? | [`reputation`] |
//! | What does that standing allow? | [`tier`] |
//! | What may a user be? | [`role`] |
//! | Which mentors suit a mentee? | [`matching`] |
//! | Who hosts an event type of a team? | [`team`] |
//! | Whose turn is it? | [`rotation`] |
//! | What does a record of Airtable say about a person? | [`airtable`] |
//! | What are calendars owed for a booking? | [`writeback`] |
//! | Which of the work owed to the outside world is next, and what becomes of it? | [`work`] |
//! | When is what failed tried again? | [`backoff`] |
//! | When was a job due? | [`schedule`] |
//! | How are ids made? | [`id`] |

#![forbid(unsafe_code)]

pub mod airtable;
pub mod availability;
pub mod backoff;
pub mod block;
pub mod eligibility;
pub mod email;
pub mod event_type;
mod fields;
pub mod forms;
pub mod guest;
pub mod hours;
pub mod id;
pub mod matching;
pub mod meeting_type;
pub mod membership;
pub mod participant;
pub mod permission;
pub mod phone;
pub mod profile;
pub mod question;
pub mod recurrence;
pub mod refusal;
pub mod reputation;
pub mod request;
pub mod role;
pub mod room;
pub mod rotation;
pub mod schedule;
pub mod series;
pub mod slots;
pub mod state;
pub mod tally;
pub mod team;
pub mod tier;
pub mod timeline;
pub mod token;
pub mod week;
mod word;
pub mod work;
pub mod writeback;
pub mod zone;
