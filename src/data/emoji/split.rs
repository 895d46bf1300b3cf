//! Train or test, by emoji and for good: the same emoji lands on the same side in every version of the data set.

use sha1::{Digest, Sha1};

use crate::data::{TEST, TRAIN};

/// The side of the emoji whose base entry is `base`: test if sha1(base), read as one big-endian number, divides by 10.
///
/// `base` is the entry without skin tone: code points in lower-case hex without leading zeros or U+FE0F, joined by `-`.
pub(super) fn of(base: &str) -> u8 {
    let remainder = Sha1::digest(base).iter().fold(0, |rest, &byte| (rest * 256 + u32::from(byte)) % 10);
    if remainder == 0 { TEST } else { TRAIN }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Dataset;

    #[test]
    fn the_rule_gives_what_big_integers_give() {
        // int(hashlib.sha1(base.encode()).hexdigest(), 16) % 10 in Python: 3, 1, 8, 8, 7, then 0 three times.
        for base in ["1f600", "1f44b", "1f91d", "23-20e3", "1f575-200d-2642"] {
            assert_eq!(of(base), TRAIN, "{base}");
        }
        for base in ["1f436", "2764", "1f604"] {
            assert_eq!(of(base), TEST, "{base}");
        }
    }

    #[test]
    fn the_fixture_obeys_the_rule() {
        let data = Dataset::load("tests/fixtures/emoji-mini.safetensors").unwrap();
        for i in 0..data.len() {
            assert_eq!(data.split()[i], of(&data.concept(i).base), "{}", data.concept(i).label);
        }
    }
}
