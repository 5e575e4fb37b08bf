/* Encrypts a card number under a key in a folder, rotates the key, and brings the ciphertext up to date. */
#include <stdio.h>
#include <stdlib.h>
#include <strongroom.h>

static void must(strongroom_status status) {
    if (status == STRONGROOM_OK) return;
    fprintf(stderr, "%s: %s\n", strongroom_error_name(status), strongroom_error_message());
    exit(1);
}

int main(int argc, char **argv) {
    const char *folder = argc > 1 ? argv[1] : "keys";
    strongroom_seal seal;
    strongroom_keyring ring;
    strongroom_key cards;
    strongroom_options order = {.size = sizeof order, .aad = "order-17", .aad_len = 8};
    char text[256], number[64];
    size_t len, number_len;
    uint32_t version;

    must(strongroom_seal_root_key_env("STRONGROOM_ROOT_KEY", &seal));
    must(strongroom_keyring_create(folder, seal, NULL, &ring));
    must(strongroom_keyring_create_key(ring, "cards", NULL, &cards));
    must(strongroom_key_encrypt(cards, "4111 1111 1111 1111", 19, &order, text, sizeof text, &len));
    must(strongroom_key_rotate(cards, NULL, &version));
    must(strongroom_key_decrypt(cards, text, len, &order, number, sizeof number, &number_len));
    must(strongroom_key_rewrap(cards, text, len, &order, text, sizeof text, &len));
    printf("%.*s\n%s\n", (int)number_len, number, text);
    must(strongroom_key_free(cards));
    must(strongroom_keyring_free(ring));
    must(strongroom_seal_free(seal));
}
