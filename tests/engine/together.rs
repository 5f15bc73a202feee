//! Runs that are not alone: beside other runs, beside writers of raw files, and stopped by signals.

use std::fs::{self, File};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use crate::support::clean::build;
use crate::support::corpus::{content, fill, fill_with_container};
use crate::support::random::Random;
use crate::support::{House, copy_folder, remove, said, set_modified};

/// Articles of the corpus that signals stop, so many that a run takes some time.
const ARTICLES: usize = 600;

fn start(house: &House, jobs: usize) -> Child {
    let mut command = house.run_command(jobs);
    command.args(["--log", "json"]).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().unwrap()
}

#[test]
fn of_runs_at_once_one_publishes_and_none_spoils() {
    let house = House::new();
    let (mut done_count, mut busy_count) = (0, 0);
    for round in 0..12 {
        fill_with_container(&house, 5 + 5 * round);
        let runs: Vec<Child> = (0..4).map(|_| start(&house, 2)).collect();
        let ends = runs.into_iter().map(|run| run.wait_with_output().unwrap());
        let ends: Vec<Output> = ends.collect();
        for end in &ends {
            match end.status.code() {
                Some(0) => done_count += 1,
                Some(75) => busy_count += 1,
                _ => panic!("round {round}: {}: {}", end.status, said(end)),
            }
        }
        assert!(ends.iter().any(|end| end.status.code() == Some(0)), "round {round}");
        let clean = build(&house);
        assert_eq!(house.outputs().difference(&clean.files), [""; 0], "round {round}");
        house.check_run(1, &clean).unwrap();
    }
    println!("{done_count} done, {busy_count} busy");
    assert!(busy_count > 0, "no two runs met");
}

#[test]
fn a_busy_run_ends_at_once() {
    let house = House::new();
    fill(&house, 3);
    assert!(house.run(1).status.success());
    let lock = File::open(house.path(".newsloom/lock")).unwrap();
    lock.lock().unwrap();
    let begin = Instant::now();
    let output = house.run(1);
    assert_eq!(output.status.code(), Some(75), "{}", said(&output));
    assert!(begin.elapsed() < Duration::from_secs(5));
    drop(lock);
    assert!(house.run(1).status.success());
}

/// Writes, cuts, lengthens, removes and renames raw files for a while.
fn hammer(raw: &Path, seed: u64) {
    let mut random = Random::new(seed);
    let end = Instant::now() + Duration::from_millis(20 + random.below(80) as u64);
    while Instant::now() < end {
        let name =
            random.pick(&["0/000.txt", "1/001.txt", "hot.txt", "lines.jsonl", "hot/lines.jsonl"]);
        let path = raw.join(name);
        let open = || File::options().write(true).open(&path);
        // Trouble is another writer's work.
        let _ = match random.below(6) {
            0 => open().and_then(|file| file.set_len(40)),
            1 => fs::remove_file(&path),
            2 => fs::rename(&path, raw.join("moved.txt")),
            3 => open().and_then(|file| file.set_len(100_000)),
            4 => fs::remove_dir_all(raw.join("hot")),
            _ => fs::create_dir_all(path.parent().unwrap())
                .and_then(|()| fs::write(&path, content(name, &mut random).repeat(20))),
        };
        thread::sleep(Duration::from_micros(random.below(100) as u64));
    }
}

#[test]
fn raw_files_that_change_while_they_are_read_spoil_nothing() {
    let house = House::new();
    fill_with_container(&house, 12);
    let mut run_count = 0;
    for round in 0..40 {
        let raw = house.path("raw");
        thread::scope(|scope| {
            let start = |number| {
                scope.spawn({
                    let raw = &raw;
                    move || hammer(raw, number)
                })
            };
            let writers = [start(2 * round), start(2 * round + 1)];
            while !writers.iter().all(thread::ScopedJoinHandle::is_finished) {
                let end = house.run(2);
                assert!(matches!(end.status.code(), Some(0 | 1)), "{}: {}", end.status, said(&end));
                run_count += 1;
            }
        });
        house.check_run(2, &build(&house)).unwrap_or_else(|failure| panic!("{round}: {failure}"));
    }
    println!("{run_count} runs beside writers");
    assert!(run_count >= 40);
}

