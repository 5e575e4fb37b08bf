/* Files of any size in memory, and the functions that give and take them. */
#ifndef FILES_H
#define FILES_H

#include "check.h"

#define HEAD 64
#define CHUNK 16384
#define SEALED 16400
#define LONG (4 * CHUNK + 7)

/* A file in memory, of which the functions can be told to fail. */
typedef struct file {
    unsigned char *bytes;
    size_t len, room, at, most;
    /* From which byte on it fails, with which status, and how often. */
    size_t fails_at;
    strongroom_status status;
    int times;
    /* What is called in the middle. */
    strongroom_stream used;
    strongroom_status said;
} file;

/* What is encrypted. */
static unsigned char plain[LONG];

static inline file empty(void) {
    file made = {0};
    made.room = HEAD + 8 * SEALED;
    made.bytes = malloc(made.room);
    CHECK(made.bytes != NULL);
    made.most = SIZE_MAX;
    made.fails_at = SIZE_MAX;
    return made;
}

static inline bool fails(file *to) {
    if (to->at < to->fails_at || to->times == 0) return false;
    to->times--;
    return true;
}

static inline strongroom_status take(void *user, const void *data, size_t len) {
    file *to = user;
    if (to->used != 0) to->said = strongroom_stream_write(to->used, "m", 1);
    if (fails(to)) return to->status;
    CHECK(len > 0 && len <= to->room - to->len);
    memcpy(to->bytes + to->len, data, len);
    to->len += len;
    to->at = to->len;
    return STRONGROOM_OK;
}

static inline strongroom_status give(void *user, void *out, size_t capacity, size_t *len) {
    file *from = user;
    CHECK(capacity > 0);
    if (fails(from)) return from->status;
    size_t left = from->at < from->len ? from->len - from->at : 0, some = left < capacity ? left : capacity;
    if (some > from->most) some = from->most;
    memcpy(out, from->bytes + from->at, some);
    from->at += some;
    *len = some;
    return STRONGROOM_OK;
}

static inline strongroom_status go(void *user, int64_t offset, uint32_t whence, uint64_t *position) {
    file *from = user;
    int64_t base = whence == 0 ? 0 : whence == 1 ? (int64_t)from->at : (int64_t)from->len;
    if (fails(from)) return from->status;
    CHECK(whence <= 2 && base + offset >= 0);
    from->at = (size_t)(base + offset);
    *position = from->at;
    return STRONGROOM_OK;
}

static inline strongroom_sink sink_of(file *to) {
    strongroom_sink sink = {sizeof sink, to, take};
    return sink;
}

static inline strongroom_source source_of(file *from) {
    strongroom_source source = {sizeof source, from, give, go};
    from->at = 0;
    return source;
}

static inline strongroom_stream writer(strongroom_key key, file *to, const strongroom_options *options) {
    strongroom_sink sink = sink_of(to);
    strongroom_stream stream = 0;
    OK(strongroom_key_encrypt_stream(key, &sink, options, &stream));
    /* The struct is not kept, but for what it points to. */
    memset(&sink, 0xee, sizeof sink);
    return stream;
}

static inline strongroom_stream reader(strongroom_key key, file *from, const strongroom_options *options) {
    strongroom_source source = source_of(from);
    strongroom_stream stream = 0;
    OK(strongroom_key_decrypt_stream(key, &source, options, &stream));
    memset(&source, 0xee, sizeof source);
    return stream;
}

static inline void fill_plain(void) {
    for (size_t i = 0; i < LONG; i++) plain[i] = (unsigned char)(131 * i + i / 256);
}

static inline file written(strongroom_key key, size_t len, const strongroom_options *options) {
    file made = empty();
    strongroom_stream stream = writer(key, &made, options);
    for (size_t at = 0; at < len; at += 1000) OK(strongroom_stream_write(stream, plain + at, len - at < 1000 ? len - at : 1000));
    OK(strongroom_stream_finish(stream));
    OK(strongroom_stream_free(stream));
    CHECK(made.len == HEAD + len + 16 * (len / CHUNK + 1));
    return made;
}

#endif
