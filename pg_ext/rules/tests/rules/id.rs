use convene_rules::id::{shard_in, shard_of, uuid_v7};
use proptest::prelude::*;
use uuid::Uuid;

#[test]
fn the_example_of_rfc_9562_comes_out() {
    let random = [0x18, 0xC4, 0xDC, 0x0C, 0x0C, 0x07, 0x39, 0x8F];
    assert_eq!(uuid_v7(0x017F_22E2_79B0, shard_of(0xCC3), random).to_string(), "017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
}

#[test]
fn ids_made_elsewhere_carry_no_shard() {
    assert_eq!(shard_in(Uuid::nil()), None);
    assert_eq!(shard_in(Uuid::from_u128(0x0cc3_22e2_79b0_4cc3_98c4_dc0c_0c07_398f)), None);
}

#[test]
fn organizations_are_spread_over_4096_shards() {
    let numbers = [0, 1, 4095, 4096, i32::MAX, -1].map(|org_id| shard_of(org_id).number());
    assert_eq!(numbers, [0, 1, 4095, 0, 4095, 4095]);
}

proptest! {
    #[test]
    fn ids_of_an_organization_carry_its_shard(time in any::<u64>(), org_id in any::<i32>(), random in any::<[u8; 8]>()) {
        prop_assert_eq!(shard_in(uuid_v7(time, shard_of(org_id), random)), Some(shard_of(org_id)));
    }

    #[test]
    fn version_and_variant_are_those_of_uuidv7(time in any::<u64>(), org_id in any::<i32>(), random in any::<[u8; 8]>()) {
        let id = uuid_v7(time, shard_of(org_id), random);
        prop_assert_eq!(id.get_version_num(), 7);
        prop_assert_eq!(id.get_variant(), uuid::Variant::RFC4122);
    }

    #[test]
    fn ids_sort_by_time(
        times in [0..1_u64 << 48, 0..1_u64 << 48],
        orgs in any::<[i32; 2]>(),
        random in any::<[[u8; 8]; 2]>(),
    ) {
        prop_assume!(times[0] < times[1]);
        let earlier = uuid_v7(times[0], shard_of(orgs[0]), random[0]);
        let later = uuid_v7(times[1], shard_of(orgs[1]), random[1]);
        prop_assert!(earlier < later);
        prop_assert!(earlier.to_string() < later.to_string());
    }

    #[test]
    fn the_time_can_be_read_back(time in 0..1_u64 << 48, random in any::<[u8; 8]>()) {
        let (high, low, ..) = uuid_v7(time, shard_of(1), random).as_fields();
        prop_assert_eq!(u64::from(high) << 16 | u64::from(low), time);
    }

    #[test]
    fn ids_differ_whenever_the_random_bits_do(time in 0..1_u64 << 48, random in any::<[u8; 8]>(), bit in 2..64_usize) {
        // The first two of the sixty-four bits make room for the variant.
        let mut other = random;
        other[bit / 8] ^= 0x80 >> (bit % 8);
        prop_assert_ne!(uuid_v7(time, shard_of(1), random), uuid_v7(time, shard_of(1), other));
    }
}
