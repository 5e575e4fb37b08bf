/*
 * Memory that another thread changes while a call reads or writes it, as memory that is shared with another process may be. Whatever comes out
 * is of one content: what was encrypted opens, what was signed verifies, what opens is what was encrypted, for one of the contents that were there.
 *
 * Each test runs until both contents were met often, or for its share of the time.
 */
#define _POSIX_C_SOURCE 200809L
#include "check.h"
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <time.h>

#define SIZE 9000
#define ROOM 20000
#define TYPES (sizeof types / sizeof *types)

static const char *const types[] = {"xaes256-gcm", "aes256-siv", "aes256-gcm96", "aes128-gcm96", "chacha20-poly1305", "xchacha20-poly1305"};
static const size_t sizes[] = {64, 250, 5000};

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

static void plaintexts(strongroom_key key, const char *context, size_t size, bool deterministic) {
    const strongroom_options options = said(NULL, 0, context);
    for (int form = 0; form < 3; form++) {
        course at = new_course(3000);
        int outcome;
        size_t place = size / 2;
        begin(message + place, "a", "b", 1);
        do {
            strongroom_item item = {0};
            item.input = message;
            item.input_len = size;
            item.options = &options;
            item.out = text;
            item.capacity = sizeof text;
            if (form == 0) OK(strongroom_key_encrypt(key, message, size, &options, text, sizeof text, &len));
            if (form == 1) OK(strongroom_key_encrypt_binary(key, message, size, &options, text, sizeof text, &len));
            if (form == 2) {
                OK(strongroom_key_encrypt_batch(key, &item, 1));
                OK(item.status);
                len = item.len;
            }
            if (form == 1) OK(strongroom_key_decrypt_binary(key, text, len, &options, opened, sizeof opened, &opened_len));
            else OK(strongroom_key_decrypt(key, text, len, &options, opened, sizeof opened, &opened_len));
            outcome = which(opened, opened_len, size, place);
            if (deterministic) {
                if (form == 1) OK(strongroom_key_encrypt_binary(key, opened, opened_len, &options, again, sizeof again, &again_len));
                else OK(strongroom_key_encrypt(key, opened, opened_len, &options, again, sizeof again, &again_len));
                CHECK(again_len == len && memcmp(again, text, len) == 0);
            }
        } while (goes_on(&at, outcome));
        end();
        message[place] = 'm';
    }
}

/* What is authenticated beside the message. */
static void aads(strongroom_key key, size_t size, size_t rewrap) {
    static unsigned char aad[SIZE];
    unsigned char data_key[32];
    memset(aad, 'x', sizeof aad);
    for (int form = 0; form < 3; form++) {
        course at = new_course(3000);
        int outcome;
        strongroom_options options = said(aad, size, NULL), private = said(kept, size, NULL);
        memcpy(kept, aad, size);
        kept[size / 2] = 'a';
        if (form == 2) OK(strongroom_key_encrypt(key, message, 64, &private, again, sizeof again, &again_len));
        if (form == 2) {
            uint32_t version;
            if (rewrap == 0) break;
            OK(strongroom_key_rotate(key, NULL, &version));
        }
        begin(aad + size / 2, "a", "b", 1);
        do {
            strongroom_status status = STRONGROOM_OK;
            outcome = 0;
            if (form == 0) OK(strongroom_key_encrypt(key, message, 64, &options, text, sizeof text, &len));
            if (form == 1) OK(strongroom_key_data_key(key, 32, &options, data_key, text, sizeof text, &len));
            if (form == 2) status = strongroom_key_rewrap(key, again, again_len, &options, text, sizeof text, &len);
            if (form == 2) CHECK(status == STRONGROOM_OK || status == STRONGROOM_DECRYPT_FAILED);
            if (status != STRONGROOM_OK) {
                outcome = 2;
                continue;
            }
            kept[size / 2] = 'a';
            status = strongroom_key_decrypt(key, text, len, &private, opened, sizeof opened, &opened_len);
            if (form != 2 && status == STRONGROOM_DECRYPT_FAILED) {
                kept[size / 2] = 'b';
                status = strongroom_key_decrypt(key, text, len, &private, opened, sizeof opened, &opened_len);
                outcome = 1;
            }
            /* What a rewrap has opened under one aad it binds to the same. */
            OK(status);
        } while (goes_on(&at, outcome));
        end();
    }
}

