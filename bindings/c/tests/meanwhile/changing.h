/* Memory that another thread changes, and what the tests on it share. */
#ifndef MEANWHILE_CHANGING_H
#define MEANWHILE_CHANGING_H

#define _POSIX_C_SOURCE 200809L
#include "../check.h"
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <time.h>

#define SIZE 9000
#define ROOM 20000

/* What the other thread does: writes one of two contents over the spot, in turn. */
static unsigned char *_Atomic spot;
static unsigned char contents[2][8];
static _Atomic size_t width;
static atomic_bool over;
static atomic_ulong turns;

static void *change(void *nothing) {
    while (!over) {
        volatile unsigned char *at = spot;
        size_t bytes = width;
        for (int which = 0; at != NULL && which < 2; which++)
            for (size_t i = 0; i < bytes; i++) at[i] = contents[which][i];
        turns++;
    }
    return nothing;
}

/* Begins to change some bytes between `first` and `second`. */
static void begin(void *at, const void *first, const void *second, size_t bytes) {
    memcpy(contents[0], first, bytes);
    memcpy(contents[1], second, bytes);
    memcpy(at, first, bytes);
    width = bytes;
    spot = at;
}

/* Ends it: the memory is still when this comes back. */
static void end(void) {
    spot = NULL;
    unsigned long now = turns;
    while (turns < now + 2) {
    }
}

static double seconds(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

/* Whether a test goes on: at least `least` rounds, then until each outcome was met that often or its time is over. */
typedef struct course {
    double until;
    unsigned long rounds, met[3], least;
} course;

static double share = 0.15;
static unsigned long total;

static course new_course(unsigned long least) {
    course made = {0};
    made.until = seconds() + share;
    made.least = least;
    return made;
}

static bool goes_on(course *at, int outcome) {
    at->rounds++;
    total++;
    at->met[outcome]++;
    return at->rounds < at->least || seconds() < at->until;
}

static unsigned char message[SIZE], opened[ROOM], kept[ROOM];
static char text[ROOM], again[ROOM];
static size_t len, again_len, opened_len;

static strongroom_options said(const void *aad, size_t aad_len, const char *context) {
    strongroom_options options = {0};
    options.size = sizeof options;
    options.aad = aad;
    options.aad_len = aad_len;
    options.context = context;
    options.context_len = context == NULL ? 0 : strlen(context);
    return options;
}

/* Which of the two contents a message is, otherwise as `message`, whose place `at` is between them. */
static int which(const unsigned char *found, size_t found_len, size_t size, size_t at) {
    CHECK(found_len == size);
    for (size_t i = 0; i < size; i++)
        if (i != at) CHECK(found[i] == message[i]);
    CHECK(found[at] == 'a' || found[at] == 'b');
    return found[at] == 'b';
}

#endif
