//! Runs a store on a flash that an attacker has modified.

use akira_store::{Error, Layout, Store};
use embassy_futures::block_on;

use crate::{
    APPS, Choices, FOLDERS, Flash, IMAGE_PAGES, Model, Op, RECORD_PAGES, Version, any_op, mutate,
};

/// Maximum number of words and pages that one run may write: a few turns of the ring for each
/// operation.
const OPERATIONS_MOST: u64 = 2_000_000;

/// Number of operations of a run after the flash was modified.
const OPERATIONS: usize = 40;

fn layout<const P: usize, const W: usize, const R: usize>(flash: &Flash<P, W, R>) -> Layout {
    let images = (RECORD_PAGES * P) as u32;
    let end = images + (IMAGE_PAGES * P) as u32;
    Layout::new(flash, 0..images, images..end).expect("the layout fits")
}

/// Creates a flash with apps and files, modifies it with [`mutate`] once or several times, and uses
/// the store that mounts on it.
///
/// # Panics
///
/// If the store panics, writes without end, writes to a flash that it refuses, or blocks after an
/// error.
pub fn use_forged<const P: usize, const W: usize, const R: usize>(choices: &mut impl Choices) {
    let mut flash = populated::<P, W, R>(choices);
    let mut bytes = flash.bytes().to_vec();
    let mut done = Vec::new();
    for _ in 0..1 + choices.below(3) {
        done.push(mutate(&mut bytes, (P, W, RECORD_PAGES), choices));
    }
    flash.replace(&bytes);
    flash.operations = 0;
    for _ in 0..OPERATIONS {
        let layout = layout(&flash);
        let before = flash.operations;
        let mounted = block_on(Store::<_, 200>::mount(&mut flash, layout));
        let Ok(mut store) = mounted else {
            let error = mounted.map(|_| ()).expect_err("it is none");
            let is_refused = !matches!(error, Error::Flash(_));
            assert!(
                is_refused && flash.operations == before,
                "{error}: {done:?}"
            );
            return;
        };
        let op = any_op(choices, &Model::default(), P);
        let _ = op.apply(&mut store);
        look(&mut store);
        assert!(
            flash.operations < OPERATIONS_MOST,
            "it writes without end: {done:?}"
        );
    }
}

/// Reads everything in the store. The results do not matter: the store must only not panic.
fn look<const P: usize, const W: usize, const R: usize>(
    store: &mut Store<&mut Flash<P, W, R>, 200>,
) {
    let _ = block_on(async {
        let mut apps = Vec::new();
        let _ = store.each_name(|name| apps.push(name)).await;
        for name in apps {
            if let Ok(Some(app)) = store.app(&name).await {
                for image in [app.current, app.previous].into_iter().flatten() {
                    let _ = store.verify_image(&image).await;
                    let _ = store.read_image(&image, 0, &mut [0; 64]).await;
                }
            }
            let _ = store.resume(&name).await;
        }
        for folder in FOLDERS {
            let mut paths = Vec::new();
            let mut each = |path: &str, _| {
                paths.push(path.to_string());
                true
            };
            let _ = store.list(folder, "", &mut each).await;
            for path in paths {
                let _ = store.stat(folder, &path).await;
                let _ = store.read_at(folder, &path, 0, &mut [0; 700]).await;
            }
            let _ = store.folder_used(folder).await;
        }
        let _ = store.taken_by_others(FOLDERS.into_iter()).await;
        store.usage().await
    });
}

fn populated<const P: usize, const W: usize, const R: usize>(
    choices: &mut impl Choices,
) -> Flash<P, W, R> {
    let mut flash = Flash::new(RECORD_PAGES + IMAGE_PAGES);
    let layout = layout(&flash);
    let mut store = block_on(Store::<_, 200>::format(&mut flash, layout)).expect("it formats");
    for (app, number) in APPS.into_iter().zip(1..) {
        let version = Version::new(number, vec![number; 900]);
        let _ = Op::Install(app, version).apply(&mut store);
        let version = Version::new(number + 3, vec![number; 500]).with_quota(6000, 9);
        let _ = Op::Install(app, version).apply(&mut store);
    }
    for _ in 0..choices.below(60) {
        let _ = any_op(choices, &Model::default(), P).apply(&mut store);
    }
    flash
}
