//! Compares screens with the golden images in `tests/golden`.

use std::path::{Path, PathBuf};

use akira_sim::protocol::Area;
use akira_sim::screen::SCREEN;

use crate::device::Console;

/// Environment variable that makes the tests write the golden images, with any value.
const BLESS: &str = "AKIRA_BLESS";

/// Compares the screen with the golden image of this name.
pub(crate) fn assert_golden(console: &Console, name: &str) {
    let frame = console.device.screen().copy(Area::whole(SCREEN));
    let shown = akira_sim::picture::png(&frame).expect("the screen has pixels");
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("golden/{name}.png"));
    if std::env::var_os(BLESS).is_some() {
        return std::fs::write(&golden, shown).expect("the golden image can be written");
    }
    let expected = std::fs::read(&golden)
        .unwrap_or_else(|error| panic!("{}: {error}; make it with {BLESS}=1", golden.display()));
    if pixels(&shown) != pixels(&expected) {
        let path = keep(name, &shown);
        panic!(
            "{name} does not look like {}: see {}, and take it with {BLESS}=1 if it is right",
            golden.display(),
            path.display()
        );
    }
}

fn pixels(image: &[u8]) -> Vec<u8> {
    let decoder = png::Decoder::new(std::io::Cursor::new(image));
    let mut reader = decoder.read_info().expect("the image is a PNG");
    let size = reader.output_buffer_size().expect("the image is small");
    let mut pixels = vec![0; size];
    reader
        .next_frame(&mut pixels)
        .expect("the image has a frame");
    pixels
}

/// Writes the screen to a file in Cargo's target directory.
fn keep(name: &str, image: &[u8]) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.png"));
    std::fs::write(&path, image).expect("the target folder can be written");
    path
}
