//! The native module `display`: every drawing call.

pub use akira_bridge_display::*;

use crate::abi::display::*;
use crate::abi::{AppId, Errno};
use crate::{Answer, Board, Call, Kind, Native};
use core::marker::PhantomData;
use embedded_graphics::prelude::Point;

/// Pixels that are drawn at the price of one unit of fuel.
const PIXELS_PER_FUEL: u32 = 8;

/// What a row costs beside its pixels where rows are copied one by one, in fuel.
const ROW_FUEL: u64 = 3;

/// What a drawing call costs beside what it draws, in fuel.
const DRAW_FUEL: u64 = 20;

/// Returns the natives of this module; [`complete`] answers those that wait.
pub const fn natives<B, F, P>() -> &'static [Native<B>]
where
    B: Board + AsRef<Display<F, P>>,
    F: AsRef<[u16]> + AsMut<[u16]> + 'static,
    P: Panel + 'static,
{
    Table::<B, F, P>::NATIVES
}

struct Table<B, F, P>(PhantomData<(B, F, P)>);

impl<B, F, P> Table<B, F, P>
where
    B: Board + AsRef<Display<F, P>>,
    F: AsRef<[u16]> + AsMut<[u16]> + 'static,
    P: Panel + 'static,
{
    const KIND: Kind<B> = Kind {
        name: "display",
        release: Self::release,
    };

    const NATIVES: &'static [Native<B>] = &[
        Native::immediate(&DISPLAY_CLEAR, |b, call| {
            Self::draw(b, call, |d, app, c| d.clear(app, color(c, 0)))
        }),
        Native::immediate(&DISPLAY_PIXEL, |b, call| {
            Self::draw(b, call, |d, app, c| d.pixel(app, point(c, 0), color(c, 2)))
        }),
        Native::immediate(&DISPLAY_RECT, |b, call| {
            Self::draw(b, call, |d, app, c| d.rect(app, rect(c), color(c, 4)))
        }),
        Native::immediate(&DISPLAY_RECT_OUTLINE, |b, call| {
            Self::draw(b, call, |d, app, c| {
                d.rect_outline(app, rect(c), color(c, 4))
            })
        }),
        Native::immediate(&DISPLAY_ROUNDED_RECT, |b, call| {
            Self::draw(b, call, |d, app, c| {
                d.rounded_rect(app, rect(c), c.i32(4), color(c, 5))
            })
        }),
        Native::immediate(&DISPLAY_ROUNDED_RECT_FILL, |b, call| {
            Self::draw(b, call, |d, app, c| {
                d.rounded_rect_fill(app, rect(c), c.i32(4), color(c, 5))
            })
        }),
        Native::immediate(&DISPLAY_LINE, |b, call| {
            Self::draw(b, call, |d, app, c| {
                d.line(app, point(c, 0), point(c, 2), color(c, 4))
            })
        }),
        Native::immediate(&DISPLAY_HLINE, |b, call| {
            Self::draw(b, call, |d, app, c| {
                d.hline(app, point(c, 0), c.i32(2), color(c, 3))
            })
        }),
        Native::immediate(&DISPLAY_VLINE, |b, call| {
            Self::draw(b, call, |d, app, c| {
                d.vline(app, point(c, 0), c.i32(2), color(c, 3))
            })
        }),
        Native::immediate(&DISPLAY_CIRCLE, |b, call| {
            Self::draw(b, call, |d, app, c| {
                d.circle(app, point(c, 0), c.i32(2), color(c, 3))
            })
        }),
        Native::immediate(&DISPLAY_CIRCLE_FILL, |b, call| {
            Self::draw(b, call, |d, app, c| {
                d.circle_fill(app, point(c, 0), c.i32(2), color(c, 3))
            })
        }),
        Native::immediate(&DISPLAY_TRIANGLE, |b, call| {
            Self::draw(b, call, |d, app, c| {
                d.triangle(app, corners(c), color(c, 6))
            })
        }),
        Native::immediate(&DISPLAY_TRIANGLE_FILL, |b, call| {
            Self::draw(b, call, |d, app, c| {
                d.triangle_fill(app, corners(c), color(c, 6))
            })
        }),
        Native::immediate(&DISPLAY_TEXT, |b, call| Self::text(b, call, Letters::Small)),
        Native::immediate(&DISPLAY_TEXT_LARGE, |b, call| {
            Self::text(b, call, Letters::Large)
        }),
        Native::immediate(&DISPLAY_TEXT_HUGE, |b, call| {
            Self::text(b, call, Letters::Huge)
        }),
        Native::immediate(&DISPLAY_NUMBER, |b, call| {
            Self::draw(b, call, |d, app, c| {
                d.number(app, point(c, 0), c.i32(2), color(c, 3))
            })
        }),
        Native::immediate(&DISPLAY_PROGRESS_BAR, |b, call| {
            Self::draw(b, call, |d, app, c| d.progress_bar(app, progress_bar(c)))
        }),
        Native::immediate(&DISPLAY_BITMAP, |b, call| {
            Self::draw_part(b, call, |d, app, c, from| {
                d.bitmap_part(app, (rect(c), None), c.bytes(4), from)
            })
        }),
        Native::immediate(&DISPLAY_BITMAP_TRANSPARENT, |b, call| {
            Self::draw_part(b, call, |d, app, c, from| {
                d.bitmap_part(app, (rect(c), Some(color(c, 6))), c.bytes(4), from)
            })
        }),
        Native::immediate(&DISPLAY_GET_SIZE, |b, call| {
            let size = b.as_ref().size();
            call.write(0, &size.width.to_le_bytes())?;
            call.write(1, &size.height.to_le_bytes())?;
            Ok(0)
        }),
        Native::immediate(&DISPLAY_GET_WIDTH, |b, _| Ok(b.as_ref().width() as i32)),
        Native::immediate(&DISPLAY_GET_HEIGHT, |b, _| Ok(b.as_ref().height() as i32)),
        Native::suspending(&DISPLAY_RAW_WRITE),
        Native::suspending(&DISPLAY_RAW_WRITE_ASYNC),
        Native::suspending(&DISPLAY_RAW_WAIT),
        Native::suspending(&DISPLAY_FLUSH),
    ];

    /// Draws, notes that the app has the display now, and charges for the pixels.
    fn draw(
        board: &B,
        call: &mut Call<'_, B>,
        draw: impl FnOnce(&Display<F, P>, AppId, &Call<'_, B>) -> Result<u32, Errno>,
    ) -> Answer {
        let display = board.as_ref();
        let app = call.app().id();
        let pixels = draw(display, app, call);
        // Also a call that failed may have made the app the owner, and so may the board.
        if display.owner() == Some(app) {
            call.app().resources().hold(Self::KIND)?;
        }
        call.charge(DRAW_FUEL + u64::from(pixels? / PIXELS_PER_FUEL));
        Ok(0)
    }

    fn text(board: &B, call: &mut Call<'_, B>, letters: Letters) -> Answer {
        Self::draw_part(board, call, |d, app, c, from| {
            d.text_part(app, (letters, point(c, 0), color(c, 3)), c.bytes(2), from)
        })
    }

    /// Draws a part, and notes where to go on if it was not the last.
    fn draw_part(
        board: &B,
        call: &mut Call<'_, B>,
        draw: impl FnOnce(&Display<F, P>, AppId, &Call<'_, B>, u32) -> Result<Part, Errno>,
    ) -> Answer {
        let [from, ..] = call.progress();
        let mut next = None;
        Self::draw(board, call, |display, app, call| {
            let part = draw(display, app, call, from)?;
            next = part.next;
            Ok(part.cost)
        })?;
        match next {
            Some(next) => Err(call.set_progress([next, 0, 0, 0])),
            None => Ok(0),
        }
    }

    fn release(board: &B, app: AppId, _: u32) {
        board.as_ref().release(app);
    }
}

/// Answers a suspending call of this module.
///
/// # Errors
///
/// The errno that the app gets; `ENOSYS` for a call of another module.
///
/// # Cancel safety
///
/// What was not sent to the panel is sent with the next flush.
pub async fn complete<B, F, P>(display: &Display<F, P>, call: &mut Call<'_, B>) -> Answer
where
    B: Board + AsRef<Display<F, P>>,
    F: AsRef<[u16]> + AsMut<[u16]> + 'static,
    P: Panel + 'static,
{
    let app = call.app().id();
    call.app().resources().hold(Table::<B, F, P>::KIND)?;
    let pixels = if call.is(&DISPLAY_FLUSH) {
        display.flush(app).await?
    } else if call.is(&DISPLAY_RAW_WRITE) || call.is(&DISPLAY_RAW_WRITE_ASYNC) {
        let rows = u32::try_from(rect(call).h).unwrap_or(0);
        call.charge(u64::from(rows.min(display.height())) * ROW_FUEL);
        display.raw_write(app, rect(call), call.bytes(4)).await?
    } else if call.is(&DISPLAY_RAW_WAIT) {
        0
    } else {
        return Err(Errno::ENOSYS.into());
    };
    call.charge(u64::from(pixels / PIXELS_PER_FUEL));
    Ok(0)
}

fn color<B: Board>(call: &Call<'_, B>, index: usize) -> u16 {
    call.u32(index) as u16
}

fn point<B: Board>(call: &Call<'_, B>, index: usize) -> Point {
    Point::new(call.i32(index), call.i32(index + 1))
}

fn rect<B: Board>(call: &Call<'_, B>) -> Rect {
    Rect {
        x: call.i32(0),
        y: call.i32(1),
        w: call.i32(2),
        h: call.i32(3),
    }
}

fn corners<B: Board>(call: &Call<'_, B>) -> [Point; 3] {
    [point(call, 0), point(call, 2), point(call, 4)]
}

fn progress_bar<B: Board>(call: &Call<'_, B>) -> ProgressBar {
    ProgressBar {
        area: rect(call),
        value: call.i32(4),
        max: call.i32(5),
        foreground: color(call, 6),
        background: color(call, 7),
    }
}
