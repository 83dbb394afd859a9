//! The checks of the fuzz targets, on a corpus that is the same in every run.

#[path = "../../fuzz/bodies/block_json.rs"]
mod block_json;
#[path = "../../fuzz/bodies/recurrence.rs"]
mod recurrence;

/// Marsaglia's xorshift64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % bound as u64).unwrap()
    }

    fn byte(&mut self) -> u8 {
        self.next().to_be_bytes()[0]
    }
}

#[test]
fn random_blocks_and_ranges_keep_the_laws_of_slots() {
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    for _ in 0..2_000 {
        let length = random.below(28);
        let bytes: Vec<_> = (0..length).map(|_| random.byte()).collect();
        recurrence::check(&bytes);
    }
}

/// JSON that blocks are made of, to swap into seeds.
const PIECES: [&str; 14] = [
    "null",
    "true",
    "\"\"",
    "-1",
    "5",
    "1e9",
    "\"24:00\"",
    "\"09:00\"",
    "\"2026-02-29\"",
    "\"in_person_custom\"",
    "\"Pacific/Apia\"",
    "\"monthly\"",
    "[]",
    "{}",
];

#[test]
fn damaged_json_is_refused_or_makes_a_sound_block() {
    let seeds = [
        include_str!("../../fuzz/seeds/block_json/weekly.json"),
        include_str!("../../fuzz/seeds/block_json/night.json"),
        include_str!("../../fuzz/seeds/block_json/moved.json"),
    ];
    let mut random = Random(0xD1B5_4A32_D192_ED03);
    for seed in seeds {
        block_json::check(seed.as_bytes());
        for _ in 0..3_000 {
            let mut bytes = seed.as_bytes().to_vec();
            for _ in 0..=random.below(3) {
                damage(&mut bytes, &mut random);
            }
            block_json::check(&bytes);
        }
    }
}

/// Replaces a value, overwrites a byte, or removes one.
fn damage(bytes: &mut Vec<u8>, random: &mut Random) {
    let at = random.below(bytes.len());
    match random.below(4) {
        0 => bytes[at] = random.byte(),
        1 => drop(bytes.remove(at)),
        _ => {
            let is_end = |byte: &u8| matches!(byte, b',' | b'}');
            let Some(start) = bytes[at..].iter().position(|byte| *byte == b':').map(|found| at + found + 1) else {
                return;
            };
            let Some(end) = bytes[start..].iter().position(is_end).map(|found| start + found) else { return };
            bytes.splice(start..end, PIECES[random.below(PIECES.len())].bytes());
        }
    }
}