/* Maps whose names change places. */
static void maps(strongroom_key plain, strongroom_key derived) {
    static char name[] = "b";
    strongroom_pair pairs[2] = {{name, 1, "1", 1}, {"c", 1, "2", 1}}, still[2][2] = {{{"b", 1, "1", 1}, {"c", 1, "2", 1}}, {{"d", 1, "1", 1}, {"c", 1, "2", 1}}};
    for (int form = 0; form < 2; form++) {
        strongroom_key key = form == 0 ? plain : derived;
        strongroom_options options = said(NULL, 0, NULL);
        course at = new_course(3000);
        int outcome;
        begin(name, "b", "d", 1);
        do {
            strongroom_status status;
            (form == 0 ? options.aad_map = pairs : (options.context_map = pairs));
            (form == 0 ? options.aad_map_count = 2 : (options.context_map_count = 2));
            OK(strongroom_key_encrypt(key, message, 64, &options, text, sizeof text, &len));
            for (outcome = 0; outcome < 2; outcome++) {
                (form == 0 ? options.aad_map = still[outcome] : (options.context_map = still[outcome]));
                status = strongroom_key_decrypt(key, text, len, &options, opened, sizeof opened, &opened_len);
                if (status == STRONGROOM_OK) break;
            }
            OK(status);
        } while (goes_on(&at, outcome));
        end();
    }
}

/* A ciphertext that is right and wrong in turn, at a place of it. */
static void ciphertexts(strongroom_key key, const char *context, size_t size, bool binary, size_t place) {
    static unsigned char shared[ROOM];
    const strongroom_options options = said(NULL, 0, context);
    unsigned char right, wrong;
    size_t shared_len;
    if (binary) OK(strongroom_key_encrypt_binary(key, message, size, &options, shared, sizeof shared, &shared_len));
    else OK(strongroom_key_encrypt(key, message, size, &options, (char *)shared, sizeof shared, &shared_len));
    if (place >= shared_len) place = shared_len - 3;
    memcpy(kept, shared, shared_len);
    right = shared[place];
    wrong = binary ? right ^ 1 : right == 'A' ? 'B' : 'A';
    for (int form = 0; form < 2; form++) {
        course at = new_course(3000);
        int outcome;
        begin(shared + place, &right, &wrong, 1);
        do {
            strongroom_status status;
            if (form == 0 && binary) status = strongroom_key_decrypt_binary(key, shared, shared_len, &options, opened, sizeof opened, &opened_len);
            else if (form == 0) status = strongroom_key_decrypt(key, (char *)shared, shared_len, &options, opened, sizeof opened, &opened_len);
            else if (binary) status = strongroom_key_rewrap_binary(key, shared, shared_len, &options, text, sizeof text, &len);
            else status = strongroom_key_rewrap(key, (char *)shared, shared_len, &options, text, sizeof text, &len);
            outcome = status != STRONGROOM_OK;
            if (status != STRONGROOM_OK) CHECK(status == STRONGROOM_DECRYPT_FAILED || status == STRONGROOM_MALFORMED);
            else if (form == 0) CHECK(opened_len == size && memcmp(opened, message, size) == 0);
            /* It was up to date, so it comes back as it was. */
            else CHECK(len == shared_len && memcmp(text, kept, len) == 0);
        } while (goes_on(&at, outcome));
        end();
    }
}

static void signatures(strongroom_key key, size_t size, bool mac) {
    const size_t place = size / 2;
    for (int form = 0; form < 2; form++) {
        course at = new_course(1000);
        int outcome;
        memcpy(kept, message, size);
        begin(message + place, "a", "b", 1);
        do {
            strongroom_status status;
            strongroom_item item = {0};
            item.input = message;
            item.input_len = size;
            item.out = text;
            item.capacity = sizeof text;
            if (form == 0 && mac) OK(strongroom_key_hmac(key, message, size, NULL, text, sizeof text, &len));
            else if (form == 0) OK(strongroom_key_sign(key, message, size, NULL, text, sizeof text, &len));
            else {
                OK(mac ? strongroom_key_hmac_batch(key, &item, 1) : strongroom_key_sign_batch(key, &item, 1));
                OK(item.status);
                len = item.len;
            }
            for (outcome = 0; outcome < 2; outcome++) {
                kept[place] = outcome == 0 ? 'a' : 'b';
                status = mac ? strongroom_key_verify_hmac(key, kept, size, text, len, NULL) : strongroom_key_verify(key, kept, size, text, len, NULL);
                if (status == STRONGROOM_OK) break;
            }
            OK(status);
            /* The same message has the same signature. */
            if (mac) OK(strongroom_key_hmac(key, kept, size, NULL, again, sizeof again, &again_len));
            else OK(strongroom_key_sign(key, kept, size, NULL, again, sizeof again, &again_len));
            CHECK(again_len == len && memcmp(again, text, len) == 0);
            status = mac ? strongroom_key_verify_hmac(key, message, size, text, len, NULL) : strongroom_key_verify(key, message, size, text, len, NULL);
            CHECK(status == STRONGROOM_OK || status == STRONGROOM_BAD_SIGNATURE);
        } while (goes_on(&at, outcome));
        end();
        message[place] = 'm';
    }
}

