// Falling blocks. LEFT and RIGHT move, UP or A turns, DOWN hurries, B drops, X pauses, HOME leaves.
#include "ui.h"

#define COLUMNS 10
#define LINES 20
#define CELL 11
#define WELL_X 24
#define WELL_Y 10
#define PANEL_X 164

#define FRAME_MS 16
#define FALL_START_MS 800
#define FALL_STEP_MS 70
#define FALL_FASTEST_MS 80
#define SOFT_MS 45
#define REPEAT_AFTER_MS 180
#define REPEAT_EVERY_MS 55

#define EMPTY 0
#define UNSEEN 0xFF

// Each turn of each piece as 4 by 4 cells, from the top left, the highest bit first.
static const uint16_t shapes[7][4] = {
    {0x0F00, 0x2222, 0x00F0, 0x4444}, {0x8E00, 0x6440, 0x0E20, 0x44C0}, {0x2E00, 0x4460, 0x0E80, 0xC440},
    {0x6600, 0x6600, 0x6600, 0x6600}, {0x6C00, 0x4620, 0x06C0, 0x8C40}, {0x4E00, 0x4640, 0x0E40, 0x4C40},
    {0xC600, 0x2640, 0x0C60, 0x4C80},
};

static const uint32_t colors[8] = {
    AKIRA_RGB(20, 26, 38),   AKIRA_RGB(80, 200, 230), AKIRA_RGB(100, 130, 240), AKIRA_RGB(245, 160, 70),
    AKIRA_RGB(245, 215, 90), AKIRA_RGB(110, 210, 120), AKIRA_RGB(180, 120, 230), AKIRA_RGB(240, 100, 110),
};

typedef struct {
    int kind;
    int turn;
    int x;
    int y;
} piece_t;

typedef enum { PLAYING, PAUSED, OVER } phase_t;

static uint8_t well[LINES][COLUMNS];
static uint8_t shown[LINES][COLUMNS];
static piece_t piece;
static int next_kind;
static int score, best, lines;
static phase_t phase;
static int panel_stale;
static uint32_t seed;

// ---- Rules ----

static uint32_t random_below(uint32_t bound) {
    seed ^= seed << 13;
    seed ^= seed >> 17;
    seed ^= seed << 5;
    return seed % bound;
}

static int covers(const piece_t *p, int row, int column) {
    return (shapes[p->kind][p->turn] >> (15 - (row * 4 + column))) & 1;
}

static int fits(const piece_t *p) {
    for (int row = 0; row < 4; row++) {
        for (int column = 0; column < 4; column++) {
            if (!covers(p, row, column)) continue;
            int x = p->x + column, y = p->y + row;
            if (x < 0 || x >= COLUMNS || y >= LINES) return 0;
            if (y >= 0 && well[y][x] != EMPTY) return 0;
        }
    }
    return 1;
}

static int try_move(int dx, int dy) {
    piece_t moved = piece;
    moved.x += dx;
    moved.y += dy;
    if (!fits(&moved)) return 0;
    piece = moved;
    return 1;
}

// Turns, pushed off a wall if need be.
static void turn(void) {
    static const int kicks[] = {0, -1, 1, -2, 2};
    for (int i = 0; i < 5; i++) {
        piece_t turned = piece;
        turned.turn = (turned.turn + 1) % 4;
        turned.x += kicks[i];
        if (fits(&turned)) {
            piece = turned;
            return;
        }
    }
}

static void spawn(void) {
    piece = (piece_t){.kind = next_kind, .turn = 0, .x = 3, .y = -1};
    next_kind = (int)random_below(7);
    panel_stale = 1;
    if (!fits(&piece)) {
        phase = OVER;
        if (score > best) best = score;
    }
}

static int is_full(int row) {
    for (int x = 0; x < COLUMNS; x++) {
        if (well[row][x] == EMPTY) return 0;
    }
    return 1;
}

static int clear_lines(void) {
    int cleared = 0;
    for (int from = LINES - 1, to = LINES - 1; to >= 0; from--) {
        if (from >= 0 && is_full(from)) {
            cleared++;
            continue;
        }
        for (int x = 0; x < COLUMNS; x++) well[to][x] = from >= 0 ? well[from][x] : EMPTY;
        to--;
    }
    return cleared;
}

static void settle(void) {
    static const int rewards[] = {0, 100, 300, 500, 800};
    for (int row = 0; row < 4; row++) {
        for (int column = 0; column < 4; column++) {
            int y = piece.y + row;
            if (covers(&piece, row, column) && y >= 0) well[y][piece.x + column] = (uint8_t)(piece.kind + 1);
        }
    }
    int cleared = clear_lines();
    score += rewards[cleared] * (lines / 10 + 1);
    lines += cleared;
    spawn();
}

static void fall(void) {
    if (!try_move(0, 1)) settle();
}

static void drop(void) {
    while (try_move(0, 1)) score += 2;
    settle();
}

static int fall_interval(void) {
    int interval = FALL_START_MS - lines / 10 * FALL_STEP_MS;
    return interval > FALL_FASTEST_MS ? interval : FALL_FASTEST_MS;
}

static void restart(void) {
    for (int y = 0; y < LINES; y++) {
        for (int x = 0; x < COLUMNS; x++) well[y][x] = EMPTY;
    }
    score = lines = 0;
    phase = PLAYING;
    spawn();
}

// ---- Drawing ----

static void forget_well(void) {
    for (int y = 0; y < LINES; y++) {
        for (int x = 0; x < COLUMNS; x++) shown[y][x] = UNSEEN;
    }
}

static void draw_cell(int32_t x, int32_t y, uint8_t cell) {
    display_rect(x, y, CELL - 1, CELL - 1, colors[cell & 7]);
    if (cell == EMPTY) return;
    display_hline(x, y, CELL - 1, UI_TEXT);
    display_vline(x, y, CELL - 1, UI_TEXT);
}

