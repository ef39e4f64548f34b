//! Writes content to a flash that no store would write, with correct checksums.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::Choices;
use crate::image::{APP, CHUNK, ENTRY, FOLDER, FlashImage, INSTALL, REMOVED, Record, SETTING};

/// Offset and size of each field in the value of an app record.
const APP_FIELDS: [(usize, usize); 44] = app_fields();
/// Offset of the current image in an app record: start, size, hash.
const CURRENT: usize = 13;

const fn app_fields() -> [(usize, usize); 44] {
    let mut fields = [(0, 0); 44];
    let (mut at, mut n) = (0, 0);
    let head = [1, 4, 2, 2, 4];
    let tail = [4, 4, 32, 4, 4];
    // Each part has two fields: its start and its size.
    let image = [4, 4, 32, 1, 15, 8, 1, 32, 4, 4, 2, 4, 4, 4, 4, 4, 4];
    let mut part = 0;
    while part < 4 {
        let widths: &[usize] = match part {
            0 => &head,
            3 => &tail,
            _ => &image,
        };
        let mut i = 0;
        while i < widths.len() {
            fields[n] = (at, widths[i]);
            at += widths[i];
            n += 1;
            i += 1;
        }
        part += 1;
    }
    fields
}

/// Description of one change of a flash.
#[derive(Clone, Debug, Default)]
pub struct Mutation {
    /// Description for messages.
    pub what: String,
    /// Folders, which are names of apps, of which a record was changed, hidden or replaced.
    pub touched: BTreeSet<String>,
    /// Whether the change affects how records are found. A store may refuse such a flash, and must
    /// then leave it unchanged.
    pub is_structural: bool,
}

/// Changes one thing on a flash and repairs the checksums. The first `pages` pages of the flash are
/// its record pages.
pub fn mutate(
    bytes: &mut [u8],
    (page, word, pages): (usize, usize, usize),
    choices: &mut impl Choices,
) -> Mutation {
    let image = FlashImage {
        bytes: bytes.to_vec(),
        page,
        word,
        pages,
    };
    let mut mutator = Mutator {
        before: image.clone(),
        image,
        done: Mutation::default(),
    };
    mutator.any(choices);
    bytes.copy_from_slice(&mutator.image.bytes);
    mutator.done
}

struct Mutator {
    before: FlashImage,
    image: FlashImage,
    done: Mutation,
}

impl Mutator {
    fn any(&mut self, choices: &mut impl Choices) {
        let records = self.image.records();
        if records.is_empty() {
            return self.page_field(choices);
        }
        let record = records[choices.below(records.len())].clone();
        let other = records[choices.below(records.len())].clone();
        match choices.below(16) {
            0 => self.page_field(choices),
            1 => self.pages(choices),
            2 | 3 => self.header(&record, choices),
            4 => self.key(&record, &other, choices),
            5 => self.swap(&record, &other),
            6 | 7 => self.append(&record, &other, choices),
            8 => self.value(&record, choices),
            9 => self.bytes_of_image(choices),
            // Most mutations go to app records: they have the most fields, and a flash has few of
            // them.
            _ => {
                let is_app = |record: &&Record| self.image.bytes[record.at] == APP;
                let apps: Vec<_> = records.iter().filter(is_app).cloned().collect();
                match apps.len() {
                    0 => self.value(&record, choices),
                    count => self.app(&apps[choices.below(count)].clone(), choices),
                }
            }
        }
    }

    /// Changes a field of a page header.
    fn page_field(&mut self, choices: &mut impl Choices) {
        let page = choices.below(self.image.pages);
        let field = [4..5, 8..12, 12..16, 16..20][choices.below(4)].clone();
        let start = page * self.image.page;
        self.done.what = format!("header of page {page}, bytes {field:?}");
        self.write(start + field.start..start + field.end, choices);
        self.image.seal_page(page);
        self.touch_all();
    }

    /// Swaps, copies or erases whole pages.
    fn pages(&mut self, choices: &mut impl Choices) {
        let size = self.image.page;
        let (one, two) = (
            choices.below(self.image.pages),
            choices.below(self.image.pages),
        );
        let bytes = |page: usize| self.before.bytes[page * size..(page + 1) * size].to_vec();
        let (first, second) = (bytes(one), bytes(two));
        self.image.bytes[one * size..(one + 1) * size].copy_from_slice(&second);
        match choices.below(3) {
            0 => self.image.bytes[two * size..(two + 1) * size].copy_from_slice(&first),
            1 => self.image.bytes[one * size..(one + 1) * size].fill(0xFF),
            _ => {}
        }
        self.done.what = format!("pages {one} and {two}");
        self.touch_all();
    }

