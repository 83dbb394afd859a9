use convene_rules::id::uuid_v7;
use proptest::prelude::*;

#[test]
fn the_example_of_rfc_9562_comes_out() {
    let random = [0x0C, 0xC3, 0x18, 0xC4, 0xDC, 0x0C, 0x0C, 0x07, 0x39, 0x8F];
    assert_eq!(uuid_v7(0x017F_22E2_79B0, random).to_string(), "017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
}

proptest! {
    #[test]
    fn version_and_variant_are_those_of_uuidv7(time in any::<u64>(), random in any::<[u8; 10]>()) {
        let id = uuid_v7(time, random);
        prop_assert_eq!(id.get_version_num(), 7);
        prop_assert_eq!(id.get_variant(), uuid::Variant::RFC4122);
    }

    #[test]
    fn ids_sort_by_time(times in [0..1_u64 << 48, 0..1_u64 << 48], random in any::<[[u8; 10]; 2]>()) {
        prop_assume!(times[0] < times[1]);
        let (earlier, later) = (uuid_v7(times[0], random[0]), uuid_v7(times[1], random[1]));
        prop_assert!(earlier < later);
        prop_assert!(earlier.to_string() < later.to_string());
    }

    #[test]
    fn the_time_can_be_read_back(time in 0..1_u64 << 48, random in any::<[u8; 10]>()) {
        let (high, low, ..) = uuid_v7(time, random).as_fields();
        prop_assert_eq!(u64::from(high) << 16 | u64::from(low), time);
    }

    #[test]
    fn ids_differ_whenever_the_random_bits_do(time in 0..1_u64 << 48, random in any::<[u8; 10]>(), bit in 0..80_usize) {
        // Six of the eighty bits make room for version and variant.
        prop_assume!(!(0..4).contains(&bit) && !(16..18).contains(&bit));
        let mut other = random;
        other[bit / 8] ^= 0x80 >> (bit % 8);
        prop_assert_ne!(uuid_v7(time, random), uuid_v7(time, other));
    }
}
