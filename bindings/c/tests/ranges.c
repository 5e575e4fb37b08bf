/* Ranges of files of any size: where they begin and end, how much is read for them, and where the source is afterwards. */
#include "files.h"

static strongroom_status range(strongroom_key key, const strongroom_source *source, uint64_t start, uint64_t end, unsigned char *out, size_t capacity, size_t *len) {
    return strongroom_key_decrypt_range(key, source, start, end, NULL, out, capacity, len);
}

static void whole_ranges(strongroom_key key) {
    static const uint64_t edges[] = {0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, LONG - 1, LONG, LONG + 1, UINT64_MAX};
    const size_t count = sizeof edges / sizeof edges[0];
    static unsigned char out[LONG];
    file made = written(key, LONG, NULL);
    strongroom_source source = source_of(&made);
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < count; j++) {
            const size_t start = edges[i] < LONG ? (size_t)edges[i] : LONG, end = edges[j] < LONG ? (size_t)edges[j] : LONG;
            const size_t expected = start < end ? end - start : 0;
            size_t len = SIZE_MAX;
            OK(range(key, &source, edges[i], edges[j], NULL, 0, &len));
            CHECK(len == expected && made.at == 0);
            memset(out, 0xEE, sizeof out);
            if (expected > 0) CHECK(range(key, &source, edges[i], edges[j], out, expected - 1, &len) == STRONGROOM_BUFFER_TOO_SMALL && len == expected && made.at == 0);
            OK(range(key, &source, edges[i], edges[j], out, expected, &len));
            CHECK(len == expected && memcmp(out, plain + start, expected) == 0 && made.at == 0);
            CHECK(expected == sizeof out || out[expected] == 0xEE);
        }
    }
    free(made.bytes);
}

/* A file may stand behind something else, and only what is needed of it is read. */
static size_t given;

static strongroom_status counted(void *user, void *out, size_t capacity, size_t *len) {
    const strongroom_status status = give(user, out, capacity, len);
    given += *len;
    return status;
}

static void behind_something(strongroom_key key) {
    file made = written(key, LONG, NULL), moved = empty();
    unsigned char byte = 0;
    size_t len = 0;
    memset(moved.bytes, 'x', 100);
    memcpy(moved.bytes + 100, made.bytes, made.len);
    moved.len = made.len + 100;
    strongroom_source source = source_of(&moved);
    source.read = counted;
    moved.at = 100;
    OK(range(key, &source, 2 * CHUNK + 5, 2 * CHUNK + 6, &byte, 1, &len));
    CHECK(len == 1 && byte == plain[2 * CHUNK + 5] && moved.at == 100 && given <= HEAD + 2 * SEALED);
    free(made.bytes), free(moved.bytes);
}

static void refused(strongroom_keyring ring, strongroom_key key) {
    file made = written(key, LONG, NULL);
    strongroom_source source = source_of(&made), stuck = source, mute = source;
    strongroom_options aad = {0};
    unsigned char out[64];
    size_t len = 77;
    aad.size = sizeof aad;
    aad.aad = "export";
    aad.aad_len = 6;
    stuck.seek = NULL;
    mute.read = NULL;
    CHECK(range(key, &stuck, 0, 5, out, sizeof out, &len) == STRONGROOM_CALLBACK_FAILED);
    CHECK(strstr(strongroom_error_message(), "cannot be sought in") != NULL);
    CHECK(range(key, &mute, 0, 5, out, sizeof out, &len) == STRONGROOM_INVALID_ARGUMENT);
    CHECK(range(key, NULL, 0, 5, out, sizeof out, &len) == STRONGROOM_INVALID_ARGUMENT);
    CHECK(range(key, &source, 0, 5, NULL, 5, &len) == STRONGROOM_INVALID_ARGUMENT);
    CHECK(range(key, &source, 0, 5, out, sizeof out, NULL) == STRONGROOM_INVALID_ARGUMENT);
    CHECK(range(ring, &source, 0, 5, out, sizeof out, &len) == STRONGROOM_INVALID_HANDLE);
    CHECK(strongroom_key_decrypt_range(key, &source, 0, 5, &aad, out, sizeof out, &len) == STRONGROOM_DECRYPT_FAILED);
    /* Each time a function of the source fails. */
    source = source_of(&made);
    for (int turn = 0; turn < 64; turn++) {
        made.at = 0, made.fails_at = 0, made.times = 1, made.status = 12345;
        if (turn > 0) made.fails_at = (size_t)turn * 1025;
        const strongroom_status status = range(key, &source, 0, 5, out, sizeof out, &len);
        CHECK(status == STRONGROOM_OK ? len == 5 : status == STRONGROOM_CALLBACK_FAILED);
        if (status == STRONGROOM_OK) len = 77;
        CHECK(turn != 0 || status != STRONGROOM_OK);
    }
    /* Cut off, and changed in the range or in the last chunk. */
    made.times = 0, made.at = 0;
    made.len -= 1;
    CHECK(range(key, &source, 0, 5, out, sizeof out, &len) == STRONGROOM_DECRYPT_FAILED);
    made.len = HEAD + 2 * SEALED, made.at = 0;
    CHECK(range(key, &source, 0, 5, out, sizeof out, &len) == STRONGROOM_TRUNCATED_STREAM);
    made.len = HEAD + LONG + 5 * 16;
    for (int i = 0; i < 2; i++) {
        unsigned char *changed = made.bytes + (i == 0 ? HEAD + 7 : made.len - 1);
        *changed ^= 1, made.at = 0;
        CHECK(range(key, &source, 0, 5, out, sizeof out, &len) == STRONGROOM_DECRYPT_FAILED);
        *changed ^= 1;
    }
    made.bytes[HEAD + SEALED + 7] ^= 1, made.at = 0;
    CHECK(len == 77);
    OK(range(key, &source, 0, 5, out, sizeof out, &len));
    free(made.bytes);
}

int main(void) {
    strongroom_keyring ring = new_ring();
    strongroom_key key = new_key(ring, "exports", NULL, 0);
    fill_plain();
    whole_ranges(key);
    behind_something(key);
    refused(ring, key);
    OK(strongroom_key_free(key));
    OK(strongroom_keyring_free(ring));
    return 0;
}
