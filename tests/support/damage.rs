//! Damage to a file, such as disks and people do.

use std::fs;
use std::path::Path;

use super::random::Random;
use super::set_modified;

/// Damages a file in one of many ways; returns what was done to it.
pub fn damage_file(path: &Path, random: &mut Random) -> String {
    let metadata = fs::metadata(path).unwrap();
    let mut bytes = fs::read(path).unwrap();
    let at = random.below(bytes.len().max(1));
    let done = match random.below(7) {
        0 => {
            fs::remove_file(path).unwrap();
            return "removed".to_owned();
        }
        1 => {
            bytes.truncate(at);
            format!("cut at byte {at}")
        }
        2 => {
            bytes.extend(b"\0more");
            "longer".to_owned()
        }
        3 => {
            bytes.fill(0);
            "all zeros".to_owned()
        }
        4 => {
            let end = bytes.len().min(at + 64);
            bytes.drain(at..end);
            format!("without bytes {at} to {end}")
        }
        _ => {
            if let Some(byte) = bytes.get_mut(at) {
                *byte ^= 1 << random.below(8);
            }
            format!("byte {at} flipped")
        }
    };
    fs::write(path, bytes).unwrap();
    // At times nothing but the content, and the time of the change, tells of it.
    if random.below(2) == 0 {
        set_modified(path, metadata.modified().unwrap());
    }
    done
}