    /// Changes the kind, a length or the tag of a record.
    fn header(&mut self, record: &Record, choices: &mut impl Choices) {
        let at = record.at;
        let field = [0..1, 1..2, 2..4, 4..8, 4..8][choices.below(5)].clone();
        self.done.what = format!("header of the record at {at}, bytes {field:?}");
        self.write(at + field.start..at + field.end, choices);
        self.image.seal(at);
        if field.start < 4 {
            self.touch_behind(record);
        }
        self.touch(at);
    }

    /// Replaces the key of a record with that of another record, or changes it at random.
    fn key(&mut self, record: &Record, other: &Record, choices: &mut impl Choices) {
        let (at, key) = (record.at, self.image.key(record.at));
        let from = self.before.key(other.at);
        self.done.what = format!("key of the record at {at}, from {}", other.at);
        match choices.below(3) {
            0 => self.write(key, choices),
            _ => {
                let length = key.len().min(from.len());
                let from = self.before.bytes[from.start..from.start + length].to_vec();
                self.image.bytes[key.start..key.start + length].copy_from_slice(&from);
            }
        }
        self.image.seal(at);
        self.touch(at);
    }

    /// Swaps two records of the same size.
    fn swap(&mut self, record: &Record, other: &Record) {
        if record.padded != other.padded {
            return;
        }
        self.done.what = format!("records at {} and {}", record.at, other.at);
        for (to, from) in [(record.at, other.at), (other.at, record.at)] {
            let bytes = self.before.bytes[from..from + record.padded].to_vec();
            self.image.bytes[to..to + record.padded].copy_from_slice(&bytes);
            self.touch(to);
        }
    }

    /// Appends a copy of a record after the newest record, unchanged or with one change: as a
    /// removal, with the tag or key of another record, or with another value.
    fn append(&mut self, record: &Record, other: &Record, choices: &mut impl Choices) {
        let newest = self.image.newest();
        let at = self.image.end_of(newest);
        if at + record.padded > (newest + 1) * self.image.page {
            return;
        }
        let bytes = self.before.bytes[record.at..record.at + record.padded].to_vec();
        self.image.bytes[at..at + record.padded].copy_from_slice(&bytes);
        let how = choices.below(5);
        self.done.what = format!("the record at {} written again, {how}", record.at);
        match how {
            0 => self.image.bytes[at] ^= REMOVED,
            1 => {
                let tag = self.before.tag(other.at).to_le_bytes();
                self.image.bytes[at + 4..at + 8].copy_from_slice(&tag);
            }
            2 => {
                let (key, from) = (self.image.key(at), self.before.key(other.at));
                let length = key.len().min(from.len());
                let from = self.before.bytes[from.start..from.start + length].to_vec();
                self.image.bytes[key.start..key.start + length].copy_from_slice(&from);
            }
            3 => self.write(self.image.value(at), choices),
            _ => {}
        }
        self.image.seal(at);
        self.touch(at);
        self.touch(record.at);
    }

    /// Changes bytes of a record's value.
    fn value(&mut self, record: &Record, choices: &mut impl Choices) {
        let value = self.image.value(record.at);
        let start = value.start + choices.below(value.len().max(1));
        let end = value.end.min(start + 1 + choices.below(4));
        self.done.what = format!("value of the record at {}, {start}..{end}", record.at);
        if start < end {
            self.write(start..end, choices);
        }
        self.image.seal(record.at);
        self.touch(record.at);
    }

    /// Changes a field of an app record, or copies another field into it.
    fn app(&mut self, record: &Record, choices: &mut impl Choices) {
        let value = self.image.value(record.at);
        // A record that was mutated before may be shorter than an app record.
        let fits = |(at, width): &&(usize, usize)| value.start + at + width <= value.end;
        let fields: Vec<_> = APP_FIELDS.iter().filter(fits).collect();
        if fields.is_empty() {
            return;
        }
        let (at, width) = *fields[choices.below(fields.len())];
        let field = value.start + at..value.start + at + width;
        self.done.what = format!("field {at} of the app's record at {}", record.at);
        if choices.below(3) == 0 && width == 4 {
            // The fields of 4 bytes are starts, sizes, parts and counters.
            let fields = fields.iter().filter(|(_, width)| *width == 4);
            let starts: Vec<_> = fields.map(|(at, _)| value.start + at).collect();
            let from = starts[choices.below(starts.len())];
            self.image.bytes.copy_within(from..from + 4, field.start);
        } else {
            self.write(field, choices);
        }
        self.image.seal(record.at);
        self.touch(record.at);
    }

