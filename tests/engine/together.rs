//! Runs that are not alone: beside other runs, beside writers of raw files, and stopped by signals.

use std::fs::{self, File};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::support::clean::build;
use crate::support::corpus::{content, fill, fill_with_container};
use crate::support::random::Random;
use crate::support::{House, copy_folder, remove, said};

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

/// Writes, cuts, lengthens, removes and renames raw files until it is told to stop.
fn hammer(raw: &Path, seed: u64, is_over: &AtomicBool) -> u64 {
    let mut random = Random::new(seed);
    let mut count = 0;
    while !is_over.load(Ordering::Relaxed) {
        let names = ["0/000.txt", "1/001.txt", "hot.txt", "lines.jsonl", "hot/lines.jsonl"];
        let name = random.pick(&names);
        let path = raw.join(name);
        // Trouble is another writer's work.
        let _ = match random.below(6) {
            0 => File::options().write(true).open(&path).and_then(|file| file.set_len(40)),
            1 => fs::remove_file(&path),
            2 => fs::rename(&path, raw.join("moved.txt")),
            3 => File::options().write(true).open(&path).and_then(|file| file.set_len(100_000)),
            4 => fs::remove_dir_all(raw.join("hot")),
            _ => fs::create_dir_all(path.parent().unwrap())
                .and_then(|()| fs::write(&path, content(name, &mut random).repeat(20))),
        };
        count += 1;
        if count % 16 == 0 {
            thread::sleep(Duration::from_micros(300));
        }
    }
    count
}

#[test]
fn raw_files_that_change_while_they_are_read_spoil_nothing() {
    let house = House::new();
    fill_with_container(&house, 12);
    for round in 0..15 {
        let is_over = AtomicBool::new(false);
        let raw = house.path("raw");
        thread::scope(|scope| {
            let writers: Vec<_> = (0..2)
                .map(|number| {
                    let (raw, is_over) = (&raw, &is_over);
                    scope.spawn(move || hammer(raw, 2 * round + number, is_over))
                })
                .collect();
            let ends: Vec<Output> = (0..3).map(|_| house.run(2)).collect();
            is_over.store(true, Ordering::Relaxed);
            for writer in writers {
                assert!(writer.join().unwrap() > 0);
            }
            for end in ends {
                assert!(matches!(end.status.code(), Some(0 | 1)), "{}: {}", end.status, said(&end));
            }
        });
        house.check_run(2, &build(&house)).unwrap_or_else(|failure| panic!("{round}: {failure}"));
    }
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
