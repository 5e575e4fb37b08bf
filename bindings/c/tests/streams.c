/* Files of any size: functions that take them and give them, what those may do, and what a stream says to it. */
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#include "files.h"

/* Reads to the end, or to an error, and says how much came. */
static strongroom_status read_all(strongroom_stream stream, size_t *total) {
    unsigned char piece[777];
    for (*total = 0;;) {
        size_t len = SIZE_MAX;
        strongroom_status status = strongroom_stream_read(stream, piece, sizeof piece, &len);
        if (status != STRONGROOM_OK) return status;
        if (len == 0) return STRONGROOM_OK;
        CHECK(len <= sizeof piece && memcmp(piece, plain + *total, len) == 0);
        *total += len;
    }
}

static void whole_files(strongroom_key key) {
    static const size_t lengths[] = {0, 1, CHUNK - 1, CHUNK, CHUNK + 1, LONG};
    strongroom_options aad = {0};
    aad.size = sizeof aad;
    aad.aad = "export";
    aad.aad_len = 6;
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        file made = written(key, lengths[i], &aad);
        for (made.most = 999; made.most != 0; made.most = made.most == 999 ? SIZE_MAX : 0) {
            strongroom_stream stream = reader(key, &made, &aad);
            uint64_t len = 0, position = 0;
            uint32_t version = 0;
            size_t total;
            OK(strongroom_stream_version(stream, &version));
            OK(strongroom_stream_verify_end(stream, &len));
            OK(read_all(stream, &total));
            CHECK(version == 1 && len == lengths[i] && total == lengths[i]);
            OK(strongroom_stream_seek(stream, -(int64_t)(total / 2), 2, &position));
            CHECK(position == total - total / 2);
            unsigned char byte[2];
            size_t one = 7;
            OK(strongroom_stream_read(stream, byte, 1, &one));
            CHECK(total / 2 == 0 ? one == 0 : one == 1 && byte[0] == plain[position]);
            OK(strongroom_stream_seek(stream, 0, 0, NULL));
            OK(read_all(stream, &total));
            CHECK(total == lengths[i]);
            OK(strongroom_stream_free(stream));
        }
        made.most = SIZE_MAX;
        strongroom_source source = source_of(&made);
        strongroom_stream none = 0;
        CHECK(strongroom_key_decrypt_stream(key, &source, NULL, &none) == STRONGROOM_DECRYPT_FAILED && none == 0);
        free(made.bytes);
    }
}

static void cut_off(strongroom_key key) {
    file made = written(key, LONG, NULL);
    static const size_t lengths[] = {0, HEAD - 1, HEAD, HEAD + 2 * SEALED, HEAD + 2 * SEALED + 15};
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        file cut = made;
        cut.len = lengths[i];
        strongroom_source source = source_of(&cut);
        strongroom_stream stream = 0;
        strongroom_status status = strongroom_key_decrypt_stream(key, &source, NULL, &stream);
        if (lengths[i] < HEAD) {
            CHECK(status == STRONGROOM_TRUNCATED_STREAM && stream == 0);
            uint32_t version = 9;
            cut.at = 0;
            CHECK(strongroom_stream_info(&source, &version) == STRONGROOM_TRUNCATED_STREAM && version == 9);
            continue;
        }
        size_t total, len = 5;
        uint64_t end = 5;
        CHECK(status == STRONGROOM_OK && read_all(stream, &total) == STRONGROOM_TRUNCATED_STREAM);
        CHECK(total == (lengths[i] - HEAD) / SEALED * CHUNK);
        /* It has ended. */
        CHECK(strongroom_stream_read(stream, &len, sizeof len, &len) == STRONGROOM_TRUNCATED_STREAM && len == 5);
        CHECK(strongroom_stream_verify_end(stream, &end) == STRONGROOM_TRUNCATED_STREAM && end == 5);
        OK(strongroom_stream_free(stream));
    }
    /* A writer that was not finished. */
    file part = empty();
    strongroom_stream stream = writer(key, &part, NULL);
    OK(strongroom_stream_write(stream, plain, LONG));
    OK(strongroom_stream_free(stream));
    CHECK(part.len == HEAD + 4 * SEALED);
    stream = reader(key, &part, NULL);
    uint64_t end;
    CHECK(strongroom_stream_verify_end(stream, &end) == STRONGROOM_TRUNCATED_STREAM);
    OK(strongroom_stream_free(stream));
    free(part.bytes);
    free(made.bytes);
}

