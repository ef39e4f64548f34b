// Blinks two lights by turns, and tells what the button does; for any board with such pins.
#include "akira_api.h"

#define GREEN 42
#define RED 43
#define BUTTON 0

// The digits are filled in: printf would be five times the rest of the app.
static char line[] = "green 0, red 0, button 0";

int main(void) {
    if (gpio_configure(GREEN, GPIO_OUTPUT) < 0 || gpio_configure(RED, GPIO_OUTPUT) < 0) return 1;
    for (unsigned turn = 0;; turn++) {
        gpio_write(GREEN, turn % 2);
        gpio_write(RED, (turn + 1) % 2);
        line[6] = '0' + gpio_read(GREEN);
        line[13] = '0' + gpio_read(RED);
        line[23] = '0' + gpio_read(BUTTON);
        printf_native(line);
        delay(500 * 1000);
    }
}
