/*
 * Another clock for a program of the tests: loaded before the C library (LD_PRELOAD), it shifts the time of day by the milliseconds that the
 * variable STRONGROOM_TEST_CLOCK_MS says. Other clocks go on as they are.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static long long shift_ms;

/* Once, before any thread of the program: its environment may change later. */
__attribute__((constructor)) static void read_shift(void) {
    const char *text = getenv("STRONGROOM_TEST_CLOCK_MS");
    shift_ms = text == NULL ? 0 : strtoll(text, NULL, 10);
}

int clock_gettime(clockid_t clock, struct timespec *time) {
    int failed = (int)syscall(SYS_clock_gettime, clock, time);
    if (failed != 0 || (clock != CLOCK_REALTIME && clock != CLOCK_REALTIME_COARSE)) return failed;
    time->tv_sec += shift_ms / 1000;
    time->tv_nsec += shift_ms % 1000 * 1000000;
    if (time->tv_nsec < 0) time->tv_nsec += 1000000000, time->tv_sec--;
    if (time->tv_nsec >= 1000000000) time->tv_nsec -= 1000000000, time->tv_sec++;
    return 0;
}