    /// Changes a byte of an app's image and updates the image's hash in the app record.
    fn bytes_of_image(&mut self, choices: &mut impl Choices) {
        let records = self.image.records();
        let is_app = |record: &&Record| self.image.bytes[record.at] == APP;
        let Some(record) = records.iter().rev().find(is_app) else {
            return;
        };
        let value = self.image.value(record.at);
        let image = value.start + CURRENT;
        if image + 40 > value.end {
            return;
        }
        let (start, size) = (self.image.number(image), self.image.number(image + 4));
        let (start, size) = (start as usize, size as usize);
        if size == 0 || start + size > self.image.bytes.len() {
            return;
        }
        let place = start + choices.below(size);
        self.done.what = format!("byte {place} of the image at {start}, with its hash");
        self.write(place..place + 1, choices);
        let hash = sha256(&self.image.bytes[start..start + size]);
        self.image.bytes[image + 8..image + 40].copy_from_slice(&hash);
        self.image.seal(record.at);
        self.touch(record.at);
    }

    /// Overwrites a field with a limit of its range, a value near the current one, or random bytes.
    fn write(&mut self, range: Range<usize>, choices: &mut impl Choices) {
        let end = range.end.min(self.image.bytes.len());
        let field = &mut self.image.bytes[range.start.min(end)..end];
        match choices.below(8) {
            0 => field.fill(0),
            1 => field.fill(0xFF),
            2 => {
                field.fill(0);
                field.iter_mut().take(1).for_each(|byte| *byte = 1);
            }
            3 => add(field, 1),
            4 => add(field, 0xFF),
            5 => {
                // One page more or less.
                if let Some(byte) = field.get_mut(1) {
                    *byte = byte.wrapping_add([0x10, 0xF0][choices.below(2)]);
                }
            }
            6 => {
                let place = choices.below(field.len().max(1));
                if let Some(byte) = field.get_mut(place) {
                    *byte ^= 1 << choices.below(8);
                }
            }
            _ => field.copy_from_slice(&choices.bytes(field.len())),
        }
    }

    fn touch_all(&mut self) {
        self.done.is_structural = true;
        for record in self.before.records() {
            self.touch(record.at);
        }
    }

    /// Marks the records from this one to the end of its page as touched, because they may no
    /// longer be found.
    fn touch_behind(&mut self, record: &Record) {
        self.done.is_structural = true;
        let page = record.at / self.image.page;
        for behind in self.before.records_of(page) {
            if behind.at >= record.at {
                self.touch(behind.at);
            }
        }
    }

    /// Marks the folders that own a record, before and after the change.
    fn touch(&mut self, at: usize) {
        let before = owners(&self.before, &self.before, at);
        let now = owners(&self.image, &self.before, at);
        self.done.touched.extend(before.into_iter().chain(now));
    }
}

/// Returns the folders that own a record: by its key and, for a file, by its tag.
fn owners(image: &FlashImage, before: &FlashImage, at: usize) -> Vec<String> {
    let folder = |image: &FlashImage, at: usize| {
        let key = image.key(at);
        let key = image.bytes.get(key).unwrap_or_default();
        let folder = key.split(|byte| *byte == b'/').next().unwrap_or_default();
        String::from_utf8_lossy(folder).into_owned()
    };
    let tagged = |kind: u8| {
        let tag = image.tag(at);
        let records = before.records().into_iter();
        let entries = records.filter(move |r| before.kind(r.at) == kind && before.tag(r.at) == tag);
        entries.map(|entry| folder(before, entry.at))
    };
    match image.kind(at) {
        CHUNK => tagged(ENTRY).collect(),
        ENTRY => tagged(ENTRY).chain([folder(image, at)]).collect(),
        APP | SETTING | FOLDER | INSTALL => vec![folder(image, at)],
        _ => Vec::new(),
    }
}

/// Adds to a little-endian number of any width.
fn add(field: &mut [u8], number: u8) {
    // 0xFF stands for -1, so it is sign-extended to the width of the number.
    let (mut carry, is_minus) = (0, number == 0xFF);
    for (i, byte) in field.iter_mut().enumerate() {
        let other = match (i, is_minus) {
            (0, _) => number,
            (_, true) => 0xFF,
            (_, false) => 0,
        };
        let sum = u16::from(*byte) + u16::from(other) + carry;
        (*byte, carry) = (sum as u8, sum >> 8);
    }
}

fn sha256(bytes: &[u8]) -> [u8; 32] {
    use sha2::Digest;
    sha2::Sha256::digest(bytes).into()
}
