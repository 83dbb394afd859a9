use super::*;

fn listed(found: Option<Option<Span>>) -> Listed {
    Listed { status: Status::Done, written: Some(from(10)), updated_at: at(1), owner_change: None, found }
}

fn whole(start: u8, end: u8) -> Listing {
    Listing::Whole(Span { start: at(start), end: at(end) })
}

#[test]
fn an_event_that_is_elsewhere_was_moved_and_one_that_is_gone_was_deleted() {
    let noticed = |found| notice(&listed(Some(found)), Listing::Changes, at(2));
    assert_eq!(noticed(Some(from(14))), Some(Some(OwnerChange::Moved(from(14)))));
    assert_eq!(noticed(None), Some(Some(OwnerChange::Deleted)));
    assert_eq!(noticed(Some(from(10))), None);
}

#[test]
fn an_event_that_is_back_is_noticed_too() {
    let moved = Listed { owner_change: Some(OwnerChange::Moved(from(14))), ..listed(Some(Some(from(10)))) };
    assert_eq!(notice(&moved, Listing::Changes, at(2)), Some(None));
    let still = Listed { found: Some(Some(from(14))), ..moved };
    assert_eq!(notice(&still, Listing::Changes, at(2)), None);
}

#[test]
fn what_a_whole_list_lacks_is_gone_but_only_within_its_time() {
    let deleted = Some(Some(OwnerChange::Deleted));
    assert_eq!(notice(&listed(None), whole(9, 12), at(2)), deleted);
    assert_eq!(notice(&listed(None), whole(11, 20), at(2)), None);
    assert_eq!(notice(&listed(None), Listing::Changes, at(2)), None);
}

#[test]
fn what_we_wrote_since_or_are_about_to_write_is_not_the_owners_doing() {
    let found = Some(Some(from(14)));
    assert_eq!(notice(&listed(found), Listing::Changes, at(1)), None);
    assert_eq!(notice(&Listed { status: Status::Pending, ..listed(found) }, Listing::Changes, at(2)), None);
    assert_eq!(notice(&Listed { written: None, ..listed(found) }, Listing::Changes, at(2)), None);
}
