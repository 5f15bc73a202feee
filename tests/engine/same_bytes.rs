//! The same articles give the same bytes, wherever, whenever and however they are read.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime};

use crate::support::corpus::{PATHS, content, fill_with_container};
use crate::support::random::Random;
use crate::support::{Files, House, PROGRAM, regular_files, said, set_modified};

/// Articles and rejects of all kinds, written in the order of a seed.
fn house(seed: u64) -> House {
    let house = House::new();
    let mut paths = PATHS;
    Random::new(seed).shuffle(&mut paths);
    for path in paths {
        // The content is that of the path, whatever the order.
        let number = PATHS.iter().position(|listed| *listed == path).unwrap();
        house.write(path, content(path, &mut Random::new(1000 + number as u64)));
    }
    fill_with_container(&house, 30);
    house.write("binary.txt", [0_u8, 159, 146, 150].repeat(50));
    house
}

/// What a run publishes in a house that has published nothing yet.
fn published(house: &House, command: &mut Command) -> Files {
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{command:?}: {}", said(&output));
    assert!(!house.outputs().is_empty());
    house.outputs()
}

#[test]
fn the_order_of_creation_and_the_number_of_jobs_change_no_byte() {
    let first = house(0);
    let expected = published(&first, &mut first.run_command(1));
    for seed in 1..6 {
        for jobs in [1, 2, 8] {
            let other = house(seed);
            assert_eq!(published(&other, &mut other.run_command(jobs)), expected, "{jobs} jobs");
        }
    }
}

#[test]
fn the_environment_changes_no_byte() {
    let first = house(0);
    let expected = published(&first, &mut first.run_command(2));
    let environments = [
        vec![("TZ", "Asia/Tokyo"), ("HOME", "/nowhere")],
        vec![("TZ", "America/Lima"), ("LANG", "tr_TR.UTF-8")],
        vec![("LC_ALL", "tr_TR.UTF-8"), ("LANGUAGE", "tr")],
        vec![("LC_ALL", "C"), ("TERM", "dumb"), ("NO_COLOR", "1")],
        vec![("LC_ALL", "de_DE.ISO-8859-1"), ("COLUMNS", "20")],
        vec![("RAYON_NUM_THREADS", "3"), ("TMPDIR", "/nowhere")],
        vec![("SOURCE_DATE_EPOCH", "1"), ("TZ", ":/nowhere")],
    ];
    for environment in environments {
        let other = house(0);
        let mut command = other.run_command(2);
        command.envs(environment);
        assert_eq!(published(&other, &mut command), expected, "{command:?}");
    }
    let other = house(0);
    let mut command = other.run_command(2);
    assert_eq!(published(&other, command.env_clear().stdin(Stdio::null())), expected);
}

#[test]
fn the_mask_of_permissions_changes_no_byte() {
    let first = house(0);
    let expected = published(&first, &mut first.run_command(2));
    for mask in ["000", "022", "077"] {
        let other = house(0);
        let mut command = Command::new("sh");
        command.args(["-c", "umask $0; exec \"$@\"", mask, PROGRAM, "run"]);
        command.current_dir(other.path(""));
        assert_eq!(published(&other, &mut command), expected, "umask {mask}");
    }
}

#[test]
fn the_place_changes_no_byte() {
    let first = house(0);
    let expected = published(&first, &mut first.run_command(2));
    let long = "long ".repeat(40);
    let names = ["a b", "naïve'\"$(x)", long.as_str(), ".hidden", "-dash"].map(OsStr::new);
    for name in names.into_iter().chain([OsStr::from_bytes(b"caf\xE9")]) {
        let other = house(0);
        let place = other.path(name);
        fs::create_dir(&place).unwrap();
        fs::rename(other.path("raw"), place.join("raw")).unwrap();
        let mut command = Command::new(PROGRAM);
        command.arg("run").current_dir(&place);
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{name:?}: {}", said(&output));
        assert_eq!(Files::of(&place.join("outputs")), expected, "{name:?}");
    }
    // Called from elsewhere, with each path named.
    let other = house(0);
    let mut command = Command::new(PROGRAM);
    command.current_dir("/").arg("run");
    for (flag, folder) in [("--raw", "raw"), ("--out", "outputs"), ("--cache", ".newsloom")] {
        command.arg(flag).arg(other.path(folder));
    }
    assert_eq!(published(&other, &mut command), expected);
}

#[test]
fn times_of_raw_files_change_no_byte() {
    let first = house(0);
    let expected = published(&first, &mut first.run_command(2));
    let century = Duration::from_secs(3_155_760_000);
    let now = SystemTime::now();
    for time in [SystemTime::UNIX_EPOCH, SystemTime::UNIX_EPOCH - century / 2, now + century] {
        let other = house(0);
        for file in regular_files(&other.path("raw")) {
            set_modified(&other.path("raw").join(file), time);
        }
        assert_eq!(published(&other, &mut other.run_command(2)), expected, "{time:?}");
    }
}
