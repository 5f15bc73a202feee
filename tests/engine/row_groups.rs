//! Row groups end where ids say so; one that comes or goes is as a clean build has it.

use sha2::{Digest as _, Sha256};

use crate::support::House;
use crate::support::clean::build;
use crate::support::corpus::fill;

/// Low zero bits of the hash of an id that ends a row group.
const ROW_GROUP_ZERO_BITS: u32 = 10;

/// The first name between those of `fill` that ends a row group.
fn ending_name() -> String {
    let ends = |name: &String| {
        let hash = Sha256::digest(name.as_bytes());
        let low = u32::from_le_bytes(*hash.first_chunk().unwrap());
        low.trailing_zeros() >= ROW_GROUP_ZERO_BITS
    };
    (0..100_000).map(|number| format!("1/m{number}.txt")).find(ends).unwrap()
}

#[test]
fn a_row_group_that_an_article_parts_or_joins_is_as_in_a_clean_build() {
    let house = House::new();
    fill(&house, 90);
    for folder in 0..3 {
        house.write(&format!("{folder}/binary.txt"), [0_u8, 159, 146, 150].repeat(50));
    }
    house.check_run(2, &build(&house)).unwrap();
    let joined = house.outputs();
    let name = ending_name();
    house.write(&name, "One more article, which says little.\n");
    house.check_run(2, &build(&house)).unwrap();
    let parted = house.outputs();
    // No reject came, but their rows lie in two row groups now.
    assert_eq!(
        parted.difference(&joined).iter().filter(|name| name.contains("rejects")).count(),
        1
    );
    std::fs::remove_file(house.path("raw").join(&name)).unwrap();
    house.check_run(2, &build(&house)).unwrap();
    assert_eq!(house.outputs(), joined);
}
