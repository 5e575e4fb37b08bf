/*
 * Memory that another thread changes while a call reads or writes it, as memory that is shared with another process may be. Whatever comes out
 * is of one content: what was encrypted opens, what was signed verifies, what opens is what was encrypted, for one of the contents that were there.
 *
 * Each test runs until both contents were met often, or for its share of the time.
 */
#include "meanwhile/changing.h"
#include "meanwhile/made.h"
#include "meanwhile/taken.h"

#define TYPES (sizeof types / sizeof *types)

static const char *const types[] = {"xaes256-gcm", "aes256-siv", "aes256-gcm96", "aes128-gcm96", "chacha20-poly1305", "xchacha20-poly1305"};
static const size_t sizes[] = {64, 250, 5000};

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
        if (wanted(argc, argv, "index")) indexes(signing, sizes[s]);
        if (wanted(argc, argv, "token")) tokens(keys[0], sizes[s]);
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
