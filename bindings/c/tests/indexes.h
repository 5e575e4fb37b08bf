/* What is indexed, and what a call gives to its function. */
#ifndef INDEXES_H
#define INDEXES_H

#include "check.h"

#define MOST 64

/* What a call gave to its function. */
typedef struct found {
    size_t count;
    size_t items[MOST], newer[MOST], lens[MOST];
    unsigned char bytes[MOST][80];
    bool is_text;
} found;

static inline void take(void *user, size_t item, size_t newer, const void *index, size_t len) {
    found *to = user;
    CHECK(to->count < MOST && len > 0 && len < sizeof to->bytes[0]);
    if (to->is_text) CHECK(((const char *)index)[len] == 0 && strlen(index) == len);
    to->items[to->count] = item;
    to->newer[to->count] = newer;
    to->lens[to->count] = len;
    memcpy(to->bytes[to->count], index, len);
    to->bytes[to->count][len] = 0;
    to->count++;
}

static inline found nothing(bool is_text) {
    found made;
    memset(&made, 0, sizeof made);
    made.is_text = is_text;
    return made;
}

static inline strongroom_index_options of_column(const char *name) {
    strongroom_index_options index = {0};
    index.size = sizeof index;
    index.name = name;
    index.name_len = strlen(name);
    return index;
}

static char text[128];
static size_t len;

static inline strongroom_status indexed(strongroom_key key, const char *value, const strongroom_index_options *index) {
    return strongroom_key_index(key, value, strlen(value), index, text, sizeof text, &len);
}

#endif
