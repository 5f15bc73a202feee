//! A run killed at any call that changes files, and any of them failing: the outputs are the old
//! ones or the new, whole, and the next run makes the new.

use std::os::unix::process::ExitStatusExt as _;
use std::thread;

use crate::strace::{self, Traced};
use crate::support::clean::{Clean, build};
use crate::support::corpus::{fill, fill_with_container};
use crate::support::{Files, House, copy_folder, remove, said};

/// Calls that change files.
const CHANGES: [&str; 18] = [
    "copy_file_range",
    "fallocate",
    "fdatasync",
    "fsync",
    "ftruncate",
    "link",
    "linkat",
    "mkdir",
    "mkdirat",
    "openat",
    "pwrite64",
    "rename",
    "renameat",
    "renameat2",
    "unlink",
    "unlinkat",
    "write",
    "writev",
];
/// Calls that read files.
const READS: [&str; 2] = ["pread64", "read"];
/// Up to this number each call is struck, and beyond it this many more.
const EACH: usize = 60;
const BEYOND: usize = 12;
const FAILURES_SHOWN: usize = 10;

/// How a call fails.
#[derive(Debug, Clone, Copy)]
enum Fault {
    Kill,
    Error(&'static str),
}

/// A house before a run that publishes, and what that run must publish.
struct Scene {
    house: House,
    /// The cache and the outputs before the run.
    kept: House,
    old: Files,
    new: Clean,
}

impl Scene {
    /// Nothing was published yet.
    fn first() -> Self {
        let house = House::new();
        fill_with_container(&house, 2);
        Self::of(house)
    }

    /// An article was published and changed since, one is new and one is gone.
    fn later() -> Self {
        let house = House::new();
        fill_with_container(&house, 3);
        assert!(house.run(1).status.success());
        fill(&house, 4);
        house.write("0/000.txt", "Le 4 mai 2024, 5 millions d'euros.\n");
        remove(&house.path("raw/1/001.txt"));
        Self::of(house)
    }

    fn of(house: House) -> Self {
        let (new, old, kept) = (build(&house), house.outputs(), House::new());
        assert!(old != new.files);
        for folder in [".newsloom", "outputs"] {
            if house.path(folder).exists() {
                copy_folder(&house.path(folder), &kept.path(folder));
            }
        }
        Self { house, kept, old, new }
    }

    /// Puts cache and outputs back.
    fn reset(&self) {
        for folder in [".newsloom", "outputs"] {
            remove(&self.house.path(folder));
            if self.kept.path(folder).exists() {
                copy_folder(&self.kept.path(folder), &self.house.path(folder));
            }
        }
    }

    /// The paths of the house that a run opens, as it writes them.
    fn paths(&self, is_raw_in: bool) -> Vec<String> {
        self.reset();
        let traced = strace::run(&self.house, &["openat"], None, &[]);
        let root = self.house.path("");
        let is_in = |path: &&str| {
            let is_here = !path.starts_with('/') || path.starts_with(root.to_str().unwrap());
            let is_raw = path.split('/').any(|part| part == "raw");
            is_here && (is_raw_in || !is_raw) && *path != "newsloom.toml"
        };
        traced.opened().into_iter().filter(is_in).map(str::to_owned).collect()
    }

