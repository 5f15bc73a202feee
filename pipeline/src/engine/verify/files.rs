//! The published files by themselves: their sums, and whether both forms of a table are alike.
//!
//! Invariant: files are read as streams; nothing is opened but regular files that Newsloom
//! publishes.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read as _};
use std::path::Path;

use csv::ByteRecord;
use newsloom_tabulate::{Table, csv_chunks};
use rayon::prelude::*;

use super::{Faults, SUMS};
use crate::engine::hash::{Hash, Hashing};
use crate::engine::publish::{is_published_name, published_names};
use crate::engine::read::open;

pub const BUFFER_BYTES: usize = 1 << 18;

/// Checks the published files against their sums, and that each has one; gives how many have.
pub fn check_sums(out: &Path, sums: &str) -> (u64, Faults) {
    let mut faults = Faults::default();
    let mut listed = BTreeMap::new();
    for line in sums.lines() {
        match line.split_once("  ").filter(|(_, name)| is_published_name(name)) {
            Some((hash, name)) => {
                listed.insert(name, hash);
            }
            None => faults.add((SUMS, "line"), || {
                format!("{SUMS}: not a hash and the name of a published file: {line:?}")
            }),
        }
    }
    let is_missing = |name: &String| name != SUMS && !listed.contains_key(name.as_str());
    for name in published_names().filter(is_missing) {
        faults.add((SUMS, "missing"), || format!("{SUMS}: does not list {name}"));
    }
    let file_count = listed.len() as u64;
    let found: Vec<String> =
        listed.into_par_iter().filter_map(|(name, hash)| sum_fault(out, name, hash)).collect();
    found.into_iter().for_each(|fault| faults.add((SUMS, "hash"), || fault));
    (file_count, faults)
}

fn sum_fault(out: &Path, name: &str, hash: &str) -> Option<String> {
    match open_published(out, name).and_then(|file| hash_of(file, name)) {
        Ok(found) if found.to_string() == hash => None,
        Ok(_) => Some(format!("{name}: its hash is not the one published")),
        Err(fault) => Some(fault),
    }
}

fn hash_of(mut file: BufReader<File>, name: &str) -> Result<Hash, String> {
    let mut hashing = Hashing::new(io::sink());
    io::copy(&mut file, &mut hashing).map_err(|error| format!("{name}: {error}"))?;
    Ok(hashing.finish().1)
}

/// Opens a published file.
///
/// # Errors
/// The fault, which names the file.
pub fn open_published(folder: &Path, name: &str) -> Result<BufReader<File>, String> {
    let (file, _) =
        open(&folder.join(name)).map_err(|fault| format!("{name}: {}", fault.detail))?;
    Ok(BufReader::with_capacity(BUFFER_BYTES, file))
}

/// Checks that both files of a table hold the same rows, and have its columns.
pub fn check_forms(out: &Path, table: &Table) -> Faults {
    let mut faults = Faults::default();
    if let Err(fault) = compare_forms(out, table) {
        faults.add((table.name, "forms"), || fault);
    }
    faults
}

/// Compares the CSV file with what the Parquet file gives, up to the first difference.
fn compare_forms(out: &Path, table: &Table) -> Result<(), String> {
    let [csv_name, parquet_name] = ["csv", "parquet"].map(|form| format!("{}.{form}", table.name));
    let mut csv = open_published(out, &csv_name)?;
    let parquet = open_published(out, &parquet_name)?.into_inner();
    let told = |why: String| format!("{parquet_name}: {why}");
    let mut row_count = 0;
    let mut found = Vec::new();
    for chunk in csv_chunks(table, parquet).map_err(told)? {
        let chunk = chunk.map_err(told)?;
        found.clear();
        let read = csv.by_ref().take(chunk.csv.len() as u64).read_to_end(&mut found);
        read.map_err(|error| format!("{csv_name}: {error}"))?;
        if found != chunk.csv {
            let place = found.iter().zip(&chunk.csv).take_while(|(a, b)| a == b).count();
            let place = match row_count + row_of(&chunk.csv, place) {
                _ if chunk.row_count == 0 => "the header".to_owned(),
                row => format!("row {row}"),
            };
            return Err(format!("{csv_name}: {place} is not as in {parquet_name}"));
        }
        row_count += chunk.row_count;
    }
    match csv.fill_buf() {
        Ok([]) => Ok(()),
        Ok(_) => Err(format!("{csv_name}: more than the {row_count} rows of {parquet_name}")),
        Err(error) => Err(format!("{csv_name}: {error}")),
    }
}

/// The number, from 1, of the row of a CSV stretch that has the byte at `place`.
fn row_of(csv: &[u8], place: usize) -> u64 {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(csv);
    let mut record = ByteRecord::new();
    let mut row = 1;
    while reader.read_byte_record(&mut record).is_ok_and(|is_more| is_more)
        && reader.position().byte() <= place as u64
    {
        row += 1;
    }
    row
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_is_of_the_row_it_lies_in() {
        let csv = b"a,1\n\"b\nb\",2\nc,3\n";
        let rows: Vec<u64> = (0..csv.len()).map(|place| row_of(csv, place)).collect();
        let expected = [vec![1; 4], vec![2; 8], vec![3; 4]].concat();
        assert_eq!(rows, expected);
    }
}
