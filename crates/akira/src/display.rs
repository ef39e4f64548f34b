//! The native module `display`, with which apps draw on the screen.

pub use akira_bridge_display::*;

use crate::abi::display::*;
use crate::abi::{AppId, Clock, Errno};
use crate::{Answer, Call, Event, NativeModule, natives};
use core::convert::Infallible;
use embedded_graphics::prelude::Point;

/// Pixels that are drawn for one unit of fuel.
const PIXELS_PER_FUEL: u32 = 8;

/// Cost of a row in fuel, in addition to its pixels, where rows are copied one by one.
const ROW_FUEL: u64 = 3;

/// Cost of a drawing call in fuel, in addition to its pixels.
const DRAW_FUEL: u64 = 56;

/// Answers the native calls of the module `display` with the bridge [`Display`]. Its clock times
/// the automatic flushes.
#[derive(Debug)]
pub struct Module<F, P, C> {
    display: Display<F, P>,
    clock: C,
}

impl<F, P, C> NativeModule for Module<F, P, C>
where
    F: AsRef<[u16]> + AsMut<[u16]> + 'static,
    P: Panel + 'static,
    C: Clock + 'static,
{
    natives! {
        immediate DISPLAY_CLEAR => |b, call| {
            Self::draw(b, call, |d, app, c| d.clear(app, color(c, 0)))
        },
        immediate DISPLAY_PIXEL => |b, call| {
            Self::draw(b, call, |d, app, c| d.pixel(app, point(c, 0), color(c, 2)))
        },
        immediate DISPLAY_RECT => |b, call| {
            Self::draw(b, call, |d, app, c| d.rect(app, rect(c), color(c, 4)))
        },
        immediate DISPLAY_RECT_OUTLINE => |b, call| {
            Self::draw(b, call, |d, app, c| {
                d.rect_outline(app, rect(c), color(c, 4))
            })
        },
        immediate DISPLAY_ROUNDED_RECT => |b, call| {
            Self::draw(b, call, |d, app, c| {
                d.rounded_rect(app, rect(c), c.i32(4), color(c, 5))
            })
        },
        immediate DISPLAY_ROUNDED_RECT_FILL => |b, call| {
            Self::draw(b, call, |d, app, c| {
                d.rounded_rect_fill(app, rect(c), c.i32(4), color(c, 5))
            })
        },
        immediate DISPLAY_LINE => |b, call| {
            Self::draw(b, call, |d, app, c| {
                d.line(app, point(c, 0), point(c, 2), color(c, 4))
            })
        },
        immediate DISPLAY_HLINE => |b, call| {
            Self::draw(b, call, |d, app, c| {
                d.hline(app, point(c, 0), c.i32(2), color(c, 3))
            })
        },
        immediate DISPLAY_VLINE => |b, call| {
            Self::draw(b, call, |d, app, c| {
                d.vline(app, point(c, 0), c.i32(2), color(c, 3))
            })
        },
        immediate DISPLAY_CIRCLE => |b, call| {
            Self::draw(b, call, |d, app, c| {
                d.circle(app, point(c, 0), c.i32(2), color(c, 3))
            })
        },
        immediate DISPLAY_CIRCLE_FILL => |b, call| {
            Self::draw(b, call, |d, app, c| {
                d.circle_fill(app, point(c, 0), c.i32(2), color(c, 3))
            })
        },
        immediate DISPLAY_TRIANGLE => |b, call| {
            Self::draw(b, call, |d, app, c| {
                d.triangle(app, corners(c), color(c, 6))
            })
        },
        immediate DISPLAY_TRIANGLE_FILL => |b, call| {
            Self::draw(b, call, |d, app, c| {
                d.triangle_fill(app, corners(c), color(c, 6))
            })
        },
        immediate DISPLAY_TEXT => |b, call| Self::text(b, call, Letters::Small),
        immediate DISPLAY_TEXT_LARGE => |b, call| Self::text(b, call, Letters::Large),
        immediate DISPLAY_TEXT_HUGE => |b, call| {
            Self::text(b, call, Letters::Huge)
        },
        immediate DISPLAY_NUMBER => |b, call| {
            Self::draw(b, call, |d, app, c| {
                d.number(app, point(c, 0), c.i32(2), color(c, 3))
            })
        },
        immediate DISPLAY_PROGRESS_BAR => |b, call| {
            Self::draw(b, call, |d, app, c| d.progress_bar(app, progress_bar(c)))
        },
        immediate DISPLAY_BITMAP => |b, call| {
            Self::draw_part(b, call, |d, app, c, from| {
                d.bitmap_part(app, (rect(c), None), c.bytes(4), from)
            })
        },
        immediate DISPLAY_BITMAP_TRANSPARENT => |b, call| {
            Self::draw_part(b, call, |d, app, c, from| {
                d.bitmap_part(app, (rect(c), Some(color(c, 6))), c.bytes(4), from)
            })
        },
        immediate DISPLAY_GET_SIZE => |b, call| {
            let size = b.display.size();
            call.write(0, &size.width.to_le_bytes())?;
            call.write(1, &size.height.to_le_bytes())?;
            Ok(0)
        },
        immediate DISPLAY_GET_WIDTH => |b, _| Ok(b.display.width() as i32),
        immediate DISPLAY_GET_HEIGHT => |b, _| Ok(b.display.height() as i32),
        suspending DISPLAY_RAW_WRITE | DISPLAY_RAW_WRITE_ASYNC => Self::raw_write,
        suspending DISPLAY_RAW_WAIT => async |_: &Self, _: &mut Call<'_>| Ok(0),
        suspending DISPLAY_FLUSH => Self::flush,
    }

    fn release(&self, app: AppId) {
        self.display.release(app);
    }

    fn observe(&self, event: &Event<'_>) {
        if let Event::Foreground { app, .. } = event {
            self.display.hand_over(Some(*app));
        }
    }

    /// Sends the apps' drawings to the panel a moment after the last drawing call.
    async fn run(&self) -> Infallible {
        self.display.run(&self.clock).await
    }
}