static void failing_functions(strongroom_key key) {
    static const strongroom_status statuses[] = {1, STRONGROOM_TRUNCATED_STREAM, 304, 12345, UINT32_MAX};
    for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++) {
        char number[32];
        snprintf(number, sizeof number, "status %u", statuses[i]);
        file to = empty();
        strongroom_stream stream = writer(key, &to, NULL);
        to.fails_at = SEALED, to.status = statuses[i], to.times = 1;
        CHECK(strongroom_stream_write(stream, plain, LONG) == STRONGROOM_CALLBACK_FAILED);
        CHECK(strstr(strongroom_error_message(), number) != NULL && strongroom_error_detail()[0] == 0);
        /* There is no going on. */
        size_t before = to.len;
        CHECK(strongroom_stream_write(stream, "m", 1) == STRONGROOM_CALLBACK_FAILED);
        CHECK(strongroom_stream_finish(stream) == STRONGROOM_CALLBACK_FAILED && to.len == before);
        OK(strongroom_stream_free(stream));
        free(to.bytes);

        file from = written(key, LONG, NULL);
        stream = reader(key, &from, NULL);
        from.fails_at = 3 * SEALED, from.status = statuses[i], from.times = 1;
        size_t total, rest;
        CHECK(read_all(stream, &total) == STRONGROOM_CALLBACK_FAILED && strstr(strongroom_error_message(), number) != NULL);
        /* Reading goes on where it was. */
        OK(strongroom_stream_seek(stream, 0, 1, NULL));
        unsigned char byte;
        OK(strongroom_stream_read(stream, &byte, 1, &rest));
        CHECK(rest == 1 && byte == plain[total]);
        from.times = 1;
        uint64_t end;
        CHECK(strongroom_stream_verify_end(stream, &end) == STRONGROOM_CALLBACK_FAILED);
        OK(strongroom_stream_seek(stream, 0, 0, NULL));
        OK(read_all(stream, &total));
        CHECK(total == LONG);
        OK(strongroom_stream_free(stream));
        from.fails_at = 0, from.times = 1;
        strongroom_source source = source_of(&from);
        stream = 0;
        CHECK(strongroom_key_decrypt_stream(key, &source, NULL, &stream) == STRONGROOM_CALLBACK_FAILED && stream == 0);
        free(from.bytes);
    }
}

static strongroom_status says_nothing(void *user, void *out, size_t capacity, size_t *len) {
    (void)user, (void)out, (void)capacity, (void)len;
    return STRONGROOM_OK;
}

static strongroom_status says_too_much(void *user, void *out, size_t capacity, size_t *len) {
    (void)user, (void)out;
    *len = capacity + 1;
    return STRONGROOM_OK;
}

static strongroom_status goes_nowhere(void *user, int64_t offset, uint32_t whence, uint64_t *position) {
    (void)user, (void)offset, (void)whence, (void)position;
    return STRONGROOM_OK;
}

#define REFUSED(call) CHECK((call) == STRONGROOM_INVALID_ARGUMENT)

