/* What is made from memory that changes, or in it: ciphertexts, signatures and macs. */
#ifndef MEANWHILE_MADE_H
#define MEANWHILE_MADE_H

#include "changing.h"

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

/* What is found by an index is what was indexed, also by its pieces. */
static bool found_again;

static void find_again(void *user, size_t item, size_t newer, const void *index, size_t index_len) {
    const char *sought = user;
    (void)item, (void)newer;
    found_again |= index_len == strlen(sought) && memcmp(index, sought, index_len) == 0;
}

static void indexes(strongroom_key key, size_t size) {
    const size_t place = size / 2;
    strongroom_index_options name = {0};
    name.size = sizeof name;
    name.name = "users.email";
    name.name_len = 11;
    for (int form = 0; form < 6; form++) {
        course at = new_course(1000);
        int outcome;
        name.normalize = form % 2 == 0 ? NULL : "email";
        memcpy(kept, message, size);
        /* A character that is one byte, and none that is one: it has two. */
        begin(message + place, "a", form < 2 ? "\xc3" : "b", 1);
        do {
            strongroom_item value = {0};
            strongroom_status status;
            value.input = message, value.input_len = size, value.out = text, value.capacity = sizeof text;
            if (form < 4) {
                status = strongroom_key_index(key, message, size, &name, text, sizeof text, &len);
            } else {
                OK(strongroom_key_index_batch(key, &value, 1, &name));
                status = value.status;
            }
            if (status != STRONGROOM_OK) CHECK(form < 2 && status == STRONGROOM_INVALID_VALUE);
            for (outcome = 0; status == STRONGROOM_OK && outcome < 2; outcome++) {
                kept[place] = outcome == 0 ? 'a' : 'b';
                found_again = false;
                OK(strongroom_key_indexes(key, kept, size, &name, find_again, text));
                if (found_again) break;
            }
            CHECK(status != STRONGROOM_OK || found_again);
            if (status != STRONGROOM_OK) outcome = 1;
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

#endif
