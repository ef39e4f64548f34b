// What the console apps share: their colours, centred text, and the way back to the launcher.
#ifndef UI_H
#define UI_H

// None of them prints a number with a point.
#define AKIRA_PRINT_NO_FLOAT
#include "akira_api.h"

#define UI_BACKGROUND AKIRA_RGB(13, 17, 26)
#define UI_PANEL AKIRA_RGB(26, 33, 48)
#define UI_RAISED AKIRA_RGB(40, 50, 72)
#define UI_TEXT AKIRA_RGB(238, 241, 246)
#define UI_MUTED AKIRA_RGB(138, 150, 172)
#define UI_ACCENT AKIRA_RGB(64, 200, 184)
#define UI_GOOD AKIRA_RGB(110, 210, 120)
#define UI_WARNING AKIRA_RGB(250, 190, 80)
#define UI_BAD AKIRA_RGB(244, 100, 100)

// Characters are this wide and high.
#define UI_SMALL_W 8
#define UI_SMALL_H 10
#define UI_LARGE_W 12
#define UI_LARGE_H 18
#define UI_HUGE_W 17

static inline int32_t ui_length(const char *text) {
    int32_t length = 0;
    while (text[length] != 0) length++;
    return length;
}

// Draws text around the middle `x`.
static inline void ui_centered(int32_t x, int32_t y, const char *text, uint32_t color) {
    display_text(x - ui_length(text) * UI_SMALL_W / 2, y, text, color);
}

static inline void ui_centered_large(int32_t x, int32_t y, const char *text, uint32_t color) {
    display_text_large(x - ui_length(text) * UI_LARGE_W / 2, y, text, color);
}

static inline void ui_centered_huge(int32_t x, int32_t y, const char *text, uint32_t color) {
    display_text_huge(x - ui_length(text) * UI_HUGE_W / 2, y, text, color);
}

// Draws a key and what it does. Returns where the next hint begins.
static inline int32_t ui_hint(int32_t x, int32_t y, const char *key, const char *action) {
    int32_t width = ui_length(key) * UI_SMALL_W + 8;
    display_rounded_rect_fill(x, y - 3, width, 16, 5, UI_RAISED);
    display_text(x + 4, y, key, UI_TEXT);
    display_text(x + width + 5, y, action, UI_MUTED);
    return x + width + 5 + ui_length(action) * UI_SMALL_W + 12;
}

// Takes the oldest press from the queue; 0 if there is none.
static inline uint32_t ui_press(void) {
    akira_input_event_t event;
    while (input_poll_event(&event, sizeof(event)) == 1) {
        if (event.pressed) return event.button_id;
    }
    return 0;
}

// Hands the console back; return 0 from main right after.
static inline void ui_leave(void) { app_switch("launcher"); }

#endif // UI_H
