//! Drawing on the display. Colours are RGB565, the origin is at the top left, and all drawing is
//! clipped to the screen.

#![expect(missing_docs, reason = "each row says in `does` what it does")]

use akira_caps::Capability;

use crate::{NativeCall, Param};

/// Rows of the native module `display`.
pub static CALLS: &[&NativeCall] = &[
    &DISPLAY_CLEAR,
    &DISPLAY_PIXEL,
    &DISPLAY_RECT,
    &DISPLAY_RECT_OUTLINE,
    &DISPLAY_ROUNDED_RECT,
    &DISPLAY_ROUNDED_RECT_FILL,
    &DISPLAY_LINE,
    &DISPLAY_HLINE,
    &DISPLAY_VLINE,
    &DISPLAY_CIRCLE,
    &DISPLAY_CIRCLE_FILL,
    &DISPLAY_TRIANGLE,
    &DISPLAY_TRIANGLE_FILL,
    &DISPLAY_TEXT,
    &DISPLAY_TEXT_LARGE,
    &DISPLAY_TEXT_HUGE,
    &DISPLAY_NUMBER,
    &DISPLAY_PROGRESS_BAR,
    &DISPLAY_BITMAP,
    &DISPLAY_BITMAP_TRANSPARENT,
    &DISPLAY_RAW_WRITE,
    &DISPLAY_FLUSH,
    &DISPLAY_GET_SIZE,
    &DISPLAY_GET_WIDTH,
    &DISPLAY_GET_HEIGHT,
    &DISPLAY_RAW_WRITE_ASYNC,
    &DISPLAY_RAW_WAIT,
];

pub static DISPLAY_CLEAR: NativeCall = NativeCall::new("display_clear")
    .takes(&[Param::u32("color")])
    .requires(Capability::DisplayWrite)
    .does(
        "Fills the screen with `color`. In every drawing call, the low 16 bits of a colour are \
         RGB565. Every drawing call returns 0, or `-EBUSY` while another app owns the display.",
    );

pub static DISPLAY_PIXEL: NativeCall = NativeCall::new("display_pixel")
    .takes(&[Param::i32("x"), Param::i32("y"), Param::u32("color")])
    .requires(Capability::DisplayWrite)
    .does("Sets the pixel at (`x`, `y`).");

pub static DISPLAY_RECT: NativeCall = NativeCall::new("display_rect")
    .takes(&[
        Param::i32("x"),
        Param::i32("y"),
        Param::i32("w"),
        Param::i32("h"),
        Param::u32("color"),
    ])
    .requires(Capability::DisplayWrite)
    .does("Fills a rectangle of `w` by `h` pixels with its top left corner at (`x`, `y`).");

pub static DISPLAY_RECT_OUTLINE: NativeCall = NativeCall::new("display_rect_outline")
    .takes(&[
        Param::i32("x"),
        Param::i32("y"),
        Param::i32("w"),
        Param::i32("h"),
        Param::u32("color"),
    ])
    .requires(Capability::DisplayWrite)
    .does(
        "Draws the outline of a rectangle of `w` by `h` pixels. The outline is one pixel wide \
         and lies inside the rectangle.",
    );

pub static DISPLAY_ROUNDED_RECT: NativeCall = NativeCall::new("display_rounded_rect")
    .takes(&[
        Param::i32("x"),
        Param::i32("y"),
        Param::i32("w"),
        Param::i32("h"),
        Param::i32("radius"),
        Param::u32("color"),
    ])
    .requires(Capability::DisplayWrite)
    .does(
        "Draws the outline of a rectangle with round corners. A `radius` of more than half of \
         the shorter side is reduced to that.",
    );

pub static DISPLAY_ROUNDED_RECT_FILL: NativeCall = NativeCall::new("display_rounded_rect_fill")
    .takes(&[
        Param::i32("x"),
        Param::i32("y"),
        Param::i32("w"),
        Param::i32("h"),
        Param::i32("radius"),
        Param::u32("color"),
    ])
    .requires(Capability::DisplayWrite)
    .does(
        "Fills a rectangle with round corners. A `radius` of more than half of the shorter \
         side is reduced to that.",
    );

