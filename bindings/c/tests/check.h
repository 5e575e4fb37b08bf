/* What the programs that check every call have in common. */
#ifndef CHECK_H
#define CHECK_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strongroom.h>

#define CHECK(what) ((what) ? (void)0 : (fprintf(stderr, "%s:%d: %s: %s\n", __FILE__, __LINE__, #what, strongroom_error_message()), exit(1)))
#define OK(call) CHECK((call) == STRONGROOM_OK)

static inline strongroom_keyring new_ring(void) {
    strongroom_keyring ring;
    OK(strongroom_keyring_in_memory(&ring));
    return ring;
}

static inline strongroom_key new_key(strongroom_keyring ring, const char *name, const char *type, uint32_t flags) {
    strongroom_key_spec spec = {0};
    strongroom_key key;
    spec.size = sizeof spec;
    spec.key_type = type;
    spec.flags = flags;
    OK(strongroom_keyring_create_key(ring, name, &spec, &key));
    return key;
}

#endif
