//! Damage to the cache and to the published files costs time, never a byte.
//!
//! `NEWSLOOM_DAMAGE_POSITIONS` is the number of bytes of the cache that are flipped.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use crate::support::clean::CleanBuilds;
use crate::support::corpus::fill_with_container;
use crate::support::damage::damage_file;
use crate::support::random::Random;
use crate::support::{House, number_from_environment, regular_files, remove, said, set_modified};

const POSITIONS: u64 = 200;

/// What a run after the damage has to do, so that it needs the cache.
#[derive(Debug, Clone, Copy)]
enum Errand {
    Nothing,
    /// The outputs are gone; their segments are in the cache.
    Publish,
    /// One article changed; the others are in the cache.
    Edit,
    /// A setting changed; the layers that it does not decide are in the cache.
    Configure,
}

const ERRANDS: [Errand; 4] = [Errand::Nothing, Errand::Publish, Errand::Edit, Errand::Configure];

/// A house that has published, and its cache as it was then.
struct Damaged<'a> {
    house: House,
    cache: BTreeMap<PathBuf, Vec<u8>>,
    cleans: &'a CleanBuilds,
}

impl<'a> Damaged<'a> {
    fn new(cleans: &'a CleanBuilds) -> Self {
        let house = House::new();
        fill_with_container(&house, 2);
        let damaged = Self { house, cache: BTreeMap::new(), cleans };
        damaged.rest();
        // Only files older than the run are known by their times.
        thread::sleep(Duration::from_millis(100));
        damaged.check().unwrap();
        let folder = damaged.house.path(".newsloom");
        let read = |file: PathBuf| {
            let bytes = fs::read(folder.join(&file)).unwrap();
            (file, bytes)
        };
        let cache = regular_files(&folder).into_iter().map(read).collect();
        Self { cache, ..damaged }
    }

    /// The raw files and the configuration that the kept cache knows.
    fn rest(&self) {
        self.house.configure("");
        self.house.write("changing.txt", "Le 3 mai 2024.\n");
    }

    fn check(&self) -> Result<(), String> {
        self.house.check_run(1, &self.cleans.of(&self.house))
    }

    /// Publishes as at first, damages the cache of then, runs an errand and compares.
    fn errand(&self, errand: Errand, damage: impl FnOnce(&Path) -> String) -> Result<(), String> {
        let house = &self.house;
        self.rest();
        self.check()?;
        let folder = house.path(".newsloom");
        remove(&folder);
        for (file, bytes) in &self.cache {
            let path = folder.join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
        let told = damage(&folder);
        match errand {
            Errand::Nothing => {}
            Errand::Publish => remove(&house.path("outputs")),
            Errand::Edit => house.write("changing.txt", "Le 4 mai 2024, 5 millions d'euros.\n"),
            Errand::Configure => house.configure("[tag]\ndefault_currencies = {fr = [\"CAD\"]}\n"),
        }
        self.check().map_err(|failure| format!("{told}, {errand:?}: {failure}"))
    }
}

/// Does the cases below `count` in a house per processor; returns how many there were.
fn all(count: usize, case: impl Fn(&Damaged, usize) -> Option<Result<(), String>> + Sync) -> usize {
    let cleans = CleanBuilds::default();
    let (next, done, failures) = (AtomicUsize::new(0), AtomicUsize::new(0), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(2, usize::from) {
            scope.spawn(|| {
                let damaged = Damaged::new(&cleans);
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    let result = if number < count { case(&damaged, number) } else { None };
                    let Some(result) = result else { break };
                    done.fetch_add(1, Ordering::Relaxed);
                    failures.lock().unwrap().extend(result.err());
                }
            });
        }
    });
    let failures = failures.into_inner().unwrap();
    assert!(failures.is_empty(), "{} failed:\n{}", failures.len(), failures.join("\n"));
    done.into_inner()
}