    /// Every call of a run to strike at, and which of its kind it is.
    fn cases(&self, calls: &[&'static str], paths: &[String]) -> Vec<(&'static str, usize)> {
        self.reset();
        let traced = strace::run(&self.house, calls, None, paths);
        assert_eq!(traced.output.status.code(), Some(self.new.status), "{}", said(&traced.output));
        let counts = traced.counts();
        let mut cases = Vec::new();
        for call in calls {
            let count = counts.get(*call).copied().unwrap_or_default();
            let stride = (count.saturating_sub(EACH) / BEYOND).max(1);
            let numbers = (1..=count.min(EACH)).chain((EACH + 1..=count).step_by(stride));
            cases.extend(numbers.map(|number| (*call, number)));
        }
        cases
    }

    /// Strikes at a call, looks at what is published, and has the next run repair it; whether the
    /// call was there.
    fn strike(
        &self,
        fault: Fault,
        call: &str,
        number: usize,
        paths: &[String],
    ) -> Result<bool, String> {
        self.reset();
        let fault = match fault {
            Fault::Kill => "signal=KILL".to_owned(),
            Fault::Error(name) => format!("error={name}"),
        };
        let injection = format!("?{call}:{fault}:when={number}");
        let traced = strace::run(&self.house, &[call], Some(&injection), paths);
        let told = |failure: String| {
            format!("{injection}: {}: {failure}; {}", traced.output.status, said(&traced.output))
        };
        self.judge(&traced).map_err(told)?;
        self.house.check_run(1, &self.new).map_err(|failure| told(format!("next: {failure}")))?;
        Ok(traced.is_injected())
    }

    fn judge(&self, traced: &Traced) -> Result<(), String> {
        let (outputs, status) = (self.house.outputs(), traced.output.status);
        let is_new = outputs == self.new.files;
        if !is_new && outputs != self.old {
            let (old, new) = (outputs.difference(&self.old), outputs.difference(&self.new.files));
            return Err(format!("neither the old outputs ({old:?}) nor the new ({new:?})"));
        }
        // What failed may be the writing of the message itself.
        let is_write = traced.calls.iter().any(|call| call.name.starts_with("write"));
        let is_right = match status.code() {
            None => status.signal() == Some(9),
            Some(3) => is_write || said(&traced.output).contains("newsloom: "),
            code => code == Some(self.new.status) && is_new,
        };
        if is_right { Ok(()) } else { Err("the exit status does not fit".to_owned()) }
    }
}

/// Strikes with a fault at each call, in two houses at once; fails where few are struck.
fn sweep(scene: fn() -> Scene, fault: Fault, calls: &[&'static str]) {
    const HOUSES: usize = 2;
    let part = |house: usize| {
        let scene = scene();
        // A raw file that cannot be read is a reject, and so neither old nor new.
        let paths = scene.paths(matches!(fault, Fault::Kill));
        // On their way to `main` programs open and read much that is not tried here.
        let (limited, free): (Vec<_>, Vec<_>) =
            calls.iter().partition(|call| ["openat", "pread64", "read"].contains(call));
        let mut cases = Vec::new();
        for (calls, paths) in [(limited, &paths[..]), (free, &[])] {
            if calls.is_empty() {
                continue;
            }
            let found = scene.cases(&calls, paths);
            cases.extend(found.into_iter().map(|(call, number)| (call, number, paths)));
        }
        let mut struck_count = 0;
        let mut failures = Vec::new();
        for (call, number, paths) in cases.into_iter().skip(house).step_by(HOUSES) {
            match scene.strike(fault, call, number, paths) {
                Ok(is_struck) => struck_count += usize::from(is_struck),
                Err(failure) => failures.push(failure),
            }
        }
        (struck_count, failures)
    };
    let parts: Vec<(usize, Vec<String>)> = thread::scope(|scope| {
        let threads: Vec<_> = (0..HOUSES).map(|house| scope.spawn(move || part(house))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let struck_count: usize = parts.iter().map(|(count, _)| count).sum();
    let failures: Vec<String> = parts.into_iter().flat_map(|(_, failures)| failures).collect();
    println!("{fault:?}: {struck_count} calls struck");
    let shown = &failures[..failures.len().min(FAILURES_SHOWN)];
    assert!(failures.is_empty(), "{} failed:\n{}", failures.len(), shown.join("\n"));
    assert!(struck_count > 20, "only {struck_count} calls were struck");
}

#[test]
fn killed_at_any_change_the_first_run_leaves_nothing_half() {
    sweep(Scene::first, Fault::Kill, &CHANGES);
}

#[test]
fn killed_at_any_change_a_later_run_leaves_the_old_or_the_new() {
    sweep(Scene::later, Fault::Kill, &CHANGES);
}

#[test]
fn no_space_at_any_change_of_the_first_run_leaves_nothing_half() {
    sweep(Scene::first, Fault::Error("ENOSPC"), &CHANGES);
}

#[test]
fn no_space_at_any_change_of_a_later_run_leaves_the_old_or_the_new() {
    sweep(Scene::later, Fault::Error("ENOSPC"), &CHANGES);
}

#[test]
fn a_failing_change_of_a_later_run_leaves_the_old_or_the_new() {
    sweep(Scene::later, Fault::Error("EIO"), &CHANGES);
}

#[test]
fn a_failing_read_of_cache_or_outputs_leaves_the_old_or_the_new() {
    sweep(Scene::later, Fault::Error("EIO"), &READS);
}

#[test]
fn a_file_system_that_cannot_exchange_folders_keeps_the_old() {
    let scene = Scene::later();
    let injection = "?renameat2:error=EINVAL:when=1+";
    let traced = strace::run(&scene.house, &["renameat2"], Some(injection), &[]);
    assert!(traced.is_injected());
    scene.judge(&traced).unwrap();
    scene.house.check_run(1, &scene.new).unwrap();
}

#[test]
fn an_article_that_could_not_be_read_once_is_read_by_the_next_run() {
    for call in ["openat", "read"] {
        let scene = Scene::later();
        let injection = format!("?{call}:error=EIO:when=1+");
        let absolute = scene.house.path("raw/0/000.txt").display().to_string();
        let paths = [absolute, "raw/0/000.txt".to_owned()];
        let traced = strace::run(&scene.house, &[call], Some(&injection), &paths);
        assert!(traced.is_injected(), "{call}");
        assert_eq!(traced.output.status.code(), Some(1), "{call}: {}", said(&traced.output));
        let rejects = std::fs::read_to_string(scene.house.path("outputs/rejects.csv")).unwrap();
        assert!(rejects.contains("0/000.txt,unreadable,"), "{call}: {rejects}");
        scene.house.check_run(1, &scene.new).unwrap();
    }
}
