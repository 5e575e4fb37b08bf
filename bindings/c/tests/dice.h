/* Chance, and the handles that random calls are made with. */
#ifndef DICE_H
#define DICE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strongroom.h>

#define CHECK(what) ((what) ? (void)0 : (fprintf(stderr, "%s:%d: %s, in call %lu\n", __FILE__, __LINE__, #what, calls), exit(1)))
#define POOL 48

static unsigned long calls;
static uint64_t state;
static uint64_t handles[POOL];
static unsigned counts[400];

static uint64_t next(void) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

static uint64_t below(uint64_t n) {
    return next() % n;
}

static uint64_t any_handle(void) {
    switch (below(12)) {
    case 0: return 0;
    case 1: return next();
    case 2: return handles[below(POOL)] ^ (1ull << below(64));
    default: return handles[below(POOL)];
    }
}

/* Mostly one of the kind that is asked for: 1 a keyring, 2 a key, 3 a seal. */
static uint64_t handle_of(uint64_t kind) {
    uint64_t handle = any_handle();
    for (int i = 0; i < 12 && (handle >> 24 & 255) != kind; i++) handle = any_handle();
    return handle;
}

static void keep(uint64_t handle) {
    uint64_t *slot = &handles[below(POOL)];
    /* What is thrown out stays in use sometimes, stale or not. */
    if (below(8) != 0) {
        strongroom_key_free(*slot);
        strongroom_seal_free(*slot);
        if (below(4) == 0) strongroom_keyring_free(*slot);
    }
    *slot = handle;
}

static strongroom_status seen(strongroom_status status) {
    CHECK(status < 400 && strongroom_error_name(status)[0] != 0);
    CHECK(status != STRONGROOM_PANICKED);
    if (status != STRONGROOM_OK) CHECK(strongroom_error_message()[0] != 0);
    counts[status]++;
    return status;
}

#endif
