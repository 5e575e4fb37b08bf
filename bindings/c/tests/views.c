/* The view that is as lenient as Transit, as an object: its handle, its context, its key, batches. */
#define _POSIX_C_SOURCE 200809L
#include "messages.h"
#include <sys/wait.h>
#include <unistd.h>

static void handles(void) {
    strongroom_keyring ring = new_ring();
    strongroom_key key = new_key(ring, "k", "aes256-gcm96", STRONGROOM_DERIVED), view, under, both, twice, none = 77;
    strongroom_options acme = nothing(), other = nothing();
    strongroom_key_details info = {0};
    uint32_t version;
    int child_status;
    acme.context = "acme";
    other.context = "other";
    acme.context_len = 4;
    other.context_len = 5;
    info.size = sizeof info;
    CHECK(strongroom_key_transit(key, NULL) == STRONGROOM_INVALID_ARGUMENT);
    CHECK(strongroom_key_transit(ring, &none) == STRONGROOM_INVALID_HANDLE && strongroom_key_transit(0, &none) == STRONGROOM_INVALID_HANDLE);
    CHECK(none == 77);
    view = lenient(key);
    OK(strongroom_key_context(key, &acme, &under));
    both = lenient(under);
    twice = lenient(both);
    /* A view of a view keeps the context, in both directions. */
    OK(encrypt(twice, NULL));
    OK(decrypt(under, text, NULL));
    OK(decrypt(view, text, &acme));
    CHECK(decrypt(view, text, &other) == STRONGROOM_DECRYPT_FAILED && decrypt(view, text, NULL) == STRONGROOM_CONTEXT_REQUIRED);
    CHECK(encrypt(view, NULL) == STRONGROOM_CONTEXT_REQUIRED);
    /* It follows rotations, and does not manage. */
    OK(strongroom_key_rotate(key, NULL, &version));
    OK(encrypt(both, NULL));
    CHECK(strncmp(text, "vault:v2:", 9) == 0);
    CHECK(strongroom_key_rotate(view, NULL, &version) == STRONGROOM_INVALID_ARGUMENT && strongroom_key_info(both, &info) == STRONGROOM_INVALID_ARGUMENT);
    CHECK(strstr(strongroom_error_message(), "view") != NULL);
    CHECK(strongroom_key_context(view, &acme, &none) == STRONGROOM_INVALID_ARGUMENT && none == 77);
    /* It outlives what it was made from, and works in a child. */
    OK(strongroom_key_free(under));
    OK(strongroom_key_free(both));
    CHECK(strongroom_key_transit(both, &none) == STRONGROOM_INVALID_HANDLE && encrypt(both, NULL) == STRONGROOM_INVALID_HANDLE);
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        OK(decrypt(twice, text, NULL));
        OK(strongroom_key_free(twice));
        _exit(0);
    }
    CHECK(waitpid(child, &child_status, 0) == child && WIFEXITED(child_status) && WEXITSTATUS(child_status) == 0);
    OK(decrypt(twice, text, NULL));
    OK(strongroom_keyring_close(ring));
    CHECK(encrypt(twice, NULL) == STRONGROOM_CLOSED && decrypt(view, text, &acme) == STRONGROOM_CLOSED);
    OK(strongroom_key_free(twice));
    OK(strongroom_key_free(view));
    OK(strongroom_key_free(key));
    OK(strongroom_keyring_free(ring));
}

static void batches(void) {
    strongroom_keyring ring = new_ring();
    strongroom_key key = new_key(ring, "k", "aes256-gcm96", 0), view = lenient(key);
    strongroom_options first = nothing(), sha1 = nothing(), far = nothing();
    strongroom_item items[3], opened[3];
    char texts[3][256];
    unsigned char plains[3][64];
    uint32_t version;
    OK(strongroom_key_rotate(key, NULL, &version));
    first.version = 1;
    far.version = 7;
    sha1.hash = STRONGROOM_SHA1;
    for (int round = 0; round < 2; round++) {
        strongroom_status native = round == 0 ? STRONGROOM_VERSION_NOT_ALLOWED : STRONGROOM_OK;
        memset(items, 0, sizeof items);
        memset(opened, 0, sizeof opened);
        for (int i = 0; i < 3; i++) {
            items[i].input = "4111";
            items[i].input_len = 4;
            items[i].options = i == 0 ? &first : i == 1 ? &far : NULL;
            items[i].out = texts[i];
            items[i].capacity = sizeof texts[i];
            opened[i].input = texts[i];
            opened[i].out = plains[i];
            opened[i].capacity = sizeof plains[i];
        }
        OK(strongroom_key_encrypt_batch(round == 0 ? key : view, items, 3));
        CHECK(items[0].status == native && items[1].status == STRONGROOM_VERSION_TOO_NEW && items[2].status == STRONGROOM_OK);
        if (round == 0) continue;
        CHECK(strncmp(texts[0], "vault:v1:", 9) == 0 && strncmp(texts[2], "vault:v2:", 9) == 0);
        strcpy(texts[1], texts[0]);
        strcat(texts[1], "\n");
        for (int i = 0; i < 3; i++) opened[i].input_len = strlen(texts[i]);
        OK(strongroom_key_decrypt_batch(key, opened, 3));
        CHECK(opened[0].status == STRONGROOM_OK && opened[1].status == STRONGROOM_MALFORMED && opened[2].status == STRONGROOM_OK);
        OK(strongroom_key_decrypt_batch(view, opened, 3));
        for (int i = 0; i < 3; i++) CHECK(opened[i].status == STRONGROOM_OK && opened[i].len == 4 && memcmp(plains[i], "4111", 4) == 0);
    }
    memset(items, 0, sizeof items);
    items[0].input = "m";
    items[0].input_len = 1;
    items[0].options = &sha1;
    items[0].out = texts[0];
    items[0].capacity = sizeof texts[0];
    items[1].options = &far;
    OK(strongroom_key_hmac_batch(key, items, 1));
    CHECK(items[0].status == STRONGROOM_INVALID_OPTION);
    OK(strongroom_key_hmac_batch(view, items, 2));
    CHECK(items[0].status == STRONGROOM_OK && items[1].status == STRONGROOM_VERSION_TOO_NEW);
    OK(strongroom_key_free(key));
    OK(strongroom_key_free(view));
    OK(strongroom_keyring_free(ring));
}

int main(void) {
    handles();
    batches();
    return 0;
}
