//! Pictures of screens, and the golden images of the simulated console.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use anyhow::{Context, Result};

use crate::root;

/// Picture in the pixel format of its PNG file.
#[derive(PartialEq)]
pub(crate) struct Picture {
    width: u32,
    height: u32,
    bytes: Vec<u8>,
}

/// Rectangle of pixels.
#[derive(Clone, Copy)]
pub(crate) struct Area {
    left: usize,
    top: usize,
    width: usize,
    height: usize,
}

impl Area {
    pub(crate) const fn new(left: usize, top: usize, width: usize, height: usize) -> Self {
        Self {
            left,
            top,
            width,
            height,
        }
    }
}

impl Picture {
    /// Reads a PNG file.
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let file = File::open(path).with_context(|| format!("cannot open {}", path.display()))?;
        let mut reader = png::Decoder::new(BufReader::new(file)).read_info()?;
        let size = reader.output_buffer_size().context("a picture too large")?;
        let mut bytes = vec![0; size];
        let frame = reader.next_frame(&mut bytes)?;
        bytes.truncate(frame.buffer_size());
        Ok(Self {
            width: frame.width,
            height: frame.height,
            bytes,
        })
    }

    /// Reads the golden image of this name, with which the tests of the simulated console compare
    /// its screen.
    pub(crate) fn golden(name: &str) -> Result<Self> {
        Self::read(&root().join(format!("tests/golden/{name}.png")))
    }

    /// Blackens some areas. Parts outside the picture are ignored.
    pub(crate) fn without(mut self, areas: &[Area]) -> Self {
        let (width, height) = (self.width as usize, self.height as usize);
        let of_pixel = self.bytes.len() / (width * height).max(1);
        let of_row = width * of_pixel;
        for area in areas {
            let rows = self.bytes.chunks_mut(of_row.max(1));
            for row in rows.skip(area.top).take(area.height) {
                let columns = row.chunks_mut(of_pixel.max(1));
                let columns = columns.skip(area.left).take(area.width);
                columns.for_each(|pixel| pixel.fill(0));
            }
        }
        self
    }

    /// Returns whether every pixel is black.
    pub(crate) fn is_black(&self) -> bool {
        self.bytes.iter().all(|byte| *byte == 0)
    }
}