impl<F, P, C> Module<F, P, C>
where
    F: AsRef<[u16]> + AsMut<[u16]>,
    P: Panel,
{
    /// Creates the module from its bridge, and from the clock that times the automatic flushes.
    pub const fn new(display: Display<F, P>, clock: C) -> Self {
        Self { display, clock }
    }

    /// Returns the bridge, for example to draw from the firmware.
    pub const fn display(&self) -> &Display<F, P> {
        &self.display
    }

    /// Draws the whole shape, and charges for its pixels.
    fn draw(
        &self,
        call: &mut Call<'_>,
        draw: impl FnOnce(&Display<F, P>, AppId, &Call<'_>) -> Result<u32, Errno>,
    ) -> Answer {
        let app = call.app().id();
        let pixels = draw(&self.display, app, call)?;
        call.charge(DRAW_FUEL + u64::from(pixels / PIXELS_PER_FUEL));
        Ok(0)
    }

    fn text(&self, call: &mut Call<'_>, letters: Letters) -> Answer {
        self.draw_part(call, |d, app, c, from| {
            d.text_part(app, (letters, point(c, 0), color(c, 3)), c.bytes(2), from)
        })
    }

    /// Draws one part of a large shape. Stores where to continue, unless this was the last part.
    fn draw_part(
        &self,
        call: &mut Call<'_>,
        draw: impl FnOnce(&Display<F, P>, AppId, &Call<'_>, Place) -> Result<Part, Errno>,
    ) -> Answer {
        let [a, b, c, _] = call.progress();
        let mut next = None;
        self.draw(call, |display, app, call| {
            let part = draw(display, app, call, [a, b, c])?;
            next = part.next;
            Ok(part.cost)
        })?;
        match next {
            Some([a, b, c]) => Err(call.set_progress([a, b, c, 0])),
            None => Ok(0),
        }
    }

    async fn flush(&self, call: &mut Call<'_>) -> Answer {
        let pixels = self.display.flush(call.app().id()).await?;
        call.charge(u64::from(pixels / PIXELS_PER_FUEL));
        Ok(0)
    }

    async fn raw_write(&self, call: &mut Call<'_>) -> Answer {
        let (app, area) = (call.app().id(), rect(call));
        let rows = u32::try_from(area.h).unwrap_or(0);
        call.charge(u64::from(rows.min(self.display.height())) * ROW_FUEL);
        let pixels = self.display.raw_write(app, area, call.bytes(4)).await?;
        call.charge(u64::from(pixels / PIXELS_PER_FUEL));
        Ok(0)
    }
}

fn color(call: &Call<'_>, index: usize) -> u16 {
    call.u32(index) as u16
}

fn point(call: &Call<'_>, index: usize) -> Point {
    Point::new(call.i32(index), call.i32(index + 1))
}

fn rect(call: &Call<'_>) -> Rect {
    Rect {
        x: call.i32(0),
        y: call.i32(1),
        w: call.i32(2),
        h: call.i32(3),
    }
}

fn corners(call: &Call<'_>) -> [Point; 3] {
    [point(call, 0), point(call, 2), point(call, 4)]
}

fn progress_bar(call: &Call<'_>) -> ProgressBar {
    ProgressBar {
        area: rect(call),
        value: call.i32(4),
        max: call.i32(5),
        foreground: color(call, 6),
        background: color(call, 7),
    }
}
