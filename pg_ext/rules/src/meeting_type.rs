//! Where a meeting is.

use crate::refusal::Refusal;
use crate::word::{self, words};

words! {
    /// Where the people of a meeting meet.
    pub enum MeetingType {
        /// A conference link is made for it.
        Online,
        /// At one of the organization's location presets.
        InPersonPreset,
        /// At a place the host describes.
        InPersonCustom,
        /// By telephone. Event types only.
        Phone,
        /// At an address of the host's own. Event types only.
        Link,
    }
}

impl MeetingType {
    /// As stored and sent, such as `in_person_preset`. Refuses others as field `meeting_type`.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        word::parse("meeting_type", text)
    }

    /// Whether it is at one of the organization's places, which must then be named.
    pub fn has_preset(self) -> bool {
        self == Self::InPersonPreset
    }

    /// Whether the host says where: a place, an address or a number.
    pub fn has_place_in_words(self) -> bool {
        matches!(self, Self::InPersonCustom | Self::Phone | Self::Link)
    }

    /// Whether the host must say where. Of a call, the attendee may give the number.
    pub fn needs_place_in_words(self) -> bool {
        matches!(self, Self::InPersonCustom | Self::Link)
    }
}