/* Memory for a result that somebody else writes to: what opens is what was encrypted, and no nonce is chosen from outside. */
static void outputs(strongroom_key key, const char *context, size_t size, bool binary, size_t nonce_at) {
    static unsigned char out[ROOM];
    const strongroom_options options = said(NULL, 0, context);
    /* In the nonce, and beyond it. */
    const size_t places[3] = {nonce_at, size / 2 + 60, size / 2 + 61};
    for (size_t i = 0; i < 3; i++) {
        course at = new_course(3000);
        int outcome;
        if (i == 0) begin(out + places[i], "AAAAAAAA", "AAAAAAAA", 8);
        else begin(out + places[i], "A", "B", 1);
        do {
            strongroom_status status;
            if (binary) OK(strongroom_key_encrypt_binary(key, message, size, &options, out, sizeof out, &len));
            else OK(strongroom_key_encrypt(key, message, size, &options, (char *)out, sizeof out, &len));
            memcpy(kept, out, len);
            if (binary) status = strongroom_key_decrypt_binary(key, kept, len, &options, opened, sizeof opened, &opened_len);
            else status = strongroom_key_decrypt(key, (char *)kept, len, &options, opened, sizeof opened, &opened_len);
            CHECK(status == STRONGROOM_OK || status == STRONGROOM_DECRYPT_FAILED || status == STRONGROOM_MALFORMED);
            if (status == STRONGROOM_OK) CHECK(opened_len == size && memcmp(opened, message, size) == 0);
            if (status == STRONGROOM_OK && i == 0) CHECK(memcmp(kept + places[i], "AAAAAAAA", 8) != 0);
            outcome = status == STRONGROOM_OK;
        } while (goes_on(&at, outcome));
        end();
    }
}

static void write_backup(void *user, const void *data, size_t data_len) {
    CHECK(data_len < ROOM);
    memcpy(user, data, data_len);
    len = data_len;
}

/* A backup, right and wrong in turn at each of many places: what is restored is the key that was backed up. */
static void backups(strongroom_keyring ring) {
    static unsigned char shared[ROOM];
    strongroom_key key = new_key(ring, "backed-up", "aes256-gcm96", 0);
    strongroom_seal seal;
    size_t shared_len;
    unsigned long restored = 0;
    for (int i = 0; i < 32; i++) kept[i] = (unsigned char)(i * 7 + 1);
    OK(strongroom_seal_root_key(kept, 32, &seal));
    OK(strongroom_key_backup(key, seal, write_backup, shared));
    shared_len = len;
    OK(strongroom_key_encrypt(key, message, 64, NULL, again, sizeof again, &again_len));
    for (size_t place = 0; place < shared_len; place += 3) {
        unsigned char right = shared[place], wrong = right ^ 1;
        begin(shared + place, &right, &wrong, 1);
        for (int round = 0; round < 10; round++) {
            strongroom_keyring other = new_ring();
            strongroom_key same;
            if (strongroom_keyring_restore_key(other, NULL, shared, shared_len, seal, &same) == STRONGROOM_OK) {
                OK(strongroom_key_decrypt(same, again, again_len, NULL, opened, sizeof opened, &opened_len));
                OK(strongroom_key_free(same));
                restored++;
            }
            OK(strongroom_keyring_free(other));
        }
        end();
        shared[place] = right;
    }
    CHECK(restored > 0);
    OK(strongroom_seal_free(seal));
    OK(strongroom_key_free(key));
}

