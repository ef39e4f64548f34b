// The console's home screen: lists the apps and hands the screen to the chosen one.
#include "ui.h"

#define MAX_APPS 24
#define MAX_NAME 32
#define LIST_BYTES 1536

#define BAR_H 26
#define ROW_H 36
#define ROWS 5
#define LIST_Y (BAR_H + 4)
#define HINT_Y 224

#define FRAME_MS 30
#define REFRESH_MS 1000
#define REPEAT_AFTER_MS 400
#define REPEAT_EVERY_MS 110
#define NOTICE_MS 4000

typedef enum { INSTALLED, RUNNING, STOPPED, CRASHED, FAILED } state_t;

typedef struct {
    char name[MAX_NAME];
    state_t state;
} app_t;

static app_t apps[MAX_APPS];
static int app_count;
static int selected;
static int first_row;
static char own_name[MAX_NAME];
static char notice[48];
static int64_t notice_until;
static int32_t width = 320;
static int32_t height = 240;

// ---- The list of apps ----

static int same(const char *a, const char *b) {
    while (*a != 0 && *a == *b) a++, b++;
    return *a == *b;
}

static state_t parse_state(const char *text) {
    if (text[0] == 'R') return RUNNING;
    if (text[0] == 'S') return STOPPED;
    if (text[0] == 'E') return CRASHED;
    if (text[0] == 'F') return FAILED;
    return INSTALLED;
}

// Reads one line, `name:STATE`. Returns where the next begins.
static const char *parse_line(const char *line, app_t *app) {
    int length = 0;
    while (*line != 0 && *line != ':' && *line != '\n') {
        if (length < MAX_NAME - 1) app->name[length++] = *line;
        line++;
    }
    app->name[length] = 0;
    app->state = parse_state(*line == ':' ? line + 1 : "");
    while (*line != 0 && *line != '\n') line++;
    return *line == '\n' ? line + 1 : line;
}

// Names come in no order that a person would expect.
static void insert_sorted(const app_t *app) {
    int at = app_count++;
    for (; at > 0; at--) {
        const char *a = apps[at - 1].name, *b = app->name;
        while (*a != 0 && *a == *b) a++, b++;
        if (*a <= *b) break;
        apps[at] = apps[at - 1];
    }
    apps[at] = *app;
}

// Returns whether what is on the screen is out of date.
static int refresh(void) {
    static char text[LIST_BYTES], shown[LIST_BYTES];
    for (int i = 0; i < LIST_BYTES; i++) text[i] = 0;
    app_list(text, LIST_BYTES - 1);
    int changed = !same(text, shown);
    for (int i = 0; i < LIST_BYTES; i++) shown[i] = text[i];
    app_count = 0;
    for (const char *line = text; *line != 0 && app_count < MAX_APPS;) {
        app_t app;
        line = parse_line(line, &app);
        if (app.name[0] != 0 && !same(app.name, own_name)) insert_sorted(&app);
    }
    if (selected >= app_count) selected = app_count > 0 ? app_count - 1 : 0;
    return changed;
}

// ---- Drawing ----

static uint32_t tile_color(const char *name) {
    static const uint32_t colors[] = {
        AKIRA_RGB(64, 200, 184), AKIRA_RGB(250, 190, 80),  AKIRA_RGB(120, 160, 250),
        AKIRA_RGB(244, 120, 140), AKIRA_RGB(170, 130, 240), AKIRA_RGB(120, 210, 120),
    };
    uint32_t hash = 5381;
    for (; *name != 0; name++) hash = hash * 33 + (uint8_t)*name;
    return colors[hash % 6];
}

static const char *state_text(state_t state) {
    if (state == RUNNING) return "running";
    if (state == CRASHED) return "crashed";
    if (state == FAILED) return "failed";
    return "";
}

static uint32_t state_color(state_t state) {
    if (state == RUNNING) return UI_GOOD;
    return state == CRASHED ? UI_WARNING : UI_BAD;
}

// `_` is for machines.
static void display_name(char *text, int room, const char *name) {
    int length = ui_length(name);
    int shown = length <= room ? length : room - 2;
    for (int i = 0; i < shown; i++) text[i] = name[i] == '_' ? ' ' : name[i];
    if (shown < length) text[shown++] = '.', text[shown++] = '.';
    text[shown] = 0;
}

static void draw_bar(void) {
    char text[24];
    uint32_t minutes = (uint32_t)(get_time_ms() / 60000);
    display_rect(0, 0, width, BAR_H, UI_PANEL);
    display_rounded_rect_fill(8, 8, 10, 10, 3, UI_ACCENT);
    display_text_large(24, 4, "Akira", UI_TEXT);
    akira_format_text(text, sizeof(text), "up %u:%02u", minutes / 60, minutes % 60);
    display_text(width - 8 - ui_length(text) * UI_SMALL_W, 8, text, UI_MUTED);
    akira_format_text(text, sizeof(text), app_count == 1 ? "%d app" : "%d apps", app_count);
    ui_centered(width / 2, 8, text, UI_MUTED);
}

static void draw_tile(int32_t x, int32_t y, const char *name) {
    char letter[2] = {name[0], 0};
    if (letter[0] >= 'a' && letter[0] <= 'z') letter[0] -= 32;
    display_rounded_rect_fill(x, y, 26, 26, 7, tile_color(name));
    ui_centered_large(x + 13, y + 4, letter, UI_BACKGROUND);
}

