use convene_rules::role::Role;
use strum::VariantArray;

use crate::given::refused_field;

#[test]
fn names_read_back_and_others_are_refused() {
    for &role in Role::VARIANTS {
        assert_eq!(Role::parse(role.as_ref()), Ok(role));
        assert_eq!(serde_json::to_value(role).unwrap(), role.as_ref());
    }
    assert_eq!(refused_field(Role::parse("Mentor")), "role");
}

#[test]
fn coordinators_and_admins_act_for_others() {
    let staff: Vec<Role> = Role::VARIANTS.iter().copied().filter(|role| role.is_staff()).collect();
    assert_eq!(staff, [Role::Coordinator, Role::Admin]);
}
