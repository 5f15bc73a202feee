//! A disk that is full: the old outputs stay whole, and the next run with space makes all good.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::support::clean::{Clean, build};
use crate::support::corpus::fill_with_container;
use crate::support::{Files, House, said};

/// A file system in memory, of a stated size, until it is dropped.
struct Disk {
    folder: PathBuf,
}

impl Disk {
    fn new(house: &House, size: &str) -> Self {
        let folder = house.path("disk");
        fs::create_dir(&folder).unwrap();
        let disk = Self { folder };
        disk.mount(&format!("size={size}"));
        disk
    }

    fn resize(&self, size: &str) {
        self.mount(&format!("remount,size={size}"));
    }

    fn mount(&self, options: &str) {
        let mut command = Command::new("mount");
        command.args(["-t", "tmpfs", "-o", options, "newsloom-test"]).arg(&self.folder);
        let output = command.output().expect("these tests need `mount`");
        assert!(
            output.status.success(),
            "these tests mount a small disk, which only the superuser may: {}",
            said(&output)
        );
    }

    /// Fills the disk but for some bytes.
    fn fill_but(&self, bytes: u64) {
        let path = self.folder.join("filler");
        let mut filler = File::create(&path).unwrap();
        while filler.write_all(&[0; 4096]).is_ok() {}
        let length = filler.metadata().unwrap().len();
        filler.set_len(length.saturating_sub(bytes)).unwrap();
    }

    fn free(&self) {
        fs::remove_file(self.folder.join("filler")).unwrap();
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.folder).status();
    }
}

fn run(house: &House, flag: &str, folder: &Path) -> Output {
    house.run_command(1).arg(flag).arg(folder).output().unwrap()
}

fn assert_done(output: &Output, outputs: &Files, clean: &Clean) {
    assert_eq!(output.status.code(), Some(0), "{}", said(output));
    assert_eq!(outputs.difference(&clean.files), [""; 0]);
}

#[test]
fn a_disk_too_small_for_the_outputs_gets_none() {
    let house = House::new();
    fill_with_container(&house, 20);
    let clean = build(&house);
    let disk = Disk::new(&house, "64k");
    let out = disk.folder.join("outputs");
    for _ in 0..2 {
        let output = run(&house, "--out", &out);
        assert_eq!(output.status.code(), Some(3), "{}", said(&output));
        assert!(Files::of(&out).is_empty());
    }
    disk.resize("4m");
    assert_done(&run(&house, "--out", &out), &Files::of(&out), &clean);
}

#[test]
fn old_outputs_stay_where_the_disk_has_no_space_for_new_ones() {
    let house = House::new();
    let disk = Disk::new(&house, "1m");
    let out = disk.folder.join("outputs");
    let (mut failed_count, mut articles) = (0, 5);
    for kilobytes in (0..=120).step_by(8) {
        fill_with_container(&house, articles);
        assert!(run(&house, "--out", &out).status.success());
        let old = Files::of(&out);
        articles += 1;
        fill_with_container(&house, articles);
        let clean = build(&house);
        disk.fill_but(kilobytes << 10);
        let output = run(&house, "--out", &out);
        match output.status.code() {
            Some(3) => {
                failed_count += 1;
                assert_eq!(Files::of(&out).difference(&old), [""; 0], "{kilobytes} KiB left");
            }
            _ => assert_done(&output, &Files::of(&out), &clean),
        }
        disk.free();
        assert_done(&run(&house, "--out", &out), &Files::of(&out), &clean);
    }
    assert!(failed_count > 3, "the disk was full only {failed_count} times");
}

#[test]
fn old_outputs_stay_where_the_cache_cannot_grow() {
    let house = House::new();
    let disk = Disk::new(&house, "1m");
    let cache = disk.folder.join("cache");
    let (mut failed_count, mut articles) = (0, 5);
    for kilobytes in (0..=48).step_by(4) {
        fill_with_container(&house, articles);
        assert!(run(&house, "--cache", &cache).status.success());
        let old = house.outputs();
        articles += 1;
        fill_with_container(&house, articles);
        let clean = build(&house);
        disk.fill_but(kilobytes << 10);
        let output = run(&house, "--cache", &cache);
        match output.status.code() {
            Some(3) => {
                failed_count += 1;
                assert!(said(&output).contains("cannot write the cache"), "{}", said(&output));
                assert_eq!(house.outputs().difference(&old), [""; 0], "{kilobytes} KiB left");
            }
            _ => assert_done(&output, &house.outputs(), &clean),
        }
        disk.free();
        assert_done(&run(&house, "--cache", &cache), &house.outputs(), &clean);
    }
    assert!(failed_count > 1, "the disk was full only {failed_count} times");
}

#[test]
fn a_log_on_a_full_disk_changes_no_status() {
    let full = || File::options().write(true).open("/dev/full").unwrap();
    let house = House::new();
    fill_with_container(&house, 2);
    house.write("binary.txt", [0_u8, 159, 146, 150].repeat(50));
    assert_eq!(house.run_command(1).stderr(full()).status().unwrap().code(), Some(1));
    assert_eq!(house.outputs(), build(&house).files);
    fs::remove_dir_all(house.path("raw")).unwrap();
    assert_eq!(house.run_command(1).stderr(full()).status().unwrap().code(), Some(3));
}
