// Sends ten messages and times the answers of ipc_pong.
// It prints no floats, which saves 3 KB.
#define AKIRA_PRINT_NO_FLOAT
#include "akira_api.h"

#define ROUNDS 10
#define TIMEOUT_MS 2000

static int is_answer(const char *answer, int length, int round) {
    return length == 1 && answer[0] == (char)round;
}

int main(void) {
    int answered = 0;
    if (msg_subscribe("demo.pong") < 0) {
        printf("ipc_ping: cannot subscribe");
        return 1;
    }
    for (int round = 1; round <= ROUNDS; round++) {
        char message = (char)round;
        char answer[8];
        int64_t start = get_time_ms();
        int receivers = msg_publish("demo.ping", &message, 1);
        int length = receivers > 0 ? msg_recv("demo.pong", answer, sizeof(answer), TIMEOUT_MS) : receivers;
        if (is_answer(answer, length, round)) {
            answered++;
            printf("ipc_ping: answer %d after %d ms", round, (int)(get_time_ms() - start));
        } else {
            printf("ipc_ping: no answer %d (%d)", round, length);
        }
        delay(200 * 1000);
    }
    printf("ipc_ping: %d of %d answered", answered, ROUNDS);
    return answered == ROUNDS ? 0 : 1;
}
