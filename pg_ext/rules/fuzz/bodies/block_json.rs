//! Any bytes as the JSON of a block and of changes to it: what is accepted is sound, and nothing panics.

use std::collections::BTreeSet;

use convene_rules::block::BlockDraft;
use convene_rules::refusal::Refusal;
use serde_json::{Value, json};

/// `[block, changes]`, or a block that is changed by itself. Panics where a law is broken; bytes that are no JSON pass.
pub fn check(bytes: &[u8]) {
    let Ok(json) = serde_json::from_slice::<Value>(bytes) else { return };
    let (block, changes) = match json.as_array().map(Vec::as_slice) {
        Some([block, changes]) => (block, changes),
        _ => (&json, &json),
    };
    let Some(draft) = accepted(BlockDraft::from_json(block, "UTC")) else { return };
    assert_eq!(draft.changed(&json!({})).as_ref(), Ok(&draft), "no change changed something");
    if let Some(changed) = accepted(draft.changed(changes)) {
        assert_eq!(changed.changed(changes).as_ref(), Ok(&changed), "the same change changed something again");
    }
}

/// The draft, which must yield a block; or nothing, if the refusal is one that a client can read.
fn accepted(outcome: Result<BlockDraft, Refusal>) -> Option<BlockDraft> {
    match outcome {
        Ok(draft) => {
            let Ok(block) = draft.block() else { panic!("an accepted draft is no block") };
            let from = draft.start_date;
            let to = from.saturating_add(jiff::Span::new().days(31));
            let slots: Vec<_> = block.slots(from..=to, &BTreeSet::new()).collect();
            assert!(slots.windows(2).all(|pair| pair[0].end <= pair[1].start), "slots overlap");
            Some(draft)
        }
        Err(refusal) => {
            let sent = serde_json::to_string(&refusal).map(|text| serde_json::from_str::<Refusal>(&text).ok());
            assert!(matches!(sent, Ok(Some(read)) if read == refusal), "a refusal that does not read back");
            assert!(refusal.to_string().len() < 1_000, "a refusal that repeats too much");
            None
        }
    }
}
