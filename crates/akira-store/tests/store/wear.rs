//! How evenly pages are worn, and how much a call does at most.

use akira_caps::AppName;
use akira_store::{Details, Layout, NewImage, Store};
use akira_store_testing::{
    Choices, Datasheet, Failure, Flash, IMAGE_PAGES, Op, RECORD_PAGES, Random, Timed, Version,
    Work, formatted, mount,
};
use embassy_futures::block_on;
use embedded_storage_async::nor_flash::{NorFlash, ReadNorFlash};

/// The most worn page of images against the mean of those that no image holds for good: each is erased once a turn at most,
/// and a turn passes over none but those of a gap that is too short for the next image.
const FACTOR: u32 = 2;

fn are_worn_in_turn(pages: &[u32]) {
    let (sum, most) = (pages.iter().sum::<u32>(), pages.iter().max());
    let (count, most) = (pages.len() as u32, *most.expect("there are pages"));
    println!("pages of images were erased {pages:?} times");
    assert!(most * count <= FACTOR * sum, "{pages:?}");
}

#[test]
fn pages_of_images_are_worn_in_turn() {
    let mut flash: Flash<4096, 4, 4> = formatted();
    let mut random = Random::new(3);
    let mut install = |app, pages: usize, flash: &mut _| {
        let length = pages * 4096 - random.below(4096);
        let version = Version::new(1, random.bytes(length));
        Op::Install(app, version).apply(&mut mount(flash))
    };
    // One app stays for good, one is updated, one comes and goes.
    install("radio", 2, &mut flash).expect("there is room");
    for round in 0..400 {
        install("snake", 1 + round % 3, &mut flash).expect("there is room");
        Op::Confirm("snake")
            .apply(&mut mount(&mut flash))
            .expect("it is there");
        if install("snakes", 1 + round % 2, &mut flash).is_ok() {
            Op::Uninstall("snakes")
                .apply(&mut mount(&mut flash))
                .expect("it is there");
        }
    }
    are_worn_in_turn(&flash.erases[2..IMAGE_PAGES]);
    assert_eq!(flash.erases[..2], [1, 1], "what stays is left alone");
}

#[test]
fn an_app_that_comes_and_goes_wears_all_pages() {
    let mut flash: Flash<4096, 4, 4> = formatted();
    for _ in 0..IMAGE_PAGES * 10 {
        let version = Version::new(1, vec![1; 3 * 4096]);
        Op::Install("snake", version)
            .apply(&mut mount(&mut flash))
            .expect("there is room");
        Op::Uninstall("snake")
            .apply(&mut mount(&mut flash))
            .expect("it is there");
    }
    are_worn_in_turn(&flash.erases[..IMAGE_PAGES]);
}

/// Replaces settings in a store that they fill, and holds each call to what it takes to collect each page once at most.
fn calls_are_bounded<const P: usize, const W: usize, const R: usize>() {
    let mut flash: Flash<P, W, R> = formatted();
    let set = |n: usize, value: u8| Op::Set(format!("s{n}"), vec![value; 255]);
    let mut store = mount(&mut flash);
    let keys = (0..180).take_while(|n| set(*n, 0).apply(&mut store).is_ok());
    let keys = keys.count();
    let mut calls = [0_u32; RECORD_PAGES];
    for round in 0..500 {
        let erased = |flash: &Flash<P, W, R>| flash.erases.iter().sum::<u32>();
        let (before, operations) = (erased(&flash), flash.operations);
        set(round * 7 % keys, round as u8)
            .apply(&mut mount(&mut flash))
            .expect("it is replaced");
        let pages = erased(&flash) - before;
        calls[pages as usize] += 1;
        let words = flash.operations - operations - u64::from(pages);
        let most = pages as usize * P / W + 300_usize.div_ceil(W);
        assert!(words <= most as u64, "{words} words, {pages} pages");
    }
    println!("{P}/{W}, {keys} settings: so many calls erased no page, one, ...: {calls:?}");
}

#[test]
fn a_call_collects_each_page_once_at_most() {
    calls_are_bounded::<4096, 1, 1>();
    calls_are_bounded::<4096, 4, 4>();
    calls_are_bounded::<2048, 8, 1>();
    calls_are_bounded::<65536, 16, 16>();
}

/// The bytes of a piece as links bring them: a line of base64, a small packet, a page of the chip, a chunk of a file.
const PIECES: [usize; 4] = [57, 128, 256, 512];

#[test]
fn an_install_is_as_fast_as_nine_tenths_of_raw_writes() {
    let image = vec![7; 64 * 4096];
    let chip = || Timed::new(Flash::<4096, 4, 4>::new(8 + 64), Datasheet::SERIAL_NOR);
    for piece in PIECES {
        let mut flash = chip();
        let meter = flash.meter();
        block_on(async {
            for (page, bytes) in image.chunks(4096).enumerate() {
                let at = (8 + page as u32) * 4096;
                flash.erase(at, at + 4096).await?;
                let mut at = at;
                for piece in bytes.chunks(piece.next_multiple_of(4)) {
                    flash.write(at, piece).await?;
                    at += piece.len() as u32;
                }
            }
            Ok::<(), Failure>(())
        })
        .expect("it writes");
        let raw = meter.take();
        let install = install_in_pieces(chip(), &image, piece);
        let ratio = raw.nanoseconds as f64 / install.nanoseconds as f64;
        println!("in pieces of {piece}: {ratio:.3} of raw writes of such pieces");
        assert!(ratio >= 0.9, "in pieces of {piece}: {ratio:.3}");
    }
}

/// Installs an image that comes in pieces, and returns what the flash had to do for it.
fn install_in_pieces(flash: Timed<Flash<4096, 4, 4>>, image: &[u8], piece: usize) -> Work {
    let meter = flash.meter();
    let end = flash.capacity() as u32;
    let layout = Layout::new(&flash, 0..0x8000, 0x8000..end).expect("it fits");
    block_on(async {
        let mut store: Store<_, 100> = Store::format(flash, layout).await?;
        meter.take();
        let new = NewImage {
            name: AppName::new("snake").expect("it is a name"),
            size: image.len() as u32,
            sha256: None,
        };
        let mut writer = store.begin(&new).await?;
        for piece in image.chunks(piece) {
            store.write(&mut writer, piece).await?;
        }
        store.commit(writer, &Details::default()).await
    })
    .expect("there is room");
    meter.take()
}
