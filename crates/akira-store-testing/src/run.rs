use akira_store::EntryKind::{Directory, File};
use akira_store::{ENTRY_BYTES, Error, Store};
use embassy_futures::block_on;

use crate::{
    APPS, Choices, FOLDERS, Flash, IMAGE_PAGES, KEYS, Model, Op, RECORD_PAGES, Shown, Version,
    formatted, mount,
};

const PATHS: [&str; 8] = ["a", "b", "d", "d/a", "d/b", "d/d", "d/d/a", "base"];

/// Maximum number of settings that [`Run::filled`] writes.
const MAX_FILLERS: usize = 180;

/// Store on a flash that loses power, together with the model of its expected content.
#[derive(Debug)]
pub struct Run<const P: usize, const W: usize, const R: usize> {
    /// Flash under test.
    pub flash: Flash<P, W, R>,
    /// Number of operations that a power cut interrupted.
    pub cuts: u64,
    /// Number of operations that were refused because the store was full.
    pub full: u64,
    model: Model,
    fillers: usize,
}

impl<const P: usize, const W: usize, const R: usize> Run<P, W, R> {
    /// Starts with an empty store.
    pub fn new() -> Self {
        Self {
            flash: formatted(),
            cuts: 0,
            full: 0,
            model: Model::default(),
            fillers: 0,
        }
    }

    /// Starts with a store that is three quarters full of settings that are never removed, so that
    /// operations sometimes find it full.
    pub fn filled() -> Self {
        let mut run = Self::new();
        let mut store = mount(&mut run.flash);
        run.fillers = block_on(async {
            for filler in 0..MAX_FILLERS {
                let usage = store.usage().await.expect("it is mounted");
                if usage.used * 4 > usage.capacity * 3 {
                    return filler;
                }
                let set = store
                    .set_setting(&filler_key(filler), &[filler as u8; 255])
                    .await;
                set.expect("there is room");
            }
            MAX_FILLERS
        });
        run
    }

    /// Applies a random operation, every second time with a power cut scheduled, and compares the
    /// content of the store with the model.
    ///
    /// # Panics
    ///
    /// If they differ.
    pub fn step(&mut self, choices: &mut impl Choices) {
        let op = any_op(choices, &self.model, P);
        if choices.below(2) == 0 {
            // Most operations write few words; some write thousands.
            let most = 1 << choices.below(13);
            let seed = choices.below(1 << 16) as u64;
            self.flash.cut_after(choices.below(most) as u64, seed);
        }
        let result = op.apply(&mut mount(&mut self.flash));
        let was_cut = self.flash.power_up();
        let shown = Shown::of(&mut mount(&mut self.flash));
        let steps = self.model.steps(&op);
        let states = match result {
            _ if was_cut => {
                self.cuts += 1;
                let mut states = steps.unwrap_or_default();
                states.push(self.model.clone());
                states
            }
            Ok(()) => {
                let last = steps.and_then(|mut steps| steps.pop());
                last.into_iter().collect()
            }
            Err(error) => {
                let is_full = matches!(error, Error::Full { .. } | Error::TooManyRecords);
                assert!(is_full || steps.is_none(), "{op:?}: {error}");
                self.full += u64::from(is_full);
                vec![self.model.clone()]
            }
        };
        let state = states.into_iter().find(|state| state.shown() == shown);
        self.model =
            state.unwrap_or_else(|| panic!("cut: {was_cut}, {result:?} of {op:?}: {shown:?}"));
    }

    /// Checks that the settings of [`filled`](Self::filled) still exist.
    ///
    /// # Panics
    ///
    /// If one is missing or changed.
    pub fn check_fillers(&mut self) {
        let layout = crate::layout(&self.flash);
        let store = Store::<_, 200>::mount(&mut self.flash, layout);
        let mut store = block_on(store).expect("it mounts");
        for filler in 0..self.fillers {
            let mut value = [0; 255];
            let length = block_on(store.setting(&filler_key(filler), &mut value));
            assert_eq!((length, value), (Ok(Some(255)), [filler as u8; 255]));
        }
    }

    /// Returns the erase counts of the record pages and of the image pages.
    pub fn wear(&self) -> (&[u32], &[u32]) {
        let (images, records) = self.flash.erases.split_at(IMAGE_PAGES);
        debug_assert_eq!(records.len(), RECORD_PAGES);
        (records, images)
    }
}

impl<const P: usize, const W: usize, const R: usize> Default for Run<P, W, R> {
    fn default() -> Self {
        Self::new()
    }
}

fn filler_key(filler: usize) -> String {
    format!("filler{filler}")
}

/// Chooses an operation that most often has an effect.
pub fn any_op(choices: &mut impl Choices, model: &Model, page: usize) -> Op {
    let folder = FOLDERS[choices.below(FOLDERS.len())];
    let path = PATHS[choices.below(PATHS.len())].to_string();
    let app = APPS[choices.below(APPS.len())];
    match choices.below(32) {
        0..=7 => {
            let key = KEYS[choices.below(KEYS.len())].to_string();
            let length = choices.below(256);
            Op::Set(key, choices.bytes(length))
        }
        8 => Op::Unset(KEYS[choices.below(KEYS.len())].to_string()),
        9..=11 => {
            let kind = if matches!(&path[..], "d" | "d/d") {
                Directory
            } else {
                File
            };
            Op::Create(folder, path, kind)
        }
        12..=17 => any_write(choices, model, folder, path, page),
        18 => Op::Truncate(folder, path),
        19 | 20 => Op::Remove(folder, path),
        21 | 22 => {
            let to = PATHS[choices.below(PATHS.len())].to_string();
            Op::Rename(folder, path, to)
        }
        23 if choices.below(4) == 0 => Op::Clear(folder),
        24 if choices.below(4) == 0 => Op::Uninstall(app),
        25 | 26 if choices.below(4) == 0 => any_install(choices, app, page),
        27 => [Op::Confirm(app), Op::RollBack(app)][choices.below(2)].clone(),
        // Only for an installed app: an interrupted first installation leaves a record whose
        // `autostart` can be set, but no call shows it yet.
        28 if model.is_installed(app) => Op::Autostart(app, choices.below(2) == 0),
        29 => Op::Enable(app, choices.below(2) == 0),
        30 => Op::Start(app),
        _ => Op::Crash(app),
    }
}

fn any_install(choices: &mut impl Choices, app: &'static str, page: usize) -> Op {
    let (number, length) = (choices.below(100) as u8, 1 + choices.below(page * 2));
    let mut version = Version::new(number, choices.bytes(length));
    if choices.below(2) == 0 {
        let file = choices.bytes(number.into());
        let files = [
            ("d", None),
            ("d/a", Some(&file[..])),
            ("base", Some(b"base")),
        ];
        version = version.with_files(files);
    }
    if choices.below(2) == 0 {
        version = version.with_quota(ENTRY_BYTES * number as u32 / 8, 6);
    }
    if choices.below(2) == 0 {
        return Op::Install(app, version);
    }
    Op::Resume(app, version)
}

/// Writes within one chunk of the file, at a random offset or near the end.
fn any_write(
    choices: &mut impl Choices,
    model: &Model,
    folder: &'static str,
    path: String,
    page: usize,
) -> Op {
    let piece = (page / 8).min(512);
    let size = model
        .look(folder, &path)
        .flatten()
        .map_or(0, |file| file.len());
    let offset = match choices.below(3) {
        0 => choices.below(size + 1),
        _ => size.min(piece * 3),
    };
    let length = 1 + choices.below(piece - offset % piece);
    Op::Write(folder, path, offset as u32, choices.bytes(length))
}