pub static DISPLAY_LINE: NativeCall = NativeCall::new("display_line")
    .takes(&[
        Param::i32("x0"),
        Param::i32("y0"),
        Param::i32("x1"),
        Param::i32("y1"),
        Param::u32("color"),
    ])
    .requires(Capability::DisplayWrite)
    .does(
        "Draws a line from (`x0`, `y0`) to (`x1`, `y1`), both included. The line is one pixel \
         wide.",
    );

pub static DISPLAY_HLINE: NativeCall = NativeCall::new("display_hline")
    .takes(&[
        Param::i32("x"),
        Param::i32("y"),
        Param::i32("length"),
        Param::u32("color"),
    ])
    .requires(Capability::DisplayWrite)
    .does("Draws a horizontal line of `length` pixels from (`x`, `y`) to the right.");

pub static DISPLAY_VLINE: NativeCall = NativeCall::new("display_vline")
    .takes(&[
        Param::i32("x"),
        Param::i32("y"),
        Param::i32("length"),
        Param::u32("color"),
    ])
    .requires(Capability::DisplayWrite)
    .does("Draws a vertical line of `length` pixels from (`x`, `y`) downwards.");

pub static DISPLAY_CIRCLE: NativeCall = NativeCall::new("display_circle")
    .takes(&[
        Param::i32("x"),
        Param::i32("y"),
        Param::i32("radius"),
        Param::u32("color"),
    ])
    .requires(Capability::DisplayWrite)
    .does(
        "Draws the outline of a circle around (`x`, `y`). A `radius` of 0 or less draws \
         nothing.",
    );

pub static DISPLAY_CIRCLE_FILL: NativeCall = NativeCall::new("display_circle_fill")
    .takes(&[
        Param::i32("x"),
        Param::i32("y"),
        Param::i32("radius"),
        Param::u32("color"),
    ])
    .requires(Capability::DisplayWrite)
    .does("Fills a circle around (`x`, `y`). A `radius` of 0 or less draws nothing.");

pub static DISPLAY_TRIANGLE: NativeCall = NativeCall::new("display_triangle")
    .takes(&[
        Param::i32("x0"),
        Param::i32("y0"),
        Param::i32("x1"),
        Param::i32("y1"),
        Param::i32("x2"),
        Param::i32("y2"),
        Param::u32("color"),
    ])
    .requires(Capability::DisplayWrite)
    .does("Draws the outline of a triangle.");

pub static DISPLAY_TRIANGLE_FILL: NativeCall = NativeCall::new("display_triangle_fill")
    .takes(&[
        Param::i32("x0"),
        Param::i32("y0"),
        Param::i32("x1"),
        Param::i32("y1"),
        Param::i32("x2"),
        Param::i32("y2"),
        Param::u32("color"),
    ])
    .requires(Capability::DisplayWrite)
    .does("Fills a triangle.");

pub static DISPLAY_TEXT: NativeCall = NativeCall::new("display_text")
    .takes(&[
        Param::i32("x"),
        Param::i32("y"),
        Param::str("text"),
        Param::u32("color"),
    ])
    .requires(Capability::DisplayWrite)
    .does(
        "Draws `text` in the small font, 8 by 10 pixels for each character, with its top left \
         corner at (`x`, `y`). A newline continues one line below, a tab at the next multiple \
         of four characters. A byte above 126 leaves an empty character.",
    );

pub static DISPLAY_TEXT_LARGE: NativeCall = NativeCall::new("display_text_large")
    .takes(&[
        Param::i32("x"),
        Param::i32("y"),
        Param::str("text"),
        Param::u32("color"),
    ])
    .requires(Capability::DisplayWrite)
    .does(
        "Draws `text` in the large font, 12 by 18 pixels for each character, with its top left \
         corner at (`x`, `y`).",
    );

pub static DISPLAY_TEXT_HUGE: NativeCall = NativeCall::new("display_text_huge")
    .takes(&[
        Param::i32("x"),
        Param::i32("y"),
        Param::str("text"),
        Param::u32("color"),
    ])
    .requires(Capability::DisplayWrite)
    .does(
        "Draws `text` in the huge font, 17 by 28 pixels for each character, with its top left \
         corner at (`x`, `y`).",
    );

pub static DISPLAY_NUMBER: NativeCall = NativeCall::new("display_number")
    .takes(&[
        Param::i32("x"),
        Param::i32("y"),
        Param::i32("value"),
        Param::u32("color"),
    ])
    .requires(Capability::DisplayWrite)
    .does(
        "Draws `value` as a decimal number in the small font, with its top left corner at \
         (`x`, `y`).",
    );

