//! Measures drawing on a 320 × 240 display: `bitmap` is to be compared with `memcpy`.

use akira_abi::AppId;
use akira_bridge_display::{Display, Framebuffer, NullPanel, Rect};
use divan::{Bencher, black_box};
use embedded_graphics::geometry::Point;

const APP: AppId = AppId::new(1);
const SCREEN: Rect = Rect {
    x: 0,
    y: 0,
    w: 320,
    h: 240,
};

fn main() {
    divan::main();
}

fn display() -> Display<Vec<u16>, NullPanel> {
    Display::new(Framebuffer::new(vec![0; 320 * 240], 320), NullPanel)
}

#[divan::bench]
fn memcpy(bencher: Bencher<'_, '_>) {
    let (from, mut to) = (vec![7u8; 320 * 240 * 2], vec![0u8; 320 * 240 * 2]);
    bencher.bench_local(|| black_box(&mut to[..]).copy_from_slice(black_box(&from)));
}

#[divan::bench]
fn bitmap(bencher: Bencher<'_, '_>) {
    let (display, data) = (display(), vec![7; 320 * 240 * 2]);
    bencher.bench_local(|| display.bitmap(APP, SCREEN, black_box(&data)));
}

#[divan::bench]
fn bitmap_transparent(bencher: Bencher<'_, '_>) {
    let (display, data) = (display(), vec![7; 320 * 240 * 2]);
    bencher.bench_local(|| display.bitmap_transparent(APP, SCREEN, black_box(&data), 9));
}

#[divan::bench]
fn clear(bencher: Bencher<'_, '_>) {
    let display = display();
    bencher.bench_local(|| display.clear(APP, black_box(7)));
}

#[divan::bench]
fn circles(bencher: Bencher<'_, '_>) {
    let display = display();
    bencher.bench_local(|| {
        (1..100).try_for_each(|radius| {
            let center = Point::new(160, 120);
            display.circle(APP, center, radius, 7).map(drop)
        })
    });
}

#[divan::bench]
fn text_frame(bencher: Bencher<'_, '_>) {
    let (display, line) = (display(), [b'g'; 46]);
    bencher.bench_local(|| {
        (0..24).try_for_each(|row| {
            let at = Point::new(0, row * 10);
            display.text(APP, at, black_box(&line), 7).map(drop)
        })
    });
}

#[divan::bench]
fn flush(bencher: Bencher<'_, '_>) {
    let display = display();
    bencher.bench_local(|| {
        let drawn = display.clear(APP, black_box(7));
        drawn.and(embassy_futures::block_on(display.flush(APP)))
    });
}
