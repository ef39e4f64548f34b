// Shows every drawing call, a page of them at a time. LEFT and RIGHT turn the pages, HOME leaves.
#include "ui.h"

#define PAGES 4
#define SPRITE 16

static uint16_t sprite[SPRITE * SPRITE];
static int32_t width = 320;
static int32_t height = 240;

// A ball on the colour that stands for transparent.
static void make_sprite(void) {
    for (int32_t y = 0; y < SPRITE; y++) {
        for (int32_t x = 0; x < SPRITE; x++) {
            int32_t dx = x - 7, dy = y - 7;
            int inside = dx * dx + dy * dy < 56;
            sprite[y * SPRITE + x] = inside ? (uint16_t)AKIRA_RGB(255 - x * 8, 120 + y * 6, 60) : COLOR_MAGENTA;
        }
    }
}

static void title(const char *text, int page) {
    char number[16];
    display_clear(UI_BACKGROUND);
    display_rect(0, 0, width, 26, UI_PANEL);
    display_text_large(8, 4, text, UI_TEXT);
    akira_format_text(number, sizeof(number), "%d/%d", page + 1, PAGES);
    display_text(width - 32, 8, number, UI_MUTED);
}

static void caption(int32_t x, int32_t y, const char *text) { ui_centered(x, y, text, UI_MUTED); }

static void shapes(void) {
    display_rect(16, 44, 64, 48, UI_ACCENT);
    caption(48, 98, "rect");
    display_rect_outline(96, 44, 64, 48, UI_WARNING);
    caption(128, 98, "outline");
    display_rounded_rect_fill(176, 44, 64, 48, 12, UI_BAD);
    caption(208, 98, "rounded");
    display_rounded_rect(248, 44, 56, 48, 12, UI_GOOD);
    display_circle_fill(48, 148, 26, UI_ACCENT);
    caption(48, 180, "circle");
    display_circle(128, 148, 26, UI_WARNING);
    display_triangle_fill(208, 122, 180, 174, 236, 174, UI_BAD);
    caption(208, 180, "triangle");
    display_triangle(276, 122, 250, 174, 302, 174, UI_GOOD);
}

static void lines(void) {
    for (int32_t i = 0; i <= 12; i++) {
        display_line(16, 40 + i * 13, 16 + i * 12, 196, AKIRA_RGB(60 + i * 15, 200 - i * 8, 184));
    }
    for (int32_t i = 0; i < 8; i++) display_hline(184, 44 + i * 8, 16 + i * 14, UI_WARNING);
    for (int32_t i = 0; i < 15; i++) display_vline(184 + i * 8, 196 - i * 6, i * 6, UI_GOOD);
    for (int32_t i = 0; i < 400; i++) {
        display_pixel(184 + (i * 37) % 120, 110 + (i * 53) % 60, AKIRA_RGB(255, 255 - i % 128, i % 255));
    }
}

static void words(void) {
    display_text(16, 40, "small: 8 by 10 pixels", UI_TEXT);
    display_text_large(16, 60, "large: 12 by 18", UI_ACCENT);
    display_text_huge(16, 90, "huge: 17 by 28", UI_WARNING);
    display_text(16, 136, "number", UI_MUTED);
    display_number(80, 136, -123456, UI_TEXT);
    display_text(16, 160, "progress", UI_MUTED);
    for (int32_t i = 0; i < 3; i++) {
        display_progress_bar(96, 158 + i * 16, 200, 12, 25 + i * 30, 100, UI_ACCENT, UI_PANEL);
    }
}

static void bitmaps(void) {
    for (int32_t i = 0; i < 14; i++) {
        uint32_t stripe = i % 2 ? UI_PANEL : UI_RAISED;
        display_rect(16 + i * 21, 44, 21, 120, stripe);
    }
    for (int32_t i = 0; i < 6; i++) {
        display_bitmap(32 + i * 44, 60, SPRITE, SPRITE, sprite, sizeof(sprite));
        display_bitmap_transparent(32 + i * 44, 104, SPRITE, SPRITE, sprite, sizeof(sprite), COLOR_MAGENTA);
    }
    caption(width / 2, 172, "above with its background, below without");
}

static void draw(int page) {
    static const char *const titles[PAGES] = {"Shapes", "Lines", "Text", "Bitmaps"};
    title(titles[page], page);
    if (page == 0) shapes();
    if (page == 1) lines();
    if (page == 2) words();
    if (page == 3) bitmaps();
    int32_t x = ui_hint(8, height - 17, "LEFT", "back");
    x = ui_hint(x, height - 17, "RIGHT", "on");
    ui_hint(x, height - 17, "HOME", "leave");
    display_flush();
}

int main(void) {
    int page = 0;
    int redraw = 1;
    display_get_size(&width, &height);
    make_sprite();
    for (;;) {
        if (redraw) draw(page);
        uint32_t button = ui_press();
        redraw = button == AKIRA_BTN_ID_LEFT || button == AKIRA_BTN_ID_RIGHT;
        if (button == AKIRA_BTN_ID_LEFT) page = (page + PAGES - 1) % PAGES;
        if (button == AKIRA_BTN_ID_RIGHT) page = (page + 1) % PAGES;
        if (button == AKIRA_BTN_ID_HOME) break;
        delay(20 * 1000);
    }
    ui_leave();
    return 0;
}