static void draw_row(int row) {
    const app_t *app = &apps[first_row + row];
    int32_t y = LIST_Y + row * ROW_H;
    int chosen = first_row + row == selected;
    const char *state = state_text(app->state);
    int32_t state_x = width - 20 - ui_length(state) * UI_SMALL_W;
    char name[MAX_NAME];
    if (chosen) {
        display_rounded_rect_fill(6, y, width - 20, ROW_H - 2, 9, UI_RAISED);
        display_rounded_rect(6, y, width - 20, ROW_H - 2, 9, UI_ACCENT);
    }
    draw_tile(13, y + 4, app->name);
    display_name(name, (state_x - 64) / UI_LARGE_W, app->name);
    display_text_large(48, y + 8, name, chosen ? UI_TEXT : AKIRA_RGB(200, 207, 220));
    if (*state != 0) {
        display_circle_fill(state_x - 8, y + ROW_H / 2 - 1, 3, state_color(app->state));
        display_text(state_x, y + ROW_H / 2 - 6, state, state_color(app->state));
    }
}

static void draw_scroll(void) {
    if (app_count <= ROWS) return;
    int32_t track = ROWS * ROW_H - 4;
    int32_t thumb = track * ROWS / app_count;
    int32_t y = LIST_Y + (track - thumb) * first_row / (app_count - ROWS);
    display_rounded_rect_fill(width - 8, LIST_Y, 4, track, 2, UI_PANEL);
    display_rounded_rect_fill(width - 8, y, 4, thumb, 2, UI_MUTED);
}

static void draw_empty(void) {
    display_rounded_rect(width / 2 - 24, 66, 48, 48, 12, UI_RAISED);
    ui_centered_huge(width / 2, 76, "+", UI_MUTED);
    ui_centered_large(width / 2, 126, "No apps yet", UI_TEXT);
    ui_centered(width / 2, 152, "Install an app to begin", UI_MUTED);
}

static void draw_hints(void) {
    display_hline(0, HINT_Y - 8, width, UI_PANEL);
    if (notice[0] != 0) {
        display_circle_fill(14, HINT_Y + 4, 4, UI_BAD);
        display_text(26, HINT_Y, notice, UI_TEXT);
        return;
    }
    if (app_count == 0) return;
    int32_t x = ui_hint(8, HINT_Y, "UP", "");
    x = ui_hint(x - 12, HINT_Y, "DOWN", "choose");
    ui_hint(x, HINT_Y, "A", "open");
}

static void draw(void) {
    display_clear(UI_BACKGROUND);
    draw_bar();
    for (int row = 0; row < ROWS && first_row + row < app_count; row++) draw_row(row);
    if (app_count == 0) draw_empty();
    draw_scroll();
    draw_hints();
    display_flush();
}

// ---- Input ----

// Moves the selection round the ends, and the window with it.
static void move(int step) {
    if (app_count == 0) return;
    selected = (selected + step + app_count) % app_count;
    if (selected < first_row) first_row = selected;
    if (selected >= first_row + ROWS) first_row = selected - ROWS + 1;
}

static void keep_window(void) {
    int last = app_count > ROWS ? app_count - ROWS : 0;
    if (first_row > last) first_row = last;
    move(0);
}

// Returns the step that a held direction asks for now.
static int repeat(int64_t now) {
    static int64_t next;
    static uint32_t last;
    int held = input_get_buttons();
    uint32_t direction = held < 0 ? 0 : (uint32_t)held & (AKIRA_BTN_UP | AKIRA_BTN_DOWN);
    if (direction != last) {
        last = direction;
        next = now + REPEAT_AFTER_MS;
        return 0;
    }
    if (direction == 0 || now < next) return 0;
    next = now + REPEAT_EVERY_MS;
    return direction == AKIRA_BTN_UP ? -1 : direction == AKIRA_BTN_DOWN ? 1 : 0;
}

static void complain(const char *name, int error, int64_t now) {
    akira_format_text(notice, sizeof(notice), "%s does not start (%d)", name, error);
    notice_until = now + NOTICE_MS;
}

// Returns whether the launcher is to end, because another app takes over.
static int press(uint32_t button, int64_t now) {
    if (button == AKIRA_BTN_ID_UP) move(-1);
    if (button == AKIRA_BTN_ID_DOWN) move(1);
    if (button == AKIRA_BTN_ID_HOME) move(-selected);
    if (button != AKIRA_BTN_ID_A || app_count == 0) return 0;
    int error = app_switch(apps[selected].name);
    if (error == 0) return 1;
    complain(apps[selected].name, error, now);
    return 0;
}

int main(void) {
    int64_t next_refresh = 0;
    int64_t minute = -1;
    int redraw = 1;
    display_get_size(&width, &height);
    app_get_self_name(own_name, sizeof(own_name));
    for (;;) {
        int64_t now = get_time_ms();
        if (now >= next_refresh) {
            redraw |= refresh();
            keep_window();
            next_refresh = now + REFRESH_MS;
        }
        if (now / 60000 != minute) minute = now / 60000, redraw = 1;
        if (notice[0] != 0 && now >= notice_until) notice[0] = 0, redraw = 1;
        for (uint32_t button = ui_press(); button != 0; button = ui_press()) {
            if (press(button, now)) return 0;
            redraw = 1;
        }
        int step = repeat(now);
        if (step != 0) move(step), redraw = 1;
        if (redraw) draw();
        redraw = 0;
        delay(FRAME_MS * 1000);
    }
}
