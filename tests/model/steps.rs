//! The steps of the model: what people and machines do to raw files, configuration, cache and
//! outputs between two runs.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::Write as _;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::support::corpus::{PATHS, configuration, content};
use crate::support::damage::damage_file;
use crate::support::random::Random;
use crate::support::{House, children, copy_folder, regular_files, remove, set_modified};

/// What can happen between two runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Add,
    Append,
    Configure,
    DamageCache,
    DamageOutputs,
    Delete,
    Edit,
    /// Other content, and the time of modification set back.
    EditInSecret,
    /// A run that is killed.
    Kill,
    /// A symbolic link in the place of a file.
    Link,
    MoveFolder,
    Nothing,
    Rename,
    /// A file written elsewhere and moved over the old one.
    Replace,
    RestoreCache,
    Swap,
    Touch,
}

/// Each kind, the common ones more than once.
pub const KINDS: [Kind; 26] = [
    Kind::Add,
    Kind::Add,
    Kind::Append,
    Kind::Configure,
    Kind::Configure,
    Kind::DamageCache,
    Kind::DamageCache,
    Kind::DamageCache,
    Kind::DamageOutputs,
    Kind::Delete,
    Kind::Delete,
    Kind::Edit,
    Kind::Edit,
    Kind::EditInSecret,
    Kind::EditInSecret,
    Kind::Kill,
    Kind::Kill,
    Kind::Kill,
    Kind::Link,
    Kind::MoveFolder,
    Kind::Nothing,
    Kind::Rename,
    Kind::Replace,
    Kind::RestoreCache,
    Kind::Swap,
    Kind::Touch,
];

/// A house and what its sequence remembers.
#[derive(Debug)]
pub struct World {
    pub house: House,
    /// A copy of an earlier cache.
    old_cache: House,
}

impl World {
    /// A world with 2 to 9 raw files.
    pub fn new(random: &mut Random, is_on_disk: bool) -> Self {
        let house = if is_on_disk { House::on_disk() } else { House::new() };
        let mut paths = PATHS;
        random.shuffle(&mut paths);
        for path in &paths[..2 + random.below(8)] {
            house.write(path, content(path, random));
        }
        if random.below(4) > 0 {
            house.configure("[repeat]\narticles_min = 3\n");
        }
        Self { house, old_cache: House::new() }
    }

    /// The raw files in words.
    pub fn start(&self) -> String {
        let files = self.raw_files().into_iter();
        let told = files.map(|file| format!("{} {:?}", file.display(), text_of(&self.raw(&file))));
        told.collect::<Vec<_>>().join("\n")
    }

    /// Does one step; returns what it was in words.
    pub fn step(&mut self, kind: Kind, random: &mut Random) -> String {
        match kind {
            Kind::Nothing | Kind::Kill => String::new(),
            Kind::Add => self.write(random.pick(&PATHS), random),
            Kind::Configure => {
                let text = configuration(random);
                self.house.configure(&text);
                text.replace('\n', " ")
            }
            Kind::DamageCache => self.damage("the cache", ".newsloom", random),
            Kind::DamageOutputs => self.damage("the outputs", "outputs", random),
            Kind::RestoreCache => self.restore_cache(),
            Kind::MoveFolder => self.move_folder(),
            _ => match self.raw_files() {
                files if files.is_empty() => self.write(random.pick(&PATHS), random),
                files => {
                    let file = &files[random.below(files.len())];
                    self.change(kind, file, &files, random)
                }
            },
        }
    }

    /// Id and content of each published article, and whether a line of it was dropped because
    /// others of its site have it.
    pub fn affected(&self) -> BTreeMap<(String, String), bool> {
        let rows = |table: &str| {
            let reader = csv::Reader::from_path(self.house.path("outputs").join(table)).unwrap();
            reader.into_deserialize().map(|row: csv::Result<BTreeMap<String, String>>| row.unwrap())
        };
        let dropped = rows("blocks.csv").filter(|row| row["rule"] == "repeated_across_articles");
        let dropped: BTreeSet<String> = dropped.map(|row| row["article_id"].clone()).collect();
        let article = |mut row: BTreeMap<String, String>| {
            let [id, content] =
                ["article_id", "content_sha256"].map(|name| row.remove(name).unwrap());
            let is_dropped = dropped.contains(&id);
            ((id, content), is_dropped)
        };
        rows("articles.csv").map(article).collect()
    }

    fn raw(&self, file: impl AsRef<Path>) -> PathBuf {
        self.house.path("raw").join(file)
    }

    fn raw_files(&self) -> Vec<PathBuf> {
        regular_files(&self.house.path("raw"))
    }

    fn write(&self, path: &str, random: &mut Random) -> String {
        let written = content(path, random);
        remove(&self.raw(path));
        self.house.write(path, &written);
        format!("{path} {written:?}")
    }

