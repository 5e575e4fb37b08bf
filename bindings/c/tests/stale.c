/* Hands over memory that is gone: the sanitizer has to stop this. With "none" it hands over memory that is there. */
#include "check.h"

int main(int argc, char **argv) {
    const char *stale = argc > 1 ? argv[1] : "none";
    strongroom_keyring ring = new_ring();
    strongroom_key key = new_key(ring, "k", NULL, 0);
    strongroom_options options = {0};
    strongroom_item item = {0};
    char text[512];
    size_t len;
    char *heap = malloc(64);
    CHECK(heap != NULL);
    memset(heap, 'x', 64);
    options.size = sizeof options;
    if (strcmp(stale, "input") == 0 || strcmp(stale, "aad") == 0) free(heap);
    if (strcmp(stale, "aad") == 0) options.aad = heap, options.aad_len = 64;
    if (strcmp(stale, "item") == 0) {
        char short_lived[64] = "4111";
        item.input = short_lived;
        item.input_len = 4;
    }
    item.out = text;
    item.capacity = sizeof text;
    OK(strongroom_key_encrypt(key, strcmp(stale, "aad") == 0 ? "4111" : heap, 4, &options, text, sizeof text, &len));
    OK(strongroom_key_encrypt_batch(key, &item, 1));
    free(heap);
    OK(strongroom_key_free(key));
    OK(strongroom_keyring_free(ring));
    return 0;
}