static void refused(strongroom_keyring ring, strongroom_key key) {
    file made = written(key, LONG, NULL), to = empty();
    strongroom_sink sink = sink_of(&to);
    strongroom_source source = source_of(&made);
    strongroom_stream stream = 0;
    uint32_t version = 9;
    REFUSED(strongroom_key_encrypt_stream(key, NULL, NULL, &stream));
    REFUSED(strongroom_key_encrypt_stream(key, &sink, NULL, NULL));
    REFUSED(strongroom_key_decrypt_stream(key, NULL, NULL, &stream));
    REFUSED(strongroom_key_decrypt_stream(key, &source, NULL, NULL));
    REFUSED(strongroom_key_rewrap_stream(key, NULL, &sink, NULL, &version));
    REFUSED(strongroom_key_rewrap_stream(key, &source, NULL, NULL, &version));
    REFUSED(strongroom_key_rewrap_stream(key, &source, &sink, NULL, NULL));
    REFUSED(strongroom_stream_info(NULL, &version));
    REFUSED(strongroom_stream_info(&source, NULL));
    sink.write = NULL;
    REFUSED(strongroom_key_encrypt_stream(key, &sink, NULL, &stream));
    sink = sink_of(&to);
    sink.size = 8;
    REFUSED(strongroom_key_encrypt_stream(key, &sink, NULL, &stream));
    source.read = NULL;
    REFUSED(strongroom_key_decrypt_stream(key, &source, NULL, &stream));
    source = source_of(&made);
    source.size -= 8;
    REFUSED(strongroom_key_decrypt_stream(key, &source, NULL, &stream));
    strongroom_options options = {0};
    options.size = sizeof options;
    options.hash = STRONGROOM_SHA2_256;
    sink = sink_of(&to);
    CHECK(strongroom_key_encrypt_stream(key, &sink, &options, &stream) == STRONGROOM_INVALID_OPTION);
    strongroom_key aes = new_key(ring, "aes", "aes256-gcm96", 0);
    CHECK(strongroom_key_encrypt_stream(aes, &sink, NULL, &stream) == STRONGROOM_OPERATION_NOT_SUPPORTED);
    CHECK(strongroom_key_encrypt_stream(ring, &sink, NULL, &stream) == STRONGROOM_INVALID_HANDLE);
    OK(strongroom_key_free(aes));
    CHECK(stream == 0 && version == 9 && to.len == 0 && made.at == 0);

    /* What the functions say is not believed. */
    source = source_of(&made);
    source.read = says_nothing;
    CHECK(strongroom_key_decrypt_stream(key, &source, NULL, &stream) == STRONGROOM_CALLBACK_FAILED);
    source.read = says_too_much;
    CHECK(strongroom_key_decrypt_stream(key, &source, NULL, &stream) == STRONGROOM_CALLBACK_FAILED);
    source = source_of(&made);
    source.seek = goes_nowhere;
    uint64_t end = 9;
    OK(strongroom_key_decrypt_stream(key, &source, NULL, &stream));
    CHECK(strongroom_stream_verify_end(stream, &end) == STRONGROOM_CALLBACK_FAILED && end == 9);
    OK(strongroom_stream_free(stream));
    source = source_of(&made);
    source.seek = NULL;
    OK(strongroom_key_decrypt_stream(key, &source, NULL, &stream));
    CHECK(strongroom_stream_verify_end(stream, &end) == STRONGROOM_CALLBACK_FAILED && end == 9);
    CHECK(strstr(strongroom_error_message(), "cannot be sought in") != NULL);
    size_t total, len = 9;
    OK(read_all(stream, &total));
    CHECK(total == LONG);
    OK(strongroom_stream_free(stream));

    /* Calls of the other kind, and wrong ones. */
    stream = reader(key, &made, NULL);
    REFUSED(strongroom_stream_write(stream, "m", 1));
    REFUSED(strongroom_stream_finish(stream));
    REFUSED(strongroom_stream_read(stream, NULL, 0, &len));
    REFUSED(strongroom_stream_read(stream, &len, 0, &len));
    REFUSED(strongroom_stream_read(stream, NULL, 1, &len));
    REFUSED(strongroom_stream_read(stream, plain, 1, NULL));
    REFUSED(strongroom_stream_seek(stream, -1, 0, NULL));
    REFUSED(strongroom_stream_seek(stream, -1, 1, NULL));
    OK(strongroom_stream_verify_end(stream, &end));
    REFUSED(strongroom_stream_seek(stream, -LONG - 1, 2, NULL));
    REFUSED(strongroom_stream_seek(stream, 0, 3, NULL));
    REFUSED(strongroom_stream_verify_end(stream, NULL));
    REFUSED(strongroom_stream_version(stream, NULL));
    OK(read_all(stream, &total));
    CHECK(total == LONG && len == 9);
    OK(strongroom_stream_free(stream));
    CHECK(strongroom_stream_free(stream) == STRONGROOM_INVALID_HANDLE && strongroom_stream_free(0) == STRONGROOM_OK);
    CHECK(strongroom_stream_read(stream, plain, 1, &len) == STRONGROOM_INVALID_HANDLE);
    CHECK(strongroom_stream_free(key) == STRONGROOM_INVALID_HANDLE && strongroom_stream_version(key, &version) == STRONGROOM_INVALID_HANDLE);
    stream = writer(key, &to, NULL);
    REFUSED(strongroom_stream_read(stream, plain, 1, &len));
    REFUSED(strongroom_stream_seek(stream, 0, 0, NULL));
    REFUSED(strongroom_stream_write(stream, NULL, 1));
    OK(strongroom_stream_write(stream, NULL, 0));
    CHECK(strongroom_key_free(stream) == STRONGROOM_INVALID_HANDLE);
    OK(strongroom_stream_finish(stream));
    REFUSED(strongroom_stream_finish(stream));
    REFUSED(strongroom_stream_write(stream, "m", 1));
    OK(strongroom_stream_free(stream));
    free(made.bytes);
    free(to.bytes);
}