    /// A step that needs a raw file.
    fn change(&self, kind: Kind, file: &Path, files: &[PathBuf], random: &mut Random) -> String {
        let (path, name) = (self.raw(file), file.display().to_string());
        match kind {
            Kind::Append => {
                let more = content(&name, random);
                let mut opened = File::options().append(true).open(&path).unwrap();
                opened.write_all(more.as_bytes()).unwrap();
                format!("{name} {more:?}")
            }
            Kind::Delete => {
                fs::remove_file(&path).unwrap();
                name
            }
            Kind::Edit => self.write(&name, random),
            Kind::EditInSecret => edit_in_secret(&path, &name, random),
            Kind::Link => {
                fs::remove_file(&path).unwrap();
                symlink(self.raw(&files[random.below(files.len())]), &path).unwrap();
                name
            }
            Kind::Rename => self.rename(file, Path::new(random.pick(&PATHS))),
            Kind::Replace => {
                let (fresh, written) = (self.house.path("fresh"), content(&name, random));
                fs::write(&fresh, &written).unwrap();
                if random.below(2) == 0 {
                    set_modified(&fresh, fs::metadata(&path).unwrap().modified().unwrap());
                }
                fs::rename(&fresh, &path).unwrap();
                format!("{name} {written:?}")
            }
            Kind::Swap => {
                let other = &files[random.below(files.len())];
                let between = self.house.path("between");
                fs::rename(&path, &between).unwrap();
                if other != file {
                    fs::rename(self.raw(other), &path).unwrap();
                }
                fs::rename(&between, self.raw(other)).unwrap();
                format!("{name} and {}", other.display())
            }
            Kind::Touch => touch(&path, &name, random),
            _ => unreachable!("{kind:?} needs no raw file"),
        }
    }

    fn rename(&self, from: &Path, to: &Path) -> String {
        if from != to {
            remove(&self.raw(to));
            fs::create_dir_all(self.raw(to).parent().unwrap()).unwrap();
            fs::rename(self.raw(from), self.raw(to)).unwrap();
        }
        format!("{} to {}", from.display(), to.display())
    }

    /// The folder `d` goes to `e`, or `e` to `d`.
    fn move_folder(&self) -> String {
        let (from, to) = if self.raw("d").exists() { ("d", "e") } else { ("e", "d") };
        if self.raw(from).exists() {
            remove(&self.raw(to));
            fs::rename(self.raw(from), self.raw(to)).unwrap();
        }
        format!("{from} to {to}")
    }

    /// Puts an earlier cache in place of today's, which is kept for the next time.
    fn restore_cache(&self) -> String {
        let (cache, old) = (self.house.path(".newsloom"), self.old_cache.path("raw"));
        let between = self.old_cache.path("between");
        copy_folder(&cache, &between);
        let is_restored = !children(&old).is_empty();
        if is_restored {
            remove(&cache);
            copy_folder(&old, &cache);
        }
        remove(&old);
        fs::rename(&between, &old).unwrap();
        if is_restored { "an earlier one".to_owned() } else { "kept for later".to_owned() }
    }

    fn damage(&self, what: &str, folder: &str, random: &mut Random) -> String {
        let folder = self.house.path(folder);
        let files = regular_files(&folder);
        if files.is_empty() || random.below(8) == 0 {
            remove(&folder);
            return format!("{what} removed");
        }
        let file = &files[random.below(files.len())];
        format!("{what}: {} {}", file.display(), damage_file(&folder.join(file), random))
    }
}

/// Other content, of the same length where the kind of text is, under the old time.
fn edit_in_secret(path: &Path, name: &str, random: &mut Random) -> String {
    let modified = fs::metadata(path).unwrap().modified().unwrap();
    let mut bytes = fs::read(path).unwrap();
    let digits: Vec<usize> = (0..bytes.len()).filter(|at| bytes[*at].is_ascii_digit()).collect();
    if digits.is_empty() || random.below(4) == 0 {
        bytes = content(name, random).into_bytes();
    } else {
        bytes[random.pick(&digits)] = b'1' + u8::try_from(random.below(9)).unwrap();
    }
    fs::write(path, &bytes).unwrap();
    set_modified(path, modified);
    format!("{name} {:?}", text_of(path))
}

fn touch(path: &Path, name: &str, random: &mut Random) -> String {
    let (time, told) = match random.below(3) {
        0 => (SystemTime::now(), "now"),
        1 => (SystemTime::UNIX_EPOCH, "at the epoch"),
        _ => (SystemTime::now() + Duration::from_secs(1 << 30), "in the future"),
    };
    set_modified(path, time);
    format!("{name} {told}")
}

fn text_of(path: &Path) -> String {
    String::from_utf8_lossy(&fs::read(path).unwrap()).into_owned()
}
