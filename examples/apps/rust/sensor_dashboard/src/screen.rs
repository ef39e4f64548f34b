//! What is drawn, and where, on 320 by 240 pixels.

use core::ffi::CStr;

use akira_sdk::display::{self, Color, Font, Rect};
use akira_sdk::{Errno, Text};

use crate::history::History;

const BACKGROUND: Color = Color::rgb(13, 17, 26);
const PANEL: Color = Color::rgb(26, 33, 48);
const GRID: Color = Color::rgb(40, 50, 72);
const TEXT: Color = Color::rgb(238, 241, 246);
const MUTED: Color = Color::rgb(138, 150, 172);
const AXES: [Color; 3] = [
    Color::rgb(244, 100, 100),
    Color::rgb(110, 210, 120),
    Color::rgb(120, 160, 250),
];
const CURVE: Color = Color::rgb(64, 200, 184);

/// The bars' full scale: 20 m/s², times 1000.
const FULL_SCALE: i32 = 20_000;
const BAR: Rect = Rect::new(34, 40, 180, 14);
const BAR_PITCH: i32 = 22;
const GRAPH: Rect = Rect::new(20, 158, 280, 66);

/// Draws what stays.
pub fn draw_frame() -> Result<(), Errno> {
    display::clear(BACKGROUND)?;
    display::fill(Rect::new(0, 0, 320, 26), PANEL)?;
    display::text((8, 4), c"Sensors", Font::Large, TEXT)?;
    display::text((225, 8), c"HOME leaves", Font::Small, MUTED)?;
    for (name, y) in [c"X", c"Y", c"Z"]
        .into_iter()
        .zip((BAR.y..).step_by(BAR_PITCH as usize))
    {
        display::text((14, y + 2), name, Font::Small, MUTED)?;
    }
    card(Rect::new(10, 106, 146, 40), c"TEMPERATURE")?;
    card(Rect::new(164, 106, 146, 40), c"PRESSURE")?;
    display::fill_rounded(Rect::new(10, 152, 300, 82), 8, PANEL)
}

fn card(r: Rect, title: &CStr) -> Result<(), Errno> {
    display::fill_rounded(r, 8, PANEL)?;
    display::text((r.x + 10, r.y + 5), title, Font::Small, MUTED)
}

/// Draws a bar from the middle for each axis.
pub fn draw_acceleration(axes: [Option<i32>; 3]) -> Result<(), Errno> {
    let rows = (BAR.y..).step_by(BAR_PITCH as usize);
    for ((value, color), y) in axes.into_iter().zip(AXES).zip(rows) {
        let bar = Rect { y, ..BAR };
        display::fill(bar, PANEL)?;
        let half = BAR.w / 2;
        let length = value.unwrap_or(0).clamp(-FULL_SCALE, FULL_SCALE) * half / FULL_SCALE;
        let middle = BAR.x + half;
        let left = middle + length.min(0);
        display::fill(Rect::new(left, y + 2, length.abs(), BAR.h - 4), color)?;
        display::fill(Rect::new(middle, y, 1, BAR.h), MUTED)?;
        reading(
            (BAR.x + BAR.w + 10, y + 2),
            value,
            c"m/s2",
            Font::Small,
            BACKGROUND,
        )?;
    }
    Ok(())
}

/// Draws the temperature and the pressure.
pub fn draw_values(temperature: Option<i32>, pressure: Option<i32>) -> Result<(), Errno> {
    reading((20, 124), temperature, c"C", Font::Large, PANEL)?;
    reading((174, 124), pressure, c"kPa", Font::Large, PANEL)
}

/// Writes a reading that came times 1000, over what stood there.
fn reading(
    at: (i32, i32),
    value: Option<i32>,
    unit: &CStr,
    font: Font,
    ground: Color,
) -> Result<(), Errno> {
    let (width, height) = if font == Font::Large {
        (132, 18)
    } else {
        (92, 10)
    };
    display::fill(Rect::new(at.0, at.1, width, height), ground)?;
    let Some(value) = value else {
        return display::text(at, c"no sensor", font, MUTED);
    };
    let (sign, size) = (if value < 0 { "-" } else { "" }, value.unsigned_abs());
    let unit = unit.to_str().unwrap_or_default();
    let text = Text::<24>::format(format_args!(
        "{sign}{}.{:02} {unit}",
        size / 1000,
        size % 1000 / 10
    ));
    display::text(at, text.as_c_str(), font, TEXT)
}

/// Draws the curve, scaled to what it holds.
pub fn draw_history(history: &History) -> Result<(), Errno> {
    display::fill(GRAPH, PANEL)?;
    for line in 0..=3 {
        let y = GRAPH.y + line * (GRAPH.h - 1) / 3;
        display::fill(Rect::new(GRAPH.x, y, GRAPH.w, 1), GRID)?;
    }
    let Some((low, high)) = history.range() else {
        return Ok(());
    };
    let height = |sample: i32| {
        let part = i64::from(sample - low) * i64::from(GRAPH.h - 1) / i64::from(high - low);
        GRAPH.y + GRAPH.h - 1 - part as i32
    };
    let step = GRAPH.w / History::LENGTH as i32;
    let points = history.iter().zip((GRAPH.x..).step_by(step as usize));
    let mut before = None;
    for (sample, x) in points {
        let point = (x, height(sample));
        display::line(before.unwrap_or(point), point, CURVE)?;
        before = Some(point);
    }
    Ok(())
}