static void rewrapped(strongroom_keyring ring) {
    strongroom_key key = new_key(ring, "tenants", NULL, STRONGROOM_DERIVED);
    strongroom_options options = {0};
    options.size = sizeof options;
    options.context = "acme";
    options.context_len = 4;
    file old = written(key, LONG, &options), new = empty(), same = empty();
    uint32_t version = 0;
    OK(strongroom_key_rotate(key, NULL, &version));
    strongroom_source source = source_of(&old);
    strongroom_sink sink = sink_of(&new);
    OK(strongroom_key_rewrap_stream(key, &source, &sink, &options, &version));
    CHECK(version == 2 && new.len == old.len);
    source = source_of(&new), version = 0;
    OK(strongroom_stream_info(&source, &version));
    CHECK(version == 2);
    source = source_of(&new), sink = sink_of(&same);
    OK(strongroom_key_rewrap_stream(key, &source, &sink, &options, &version));
    CHECK(same.len == new.len && memcmp(same.bytes, new.bytes, new.len) == 0);
    strongroom_stream stream = reader(key, &new, &options);
    size_t total;
    OK(read_all(stream, &total));
    CHECK(total == LONG);
    OK(strongroom_stream_free(stream));
    OK(strongroom_key_free(key));
    free(old.bytes), free(new.bytes), free(same.bytes);
}

/* The thread that called, which alone calls the functions. */
static pthread_t caller;

static strongroom_status take_here(void *user, const void *data, size_t len) {
    CHECK(pthread_equal(pthread_self(), caller));
    return take(user, data, len);
}

static strongroom_status give_here(void *user, void *out, size_t capacity, size_t *len) {
    CHECK(pthread_equal(pthread_self(), caller));
    return give(user, out, capacity, len);
}