static uint8_t cell_at(int x, int y) {
    int row = y - piece.y, column = x - piece.x;
    int inside = row >= 0 && row < 4 && column >= 0 && column < 4;
    if (inside && covers(&piece, row, column)) return (uint8_t)(piece.kind + 1);
    return well[y][x];
}

// Draws only what changed: a step of a piece is eight cells.
static void draw_well(void) {
    for (int y = 0; y < LINES; y++) {
        for (int x = 0; x < COLUMNS; x++) {
            uint8_t cell = cell_at(x, y);
            if (cell == shown[y][x]) continue;
            shown[y][x] = cell;
            draw_cell(WELL_X + x * CELL, WELL_Y + y * CELL, cell);
        }
    }
}

static void draw_number(int32_t y, const char *label, int value) {
    char text[16];
    display_text(PANEL_X, y, label, UI_MUTED);
    akira_format_text(text, sizeof(text), "%d", value);
    display_text_large(PANEL_X, y + 13, text, UI_TEXT);
}

static void draw_next(void) {
    piece_t next = {.kind = next_kind, .turn = 0, .x = 0, .y = 0};
    display_text(PANEL_X + 84, 14, "NEXT", UI_MUTED);
    display_rounded_rect_fill(PANEL_X + 80, 28, 60, 42, 6, UI_PANEL);
    for (int row = 0; row < 4; row++) {
        for (int column = 0; column < 4; column++) {
            if (covers(&next, row, column)) {
                draw_cell(PANEL_X + 88 + column * CELL, 36 + row * CELL, (uint8_t)(next_kind + 1));
            }
        }
    }
}

static void draw_panel(void) {
    display_rect(PANEL_X, 10, 320 - PANEL_X, 144, UI_BACKGROUND);
    draw_number(14, "SCORE", score);
    draw_number(50, "LINES", lines);
    draw_number(86, "LEVEL", lines / 10 + 1);
    draw_number(122, "BEST", best);
    draw_next();
    panel_stale = 0;
}

static void draw_frame(void) {
    display_clear(UI_BACKGROUND);
    display_rect_outline(WELL_X - 3, WELL_Y - 3, COLUMNS * CELL + 5, LINES * CELL + 5, UI_RAISED);
    ui_hint(PANEL_X, 166, "A", "turn");
    ui_hint(PANEL_X + 76, 166, "B", "drop");
    ui_hint(PANEL_X, 188, "X", "pause");
    ui_hint(PANEL_X, 210, "HOME", "leave");
    forget_well();
    panel_stale = 1;
}

static void draw_overlay(void) {
    int32_t middle = WELL_X + COLUMNS * CELL / 2;
    display_rounded_rect_fill(WELL_X - 6, 84, COLUMNS * CELL + 12, 66, 8, UI_RAISED);
    display_rounded_rect(WELL_X - 6, 84, COLUMNS * CELL + 12, 66, 8, UI_ACCENT);
    ui_centered_large(middle, 94, phase == OVER ? "GAME OVER" : "PAUSED", UI_TEXT);
    ui_centered(middle, 124, phase == OVER ? "A plays again" : "X goes on", UI_MUTED);
}

static void draw(void) {
    static phase_t drawn = PLAYING;
    if (drawn != PLAYING && phase == PLAYING) draw_frame();
    if (panel_stale) draw_panel();
    draw_well();
    if (phase != PLAYING && drawn != phase) draw_overlay();
    drawn = phase;
    display_flush();
}

// ---- Input ----

static void press(uint32_t button) {
    if (phase == OVER) {
        if (button == AKIRA_BTN_ID_A) restart();
        return;
    }
    if (button == AKIRA_BTN_ID_X) phase = phase == PAUSED ? PLAYING : PAUSED;
    if (phase == PAUSED) return;
    if (button == AKIRA_BTN_ID_LEFT) try_move(-1, 0);
    if (button == AKIRA_BTN_ID_RIGHT) try_move(1, 0);
    if (button == AKIRA_BTN_ID_UP || button == AKIRA_BTN_ID_A) turn();
    if (button == AKIRA_BTN_ID_B) drop();
}

// Moves on while a direction is held.
static void repeat(uint32_t held, int64_t now) {
    static int64_t next;
    static uint32_t last;
    uint32_t direction = held & (AKIRA_BTN_LEFT | AKIRA_BTN_RIGHT);
    if (direction != last) {
        last = direction;
        next = now + REPEAT_AFTER_MS;
    }
    if (direction == 0 || now < next) return;
    next = now + REPEAT_EVERY_MS;
    try_move(direction == AKIRA_BTN_LEFT ? -1 : direction == AKIRA_BTN_RIGHT ? 1 : 0, 0);
}

static void play(int64_t now) {
    static int64_t last_fall;
    int buttons = input_get_buttons();
    uint32_t held = buttons < 0 ? 0 : (uint32_t)buttons;
    repeat(held, now);
    int interval = fall_interval();
    if ((held & AKIRA_BTN_DOWN) && interval > SOFT_MS) interval = SOFT_MS;
    if (now - last_fall < interval) return;
    last_fall = now;
    fall();
}

int main(void) {
    seed = (uint32_t)get_time_ms() | 1;
    next_kind = (int)random_below(7);
    draw_frame();
    restart();
    for (;;) {
        for (uint32_t button = ui_press(); button != 0; button = ui_press()) {
            if (button == AKIRA_BTN_ID_HOME) {
                ui_leave();
                return 0;
            }
            press(button);
        }
        if (phase == PLAYING) play(get_time_ms());
        draw();
        delay(FRAME_MS * 1000);
    }
}