#[test]
fn a_flipped_byte_of_the_cache_costs_time_alone() {
    let positions = number_from_environment("NEWSLOOM_DAMAGE_POSITIONS", POSITIONS);
    let positions = usize::try_from(positions).unwrap();
    let done = all(positions, |damaged, number| {
        let byte_count: usize = damaged.cache.values().map(Vec::len).sum();
        let mut at = number * (byte_count / positions).max(1);
        // The file that holds this byte of all.
        let (file, bytes) = damaged.cache.iter().find(|(_, bytes)| {
            let is_here = at < bytes.len();
            at -= if is_here { 0 } else { bytes.len() };
            is_here
        })?;
        let flip = |folder: &Path| {
            let mut bytes = bytes.clone();
            bytes[at] ^= 1 << (number % 8);
            fs::write(folder.join(file), bytes).unwrap();
            format!("{}, byte {at}", file.display())
        };
        Some(damaged.errand(ERRANDS[number % ERRANDS.len()], flip))
    });
    println!("{done} bytes flipped");
    assert!(done > 0);
}

#[test]
fn damage_all_over_a_pack_costs_time_alone() {
    let done = all(16, |damaged, number| {
        let pack = damaged.cache.keys().find(|file| file.to_string_lossy().contains("pack-"));
        let pack = pack.unwrap();
        let flip = |folder: &Path| {
            let mut bytes = damaged.cache[pack].clone();
            for at in (number..bytes.len()).step_by(150 + 40 * number) {
                bytes[at] ^= 1;
            }
            fs::write(folder.join(pack), bytes).unwrap();
            format!("damage {number} all over {}", pack.display())
        };
        Some(damaged.errand(ERRANDS[number % ERRANDS.len()], flip))
    });
    assert_eq!(done, 16);
}

#[test]
fn lost_and_torn_files_of_the_cache_cost_time_alone() {
    let done = all(60, |damaged, number| {
        let mut random = Random::new(number as u64);
        let files: Vec<&PathBuf> = damaged.cache.keys().collect();
        let damage = |folder: &Path| {
            let mut told = String::new();
            for _ in 0..1 + random.below(3) {
                let file = random.pick(&files);
                let path = folder.join(file);
                if path.exists() {
                    told += &format!("{} {}; ", file.display(), damage_file(&path, &mut random));
                }
            }
            told
        };
        Some(damaged.errand(ERRANDS[number % ERRANDS.len()], damage))
    });
    assert_eq!(done, 60);
}

#[test]
fn published_files_changed_by_hand_are_put_right() {
    let cleans = CleanBuilds::default();
    let damaged = Damaged::new(&cleans);
    let (house, outputs) = (&damaged.house, damaged.house.path("outputs"));
    let mut random = Random::new(1);
    let files = regular_files(&outputs);
    let mut done = 0;
    for file in &files {
        let path = outputs.join(file);
        for way in 0..6 {
            // Known by their times, as files are that have lain there for long.
            if way == 0 {
                thread::sleep(Duration::from_millis(60));
                damaged.check().unwrap();
            }
            let modified = fs::metadata(&path).unwrap().modified().unwrap();
            let mut bytes = fs::read(&path).unwrap();
            let told = match way {
                0 => {
                    let at = random.below(bytes.len());
                    bytes[at] ^= 1;
                    fs::write(&path, bytes).unwrap();
                    set_modified(&path, modified);
                    format!("byte {at} flipped under the old time")
                }
                1 => {
                    fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
                    "half of it".to_owned()
                }
                2 => {
                    fs::write(&path, "").unwrap();
                    "empty".to_owned()
                }
                3 => {
                    remove(&path);
                    symlink("/dev/null", &path).unwrap();
                    "a link".to_owned()
                }
                _ => damage_file(&path, &mut random),
            };
            let result = damaged.check();
            assert!(result.is_ok(), "{} {told}: {}", file.display(), result.unwrap_err());
            done += 1;
        }
    }
    assert!(done >= 6 && !house.outputs().is_empty());
}

#[test]
fn a_folder_in_the_place_of_a_published_file_is_not_lost() {
    let cleans = CleanBuilds::default();
    let damaged = Damaged::new(&cleans);
    let (house, path) = (&damaged.house, damaged.house.path("outputs/dates.csv"));
    remove(&path);
    fs::create_dir(&path).unwrap();
    fs::write(path.join("notes"), "mine").unwrap();
    let output = house.run(1);
    assert_eq!(output.status.code(), Some(3), "{}", said(&output));
    assert_eq!(fs::read(path.join("notes")).unwrap(), b"mine");
    remove(&path);
    damaged.check().unwrap();
}