/* More than two threads work on at once. What several threads write is what one reads, and the other way round. */
static void in_threads(strongroom_key key) {
    static const uint32_t counts[] = {1, 2, 64};
    const size_t kinds = sizeof counts / sizeof counts[0], long_len = 80 * CHUNK + 7;
    unsigned char *data = malloc(long_len), *back = malloc(long_len + 1);
    CHECK(data != NULL && back != NULL);
    for (size_t i = 0; i < long_len; i++) data[i] = (unsigned char)(131 * i + i / 256);
    caller = pthread_self();
    for (size_t w = 0; w < kinds; w++) {
        file made = empty();
        made.bytes = realloc(made.bytes, made.room = HEAD + (long_len / CHUNK + 1) * SEALED);
        CHECK(made.bytes != NULL);
        strongroom_sink sink = {sizeof sink, &made, take_here};
        strongroom_stream stream = 0;
        OK(strongroom_key_encrypt_stream(key, &sink, NULL, &stream));
        /* In the middle of it, of what one thread has begun. */
        OK(strongroom_stream_write(stream, data, 5));
        OK(strongroom_stream_threads(stream, counts[w]));
        if (counts[w] == 64) CHECK(made.len == 0);
        for (size_t at = 5; at < long_len; at += 100000) OK(strongroom_stream_write(stream, data + at, long_len - at < 100000 ? long_len - at : 100000));
        /* All of them wait for their room to be filled. */
        if (counts[w] == 64) CHECK(made.len == 0);
        if (counts[w] == 2) CHECK(made.len == HEAD + 64 * SEALED);
        OK(strongroom_stream_finish(stream));
        REFUSED(strongroom_stream_threads(stream, 2));
        OK(strongroom_stream_free(stream));
        CHECK(made.len == HEAD + long_len + 16 * (long_len / CHUNK + 1));
        for (size_t r = 0; r < kinds; r++) {
            strongroom_source source = source_of(&made);
            source.read = give_here;
            OK(strongroom_key_decrypt_stream(key, &source, NULL, &stream));
            OK(strongroom_stream_threads(stream, counts[r]));
            size_t total = 0, len = 1;
            while (len != 0) {
                OK(strongroom_stream_read(stream, back + total, long_len + 1 - total, &len));
                /* So much was read before any of it came out. */
                if (total == 0 && counts[r] == 2) CHECK(made.at == HEAD + 64 * SEALED);
                if (total == 0 && counts[r] == 64) CHECK(made.at == made.len);
                total += len;
            }
            CHECK(total == long_len && memcmp(data, back, long_len) == 0);
            uint64_t position = 0;
            OK(strongroom_stream_seek(stream, -5, 2, &position));
            OK(strongroom_stream_read(stream, back, 5, &len));
            CHECK(position == long_len - 5 && len == 5 && memcmp(back, data + position, 5) == 0);
            OK(strongroom_stream_free(stream));
        }
        /* What was changed is found where it is. */
        made.bytes[HEAD + 70 * SEALED] ^= 1;
        stream = reader(key, &made, NULL);
        OK(strongroom_stream_threads(stream, counts[w]));
        size_t total = 0, len;
        strongroom_status status;
        while ((status = strongroom_stream_read(stream, back, long_len, &len)) == STRONGROOM_OK) total += len;
        CHECK(status == STRONGROOM_DECRYPT_FAILED && total == 70 * CHUNK);
        OK(strongroom_stream_free(stream));
        free(made.bytes);
    }
    file made = written(key, LONG, NULL), to = empty();
    strongroom_stream streams[] = {reader(key, &made, NULL), writer(key, &to, NULL)};
    for (size_t i = 0; i < 2; i++) {
        REFUSED(strongroom_stream_threads(streams[i], 0));
        REFUSED(strongroom_stream_threads(streams[i], 65));
        REFUSED(strongroom_stream_threads(streams[i], UINT32_MAX));
        CHECK(strstr(strongroom_error_message(), "1 to 64") != NULL);
        OK(strongroom_stream_free(streams[i]));
        CHECK(strongroom_stream_threads(streams[i], 2) == STRONGROOM_INVALID_HANDLE);
    }
    CHECK(strongroom_stream_threads(key, 2) == STRONGROOM_INVALID_HANDLE);
    free(made.bytes), free(to.bytes), free(data), free(back);
}

static void *in_thread(void *user) {
    file *to = user;
    to->said = strongroom_stream_write(to->used, "m", 1);
    return NULL;
}

