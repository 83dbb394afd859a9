"""Books through a client that was generated from the OpenAPI document: ADDRESS TOKEN."""

import sys

from convene_client import AuthenticatedClient
from convene_client.api.bookings import cancel_booking, create_booking, get_booking
from convene_client.api.mentors import list_mentors, list_slots
from convene_client.models import BookingStatus, ErrorBody, NewBooking

address, token = sys.argv[1:]
client = AuthenticatedClient(base_url=address, token=token, raise_on_unexpected_status=True)

mentor = list_mentors.sync(client=client).data[0]
slot = list_slots.sync(mentor.id, client=client, limit=1).data[0]
wanted = NewBooking(time_slot_id=slot.id, meeting_goal="Find out whether our pricing holds up")
booking = create_booking.sync(client=client, body=wanted, idempotency_key="generated")
assert booking.status == BookingStatus.CONFIRMED, booking
assert booking.start_time == slot.start_time, booking

refused = create_booking.sync(client=client, body=wanted, idempotency_key="again")
assert isinstance(refused, ErrorBody) and refused.error.code == "SLOT_ALREADY_BOOKED", refused

assert get_booking.sync(booking.id, client=client).mentor_name == mentor.name
assert cancel_booking.sync(booking.id, client=client).status == BookingStatus.CANCELED
print(booking.id)