pub static DISPLAY_PROGRESS_BAR: NativeCall = NativeCall::new("display_progress_bar")
    .takes(&[
        Param::i32("x"),
        Param::i32("y"),
        Param::i32("w"),
        Param::i32("h"),
        Param::i32("value"),
        Param::i32("max"),
        Param::u32("foreground"),
        Param::u32("background"),
    ])
    .requires(Capability::DisplayWrite)
    .does(
        "Draws a progress bar, filled to `value` out of `max`, with a frame in `foreground`. A \
         `max` of 0 or less draws nothing.",
    );

pub static DISPLAY_BITMAP: NativeCall = NativeCall::new("display_bitmap")
    .takes(&[
        Param::i32("x"),
        Param::i32("y"),
        Param::i32("w"),
        Param::i32("h"),
        Param::bytes_in("data", 5),
        Param::len("size"),
    ])
    .requires(Capability::DisplayWrite)
    .does(
        "Draws `w` by `h` pixels from `data`: RGB565, little-endian, row by row. Returns \
         `-EINVAL` if `size` is less than `w * h * 2` bytes.",
    );

pub static DISPLAY_BITMAP_TRANSPARENT: NativeCall = NativeCall::new("display_bitmap_transparent")
    .takes(&[
        Param::i32("x"),
        Param::i32("y"),
        Param::i32("w"),
        Param::i32("h"),
        Param::bytes_in("data", 5),
        Param::len("size"),
        Param::u32("key"),
    ])
    .requires(Capability::DisplayWrite)
    .does(
        "Draws like `display_bitmap`, but omits the pixels that have the colour `key`. Returns \
         `-EINVAL` if `size` is less than `w * h * 2` bytes.",
    );

pub static DISPLAY_RAW_WRITE: NativeCall = NativeCall::new("display_raw_write")
    .takes(&[
        Param::i32("x"),
        Param::i32("y"),
        Param::i32("w"),
        Param::i32("h"),
        Param::bytes_in("data", 5),
        Param::len("size"),
    ])
    .requires(Capability::DisplayWrite)
    .suspending()
    .does(
        "Writes `w` by `h` RGB565 pixels directly to the panel, without the frame buffer, and \
         waits for the transfer. Returns `-EINVAL` if `size` is less than `w * h * 2` bytes.",
    );

pub static DISPLAY_FLUSH: NativeCall = NativeCall::new("display_flush")
    .requires(Capability::DisplayWrite)
    .suspending()
    .does(
        "Sends all changes to the panel and waits for the transfer. Without this call, changes \
         appear 50 ms after the last drawing call.",
    );

pub static DISPLAY_GET_SIZE: NativeCall = NativeCall::new("display_get_size")
    .takes(&[Param::fixed_out("w", 4), Param::fixed_out("h", 4)])
    .requires(Capability::DisplayWrite)
    .does("Writes the width and the height of the display in pixels, an i32 each.");

pub static DISPLAY_GET_WIDTH: NativeCall = NativeCall::new("display_get_width")
    .requires(Capability::DisplayWrite)
    .does("Returns the width of the display in pixels.");

pub static DISPLAY_GET_HEIGHT: NativeCall = NativeCall::new("display_get_height")
    .requires(Capability::DisplayWrite)
    .does("Returns the height of the display in pixels.");

pub static DISPLAY_RAW_WRITE_ASYNC: NativeCall = NativeCall::new("display_raw_write_async")
    .takes(&[
        Param::i32("x"),
        Param::i32("y"),
        Param::i32("w"),
        Param::i32("h"),
        Param::bytes_in("data", 5),
        Param::len("size"),
    ])
    .requires(Capability::DisplayWrite)
    .suspending()
    .does(
        "Does the same as `display_raw_write`. Unlike on AkiraOS, it waits for the transfer \
         while other apps run, so `data` may be reused at once.",
    );

pub static DISPLAY_RAW_WAIT: NativeCall = NativeCall::new("display_raw_wait")
    .requires(Capability::DisplayWrite)
    .suspending()
    .does("Returns 0, since `display_raw_write_async` has already waited for the transfer.");