#[test]
fn an_edit_beside_a_run_is_seen_though_size_and_time_stay() {
    let house = House::new();
    fill(&house, 2);
    let path = house.path("raw/edited.txt");
    let edit = |number: u64| {
        fs::write(&path, format!("Le maire a salué un texte équilibré, le {number:06}e.\n"))
            .unwrap();
        set_modified(&path, SystemTime::UNIX_EPOCH);
    };
    edit(0);
    let begin = Instant::now();
    assert!(house.run(1).status.success());
    let whole = usize::try_from(begin.elapsed().as_micros()).unwrap();
    let (mut random, mut number) = (Random::new(1), 0);
    for round in 0..150 {
        let mut run = start(&house, 1);
        let end = Instant::now() + Duration::from_micros(random.below(whole + whole / 2) as u64);
        while Instant::now() < end {
            number += 1;
            edit(number);
        }
        let status = run.wait().unwrap();
        assert!(matches!(status.code(), Some(0 | 1)), "{status}");
        assert_eq!(house.run(1).status.code(), Some(0));
        let sentences = fs::read_to_string(house.path("outputs/sentences.csv")).unwrap();
        assert!(sentences.contains(&format!("{number:06}e")), "round {round}, edit {number}");
    }
    assert!(number > 0);
    house.check_run(1, &build(&house)).unwrap();
}

/// Starts a run, sends it a signal after `delay`, and returns how it ended.
fn stopped(house: &House, signal: &str, delay: Duration) -> Output {
    let run = start(house, 2);
    thread::sleep(delay);
    let kill = format!("kill -{signal} {} 2>/dev/null", run.id());
    Command::new("sh").args(["-c", &kill]).status().unwrap();
    run.wait_with_output().unwrap()
}

/// How many stage runs a run says it made.
fn stage_run_count(end: &Output) -> u64 {
    assert_eq!(end.status.code(), Some(0), "{}", said(end));
    let told: serde_json::Value = serde_json::from_slice(&end.stdout).unwrap();
    told["stage_runs"].as_u64().unwrap()
}

#[test]
fn a_signal_ends_a_run_with_its_status_and_the_next_goes_on() {
    let house = House::new();
    fill(&house, 40);
    assert!(house.run(2).status.success());
    let (before, kept) = (house.outputs(), House::new());
    for folder in [".newsloom", "outputs"] {
        copy_folder(&house.path(folder), &kept.path(folder));
    }
    fill(&house, ARTICLES);
    let clean = build(&house);
    let begin = Instant::now();
    let all = stage_run_count(&start(&house, 2).wait_with_output().unwrap());
    let whole = begin.elapsed();
    for (signal, status) in [("INT", 130), ("TERM", 143)] {
        let (mut stopped_count, mut least) = (0, all);
        for tenths in [1, 3, 5, 7, 9] {
            for folder in [".newsloom", "outputs"] {
                remove(&house.path(folder));
                copy_folder(&kept.path(folder), &house.path(folder));
            }
            let end = stopped(&house, signal, whole * tenths / 10);
            let outputs = house.outputs();
            match end.status.code() {
                // A signal that comes before the program listens ends it as any other program.
                None => assert_eq!(outputs, before),
                Some(code) if code == status => {
                    assert_eq!(outputs, before, "{}", said(&end));
                    stopped_count += 1;
                    let next = start(&house, 2).wait_with_output().unwrap();
                    least = least.min(stage_run_count(&next));
                }
                Some(0) => assert_eq!(outputs, clean.files, "{}", said(&end)),
                _ => panic!("{}: {}", end.status, said(&end)),
            }
            house.check_run(2, &clean).unwrap();
        }
        println!("SIG{signal}: {stopped_count} stopped, then {least} of {all} stage runs left");
        assert!(stopped_count > 0, "no SIG{signal} came in time");
        assert!(least < all, "no run went on where the one before it was stopped");
    }
}
