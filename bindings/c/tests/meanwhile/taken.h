/* What is taken from memory that changes, if it is what somebody made: ciphertexts, backups and witnesses. */
#ifndef MEANWHILE_TAKEN_H
#define MEANWHILE_TAKEN_H

#include "changing.h"

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

/* A token that is right and wrong in turn, in its prefix and behind it. */
static void tokens(strongroom_key key, size_t size) {
    static char shared[ROOM];
    size_t shared_len;
    OK(strongroom_key_issue(key, message, size, 3600000, NULL, NULL, shared, sizeof shared, &shared_len));
    const size_t places[] = {1, 4, 9, 40, shared_len / 2, shared_len - 3};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        course at = new_course(1000);
        const char right = shared[places[i]], wrong = right == 'A' ? 'B' : 'A';
        int outcome;
        begin(shared + places[i], &right, &wrong, 1);
        do {
            strongroom_status status = strongroom_key_redeem(key, shared, shared_len, NULL, NULL, opened, sizeof opened, &opened_len, NULL, NULL);
            outcome = status != STRONGROOM_OK;
            if (outcome == 0) CHECK(opened_len == size && memcmp(opened, message, size) == 0);
            else CHECK(status == STRONGROOM_DECRYPT_FAILED || status == STRONGROOM_MALFORMED || status == STRONGROOM_VERSION_TOO_NEW);
        } while (goes_on(&at, outcome));
        end();
        shared[places[i]] = right;
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
            if (strongroom_keyring_restore_key(other, shared, shared_len, seal, NULL, &same) == STRONGROOM_OK) {
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

#endif
