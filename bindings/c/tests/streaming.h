/*
 * The lines of a driver about files of any size, which are in memory here:
 *
 *   {"op":"encrypt_stream","key":K,"plaintext":HEX,"threads":N?} -> {"ok":HEX}
 *   {"op":"decrypt_stream","key":K,"stream":HEX,"threads":N?}, rewrap_stream, decrypt_range ("start":N,"end":N) likewise
 */
#ifndef STREAMING_H
#define STREAMING_H

#include "indexing.h"

typedef struct memory_file {
    unsigned char *bytes;
    size_t len, room, at;
} memory_file;

static strongroom_status memory_take(void *user, const void *data, size_t len) {
    memory_file *to = (memory_file *)user;
    if (to->len + len > to->room && (to->bytes = (unsigned char *)realloc(to->bytes, to->room = 2 * (to->len + len))) == NULL) line_fail("no memory");
    memcpy(to->bytes + to->len, data, len);
    to->len += len;
    return STRONGROOM_OK;
}

static strongroom_status memory_give(void *user, void *out, size_t capacity, size_t *len) {
    memory_file *from = (memory_file *)user;
    const size_t left = from->len - from->at;
    *len = left < capacity ? left : capacity;
    memcpy(out, from->bytes + from->at, *len);
    from->at += *len;
    return STRONGROOM_OK;
}

static strongroom_status memory_go(void *user, int64_t offset, uint32_t whence, uint64_t *position) {
    memory_file *from = (memory_file *)user;
    const int64_t base = whence == 0 ? 0 : whence == 1 ? (int64_t)from->at : (int64_t)from->len;
    if (base + offset < 0) return STRONGROOM_CALLBACK_FAILED;
    from->at = base + offset < (int64_t)from->len ? (size_t)(base + offset) : from->len;
    *position = (uint64_t)(base + offset);
    return STRONGROOM_OK;
}

static strongroom_status stream_begun(line *l, strongroom_stream stream) {
    return line_text(l, "threads") == NULL ? STRONGROOM_OK : strongroom_stream_threads(stream, number_of(l, "threads"));
}

static strongroom_status encrypt_stream_line(line *l, strongroom_key key, const strongroom_sink *sink, const strongroom_options *options) {
    const field *plaintext = line_bytes(l, "plaintext");
    strongroom_stream stream = 0;
    strongroom_status status = strongroom_key_encrypt_stream(key, sink, options, &stream);
    if (status == STRONGROOM_OK) status = stream_begun(l, stream);
    if (status == STRONGROOM_OK) status = strongroom_stream_write(stream, plaintext->value, plaintext->len);
    if (status == STRONGROOM_OK) status = strongroom_stream_finish(stream);
    strongroom_stream_free(stream);
    return status;
}

static strongroom_status decrypt_stream_line(line *l, strongroom_key key, const strongroom_source *source, memory_file *to, const strongroom_options *options) {
    unsigned char piece[1000];
    size_t len = 1;
    strongroom_stream stream = 0;
    strongroom_status status = strongroom_key_decrypt_stream(key, source, options, &stream);
    if (status == STRONGROOM_OK) status = stream_begun(l, stream);
    while (status == STRONGROOM_OK && len != 0) {
        status = strongroom_stream_read(stream, piece, sizeof piece, &len);
        if (status == STRONGROOM_OK) memory_take(to, piece, len);
    }
    strongroom_stream_free(stream);
    return status;
}

static strongroom_status decrypt_range_line(line *l, strongroom_key key, const strongroom_source *source, memory_file *to, const strongroom_options *options) {
    const uint64_t start = long_number_of(l, "start"), end = long_number_of(l, "end");
    strongroom_status status = strongroom_key_decrypt_range(key, source, start, end, options, NULL, 0, &to->len);
    if (status != STRONGROOM_OK) return status;
    to->room = to->len;
    to->bytes = (unsigned char *)malloc(to->room + 1);
    if (to->bytes == NULL) line_fail("no memory");
    return strongroom_key_decrypt_range(key, source, start, end, options, to->bytes, to->room, &to->len);
}

/* Does what a line asks for, if it is of these; the status says whether it was answered. */
static bool streamed(line *l, const char *op, strongroom_key key, const strongroom_options *options, strongroom_status *status) {
    memory_file from = {0}, to = {0};
    const strongroom_sink sink = {sizeof sink, &to, memory_take};
    const strongroom_source source = {sizeof source, &from, memory_give, memory_go};
    const field *stream = NULL;
    if (strcmp(op, "encrypt_stream") == 0) {
        *status = encrypt_stream_line(l, key, &sink, options);
    } else if (strcmp(op, "decrypt_stream") == 0 || strcmp(op, "rewrap_stream") == 0 || strcmp(op, "decrypt_range") == 0) {
        if ((stream = line_bytes(l, "stream")) == NULL) line_fail("no stream");
        from.bytes = (unsigned char *)stream->value;
        from.len = stream->len;
        uint32_t version;
        if (op[0] == 'r') *status = strongroom_key_rewrap_stream(key, &source, &sink, options, &version);
        else *status = op[8] == 's' ? decrypt_stream_line(l, key, &source, &to, options) : decrypt_range_line(l, key, &source, &to, options);
    } else {
        return false;
    }
    if (*status == STRONGROOM_OK) {
        printf("{\"ok\":\"");
        for (size_t i = 0; i < to.len; i++) printf("%02x", to.bytes[i]);
        printf("\"}\n");
    }
    free(to.bytes);
    return true;
}

#endif
