//! Pictures of screens, and the golden ones of the simulated console.

use std::fs::File;
use std::io::BufReader;
use std::ops::Range;
use std::path::Path;

use anyhow::{Context, Result};

use crate::root;

/// A picture, as it is in a PNG.
#[derive(PartialEq)]
pub(crate) struct Picture {
    width: u32,
    height: u32,
    bytes: Vec<u8>,
}

/// A part of a picture, in pixels.
#[derive(Clone)]
pub(crate) struct Part {
    pub(crate) columns: Range<usize>,
    pub(crate) rows: Range<usize>,
}

impl Picture {
    /// Reads a PNG.
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

    /// Reads the picture of this name that the tests of the simulated console compare its screen with.
    pub(crate) fn golden(name: &str) -> Result<Self> {
        Self::read(&root().join(format!("tests/golden/{name}.png")))
    }

    /// Returns the picture with these parts blacked out.
    pub(crate) fn without(mut self, parts: &[Part]) -> Self {
        let (width, pixels) = (self.width as usize, (self.width * self.height) as usize);
        let pixel = self.bytes.len() / pixels.max(1);
        let rows = self.bytes.chunks_mut((width * pixel).max(1));
        for (number, row) in rows.enumerate() {
            for part in parts.iter().filter(|part| part.rows.contains(&number)) {
                row[part.columns.start * pixel..part.columns.end * pixel].fill(0);
            }
        }
        self
    }

    /// Tells whether there is nothing on it.
    pub(crate) fn is_black(&self) -> bool {
        self.bytes.iter().all(|byte| *byte == 0)
    }
}
