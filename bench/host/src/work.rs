//! Measures the work of bridges and the store for apps, compared with the minimum for the same
//! result.

use crate::NO_SLICE;
use crate::apps::Apps;
use akira::abi::AppId;
use akira::abi::caps::AppName;
use akira::display::{Display, Framebuffer, Panel, Rect};
use akira_guests::large_module;
use akira_measure::{Line, Metric, Target, Unit};
use akira_store::{Details, EntryKind, Layout, NewImage, Store};
use akira_store_testing::Flash;
use embassy_futures::block_on;
use embedded_graphics::prelude::Point;
use embedded_storage_async::nor_flash::NorFlash;
use std::hint::black_box;

const WIDTH: usize = 320;
const HEIGHT: usize = 240;
const APP: AppId = AppId::new(1);

/// Measures and prints every line of this part.
pub(crate) fn measure() {
    display();
    store();
    install();
}

/// Measures work of Akira.
fn ours(id: &str, title: &str, work: impl FnMut()) {
    let metric = Metric::new(&format!("work/{id}/akira"), title, Unit::Instructions, 0.0);
    Line::measured(metric.gated(), 1, work).print();
}

/// Times work of Akira next to the minimum for the same result.
fn beside(
    id: &str,
    title: &str,
    (whose, least): (&str, &mut dyn FnMut()),
    work: impl FnMut(),
) -> Option<()> {
    let of_least = format!("work/{id}/{whose}");
    let metric = Metric::new(&of_least, title, Unit::Seconds, 0.0);
    Line::timed(metric, least)?.print();
    let metric = Metric::new(&format!("work/{id}/akira"), title, Unit::Seconds, 0.0);
    let metric = metric.against(&of_least);
    Line::timed(metric.target(Target::RatioMost(LEAST_SPEED.recip())), work)?.print();
    Some(())
}

/// Minimum speed of drawing, relative to the speed of filling or copying memory.
const LEAST_SPEED: f64 = 0.8;

fn display() {
    let framebuffer = Framebuffer::new(vec![0_u16; WIDTH * HEIGHT], WIDTH as u16);
    let display = Display::new(framebuffer, NoPanel);
    let clear = || {
        let drawn = display.clear(APP, black_box(0xF800));
        assert!(drawn.is_ok());
    };
    ours("clear", "fill a screen of 320 × 240", clear);
    let mut pixels = vec![0_u16; WIDTH * HEIGHT];
    let mut fill = || black_box(&mut pixels).fill(black_box(0xF800));
    beside(
        "fill",
        "fill a screen of 320 × 240",
        ("memset", &mut fill),
        clear,
    );
    let picture = vec![0x5A_u8; WIDTH * HEIGHT * 2];
    let all = Rect {
        x: 0,
        y: 0,
        w: WIDTH as i32,
        h: HEIGHT as i32,
    };
    let draw = || {
        let drawn = display.bitmap(APP, all, black_box(&picture));
        assert!(drawn.is_ok());
    };
    ours("bitmap", "draw a picture of 320 × 240", draw);
    let mut bytes = vec![0_u8; picture.len()];
    let mut copy = || black_box(&mut bytes).copy_from_slice(black_box(&picture));
    beside(
        "blit",
        "draw a picture of 320 × 240",
        ("memcpy", &mut copy),
        draw,
    );
    ours("text", "draw 20 lines of 40 letters", || text(&display));
}

fn text(display: &Display<Vec<u16>, NoPanel>) {
    for line in 0..20 {
        let at = Point::new(0, line * 12);
        let text = b"The quick brown fox jumps over the dogs.";
        display
            .text(APP, at, text, 0xFFFF)
            .expect("the app owns it");
    }
}

/// Panel without output, so that only the drawing is measured.
struct NoPanel;

impl Panel for NoPanel {
    type Error = core::convert::Infallible;

    async fn write(
        &mut self,
        _: embedded_graphics::primitives::Rectangle,
        _: &[u16],
    ) -> Result<(), Self::Error> {
        Ok(())
    }
}

/// Serial NOR flash.
type Chip = Flash<4096, 4>;

const RECORD_PAGES: u32 = 16;
const IMAGE_BYTES: usize = 100 << 10;

fn store() {
    let mut store = formatted();
    let name = "app/brightness";
    ours(
        "setting-write",
        "write a setting of 24 bytes to flash",
        || {
            block_on(store.set_setting(name, &[7; 24])).expect("there is room");
        },
    );
    ours(
        "setting-read",
        "read a setting of 24 bytes from flash",
        || {
            let read = block_on(store.setting(name, &mut [0; 24]));
            assert_eq!(read, Ok(Some(24)));
        },
    );
    let file = "log.txt";
    block_on(store.create("app", file, EntryKind::File)).expect("there is room");
    ours("file-write", "write 256 bytes to a file on flash", || {
        block_on(store.write_at("app", file, 0, &[7; 256])).expect("there is room");
    });
    ours("file-read", "read 256 bytes of a file on flash", || {
        let read = block_on(store.read_at("app", file, 0, &mut [0; 256]));
        assert_eq!(read, Ok(256));
    });
}

/// Measures the installation of an app of 100 KB: received in pieces of 512 bytes, written to
/// flash, started, and run to its first wait.
fn install() {
    let image = large_module(IMAGE_BYTES);
    let mut raw = Chip::new(image.len().div_ceil(4096));
    ours("raw-install", "write 100 KB to flash, and no more", || {
        write_raw(&mut raw, &image)
    });
    let mut store = formatted();
    let title = "install 100 KB from a stream onto flash and run to the first wait";
    ours("install", title, || {
        block_on(stream(&mut store, &image)).expect("it installs");
        let mut apps = Apps::new(NO_SLICE);
        apps.add("app", &image.clone().into());
        apps.poll();
        apps.check();
    });
}

async fn stream(store: &mut Store<Chip, 256>, image: &[u8]) -> Result<(), akira_store::Error> {
    let new = NewImage {
        name: AppName::new("app").expect("it is a good name"),
        size: image.len() as u32,
        sha256: None,
    };
    let mut writer = store.begin(&new).await?;
    for piece in image.chunks(512) {
        store.write(&mut writer, piece).await?;
    }
    store.commit(writer, &Details::default()).await
}

fn write_raw(flash: &mut Chip, image: &[u8]) {
    for (page, bytes) in (0..).zip(image.chunks(4096)) {
        let start = page * 4096;
        block_on(flash.erase(start, start + 4096)).expect("it is a page");
        let whole = bytes.len() / 4 * 4;
        block_on(flash.write(start, &bytes[..whole])).expect("it is erased");
    }
}

fn formatted() -> Store<Chip, 256> {
    let chip = Chip::new(RECORD_PAGES as usize + 128);
    let border = RECORD_PAGES * 4096;
    let layout = Layout::new(&chip, 0..border, border..border + 128 * 4096).expect("it fits");
    block_on(Store::format(chip, layout)).expect("it formats")
}