/* A witness that is right and wrong in turn: what opens with it was opened with what is signed, so the key that it knows is taken. */
static void witnesses(const char *folder) {
    static unsigned char shared[ROOM];
    strongroom_keyring_options how = {0};
    strongroom_keyring ring;
    strongroom_seal seal;
    unsigned long taken = 0;
    for (int i = 0; i < 32; i++) kept[i] = (unsigned char)(i * 7 + 1);
    OK(strongroom_seal_root_key(kept, 32, &seal));
    OK(strongroom_keyring_create(folder, seal, NULL, &ring));
    OK(strongroom_key_free(new_key(ring, "cards", "xaes256-gcm", 0)));
    OK(strongroom_keyring_witness(ring, write_backup, shared));
    OK(strongroom_keyring_free(ring));
    how.size = sizeof how;
    how.witness = shared;
    how.witness_len = len;
    /* From the generation of the entry on, to the end of it: before that there is a name. */
    for (size_t place = 76 + 2 + 5 + 16; place < how.witness_len - 64; place++) {
        unsigned char right = shared[place], wrong = right ^ 64;
        begin(shared + place, &right, &wrong, 1);
        for (int round = 0; round < 40; round++, total++) {
            strongroom_key key;
            strongroom_status status = strongroom_keyring_open(folder, seal, &how, &ring);
            CHECK(status == STRONGROOM_OK || status == STRONGROOM_CORRUPT_DOCUMENT);
            if (status != STRONGROOM_OK) continue;
            OK(strongroom_keyring_key(ring, "cards", &key));
            OK(strongroom_key_free(key));
            OK(strongroom_keyring_free(ring));
            taken++;
        }
        end();
        shared[place] = right;
    }
    CHECK(taken > 0);
    OK(strongroom_seal_free(seal));
}

static bool wanted(int argc, char **argv, const char *name) {
    return argc < 2 || strcmp(argv[1], name) == 0;
}

int main(int argc, char **argv) {
    pthread_t thread;
    strongroom_keyring ring = new_ring();
    strongroom_key convergent = new_key(ring, "convergent", "aes256-gcm96", STRONGROOM_DERIVED | STRONGROOM_CONVERGENT), derived = new_key(ring, "derived", "xaes256-gcm", STRONGROOM_DERIVED);
    strongroom_key signing = new_key(ring, "signing", "ed25519", 0), keys[TYPES];
    if (argc > 2) share = atof(argv[2]);
    memset(message, 'm', sizeof message);
    for (size_t i = 0; i < TYPES; i++) keys[i] = new_key(ring, types[i], types[i], 0);
    CHECK(pthread_create(&thread, NULL, change, NULL) == 0);
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        if (wanted(argc, argv, "sign")) signatures(signing, sizes[s], false);
        if (wanted(argc, argv, "hmac")) signatures(signing, sizes[s], true);
        if (wanted(argc, argv, "convergent")) plaintexts(convergent, "acme", sizes[s], true);
        if (wanted(argc, argv, "convergent-output")) outputs(convergent, "acme", sizes[s], true, 5);
        if (wanted(argc, argv, "convergent-output")) outputs(convergent, "acme", sizes[s], false, 10);
        if (wanted(argc, argv, "convergent-ciphertext")) ciphertexts(convergent, "acme", sizes[s], true, 7);
        for (size_t i = 0; i < TYPES; i++) {
            const bool siv = i == 1;
            if (wanted(argc, argv, siv ? "siv" : "plaintext")) plaintexts(keys[i], NULL, sizes[s], siv);
            if (wanted(argc, argv, "output")) outputs(keys[i], NULL, sizes[s], true, 5);
            if (wanted(argc, argv, "output")) outputs(keys[i], NULL, sizes[s], false, i < 2 ? 15 : 10);
            if (wanted(argc, argv, "ciphertext")) ciphertexts(keys[i], NULL, sizes[s], true, 7);
            if (wanted(argc, argv, "ciphertext")) ciphertexts(keys[i], NULL, sizes[s], true, 5 + 72 + sizes[s] / 2);
            if (wanted(argc, argv, "text")) ciphertexts(keys[i], NULL, sizes[s], false, 15 + sizes[s]);
            if (wanted(argc, argv, "aad")) aads(keys[i], sizes[s], 1);
        }
    }
    if (wanted(argc, argv, "map")) maps(keys[0], derived);
    if (wanted(argc, argv, "backup")) backups(ring);
    if (argc > 3 && wanted(argc, argv, "witness")) witnesses(argv[3]);
    over = true;
    CHECK(pthread_join(thread, NULL) == 0);
    printf("%lu calls while the memory changed\n", total);
    OK(strongroom_keyring_free(ring));
    return 0;
}