static strongroom_status take_beside_a_thread(void *user, const void *data, size_t len) {
    file *to = user;
    pthread_t other;
    CHECK(pthread_create(&other, NULL, in_thread, to) == 0 && pthread_join(other, NULL) == 0);
    REFUSED(to->said);
    strongroom_stream used = to->used;
    to->used = 0;
    strongroom_status status = take(user, data, len);
    to->used = used;
    return status;
}

static void one_call_at_a_time(strongroom_keyring ring, strongroom_key key) {
    file to = empty();
    strongroom_stream stream = writer(key, &to, NULL);
    to.used = stream;
    OK(strongroom_stream_write(stream, plain, LONG));
    CHECK(to.said == STRONGROOM_INVALID_ARGUMENT);
    to.used = 0;
    pid_t child = fork();
    if (child == 0) {
        size_t before = to.len;
        _exit(strongroom_stream_write(stream, plain, LONG) == STRONGROOM_CLOSED && strongroom_stream_finish(stream) == STRONGROOM_CLOSED && to.len == before ? 0 : 1);
    }
    int code = -1;
    CHECK(waitpid(child, &code, 0) == child && code == 0);
    OK(strongroom_stream_finish(stream));
    OK(strongroom_stream_free(stream));
    CHECK(to.len == HEAD + LONG + 16 * 5);
    to.len = to.at = 0;
    strongroom_sink sink = {sizeof sink, &to, take_beside_a_thread};
    OK(strongroom_key_encrypt_stream(key, &sink, NULL, &stream));
    to.used = stream;
    OK(strongroom_stream_write(stream, plain, LONG));
    OK(strongroom_stream_free(stream));
    to.used = 0;
    free(to.bytes);

    file made = written(key, LONG, NULL), next = empty();
    stream = reader(key, &made, NULL);
    strongroom_stream writes = writer(key, &next, NULL);
    OK(strongroom_keyring_close(ring));
    size_t len = 5;
    CHECK(strongroom_stream_read(stream, plain, 1, &len) == STRONGROOM_CLOSED && len == 5);
    CHECK(strongroom_stream_write(writes, "m", 1) == STRONGROOM_CLOSED && strongroom_stream_finish(writes) == STRONGROOM_CLOSED);
    OK(strongroom_stream_free(stream));
    OK(strongroom_stream_free(writes));
    free(made.bytes), free(next.bytes);
}

/* A file that another program has made. */
static void of_another(strongroom_keyring ring, const char *material, const char *path) {
    unsigned char key_bytes[32];
    FILE *from = fopen(material, "rb");
    CHECK(from != NULL && fread(key_bytes, 1, 32, from) == 32 && fclose(from) == 0);
    file theirs = empty();
    from = fopen(path, "rb");
    CHECK(from != NULL && (theirs.len = fread(theirs.bytes, 1, theirs.room, from)) > 0 && fclose(from) == 0);
    strongroom_import import = {0};
    import.size = sizeof import;
    import.material = key_bytes;
    import.material_len = sizeof key_bytes;
    strongroom_key key;
    OK(strongroom_keyring_import_key(ring, "theirs", &import, NULL, &key));
    strongroom_stream stream = reader(key, &theirs, NULL);
    size_t total;
    OK(read_all(stream, &total));
    CHECK(total == CHUNK);
    OK(strongroom_stream_free(stream));
    OK(strongroom_key_free(key));
    free(theirs.bytes);
}

int main(int argc, char **argv) {
    fill_plain();
    strongroom_keyring ring = new_ring();
    strongroom_key key = new_key(ring, "exports", NULL, 0);
    CHECK(argc == 3);
    of_another(ring, argv[1], argv[2]);
    whole_files(key);
    cut_off(key);
    failing_functions(key);
    refused(ring, key);
    rewrapped(ring);
    in_threads(key);
    one_call_at_a_time(ring, key);
    OK(strongroom_key_free(key));
    OK(strongroom_keyring_free(ring));
    return 0;
}
