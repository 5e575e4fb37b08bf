/* A keyring that is opened with its witness: one old document that was put back is refused, and nothing else is. */
#define _POSIX_C_SOURCE 200809L
#include "check.h"

#define ROOM 4096

static unsigned char witness[ROOM], mine[ROOM], other[ROOM], document[ROOM];
static size_t witness_len, mine_len, other_len, document_len;
static char path[1024];
static strongroom_seal seal;

static void keep(void *user, const void *data, size_t len) {
    CHECK(user == witness && data != NULL && len < ROOM);
    memcpy(user, data, len);
    witness_len += len;
}

static size_t made_by(strongroom_keyring ring, unsigned char *to) {
    witness_len = 0;
    OK(strongroom_keyring_witness(ring, keep, witness));
    memcpy(to, witness, witness_len);
    return witness_len;
}

static const char *file(const char *folder, const char *name) {
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static void take(const char *from) {
    FILE *stream = fopen(from, "rb");
    CHECK(stream != NULL);
    document_len = fread(document, 1, sizeof document, stream);
    CHECK(document_len > 0 && document_len < ROOM && fclose(stream) == 0);
}

static void put(const char *to) {
    FILE *stream = fopen(to, "wb");
    CHECK(stream != NULL && fwrite(document, 1, document_len, stream) == document_len && fclose(stream) == 0);
}

/* A fresh handle of the keyring; of a failure the status. */
static strongroom_status opened(const char *folder, const void *bytes, size_t len, strongroom_keyring *ring) {
    strongroom_keyring_options how = {0};
    how.size = sizeof how;
    how.witness = bytes;
    how.witness_len = len;
    return strongroom_keyring_open(folder, seal, &how, ring);
}

static strongroom_status refused(const char *folder, const void *bytes, size_t len) {
    strongroom_keyring ring = 7;
    strongroom_status status = opened(folder, bytes, len, &ring);
    CHECK(status != STRONGROOM_OK && ring == 7);
    return status;
}

/* The old document of `cards` is in the folder. */
static void an_old_document(const char *folder) {
    strongroom_keyring ring;
    strongroom_key key = 0;
    char text[256];
    size_t len;
    /* Without a witness nobody who opens now can know: NULL with length 0 says that there is none. */
    OK(opened(folder, NULL, 0, &ring));
    OK(strongroom_keyring_key(ring, "cards", &key));
    OK(strongroom_key_free(key));
    OK(strongroom_keyring_free(ring));
    key = 0;
    OK(opened(folder, mine, mine_len, &ring));
    CHECK(strongroom_keyring_key(ring, "cards", &key) == STRONGROOM_ROLLED_BACK && key == 0);
    CHECK(strstr(strongroom_error_message(), "key-cards.sr") != NULL);
    /* What it refuses is not put into a new one. */
    witness_len = 0;
    CHECK(strongroom_keyring_witness(ring, keep, witness) == STRONGROOM_ROLLED_BACK && witness_len == 0);
    OK(strongroom_keyring_key(ring, "other", &key));
    OK(strongroom_key_encrypt(key, "4111", 4, NULL, text, sizeof text, &len));
    OK(strongroom_key_free(key));
    OK(strongroom_keyring_free(ring));
}

static void what_is_no_witness(const char *folder, const char *elsewhere) {
    strongroom_keyring ring;
    strongroom_keyring_options how = {0};
    for (size_t at = 0; at < mine_len; at += 31) {
        mine[at] ^= 1;
        CHECK(refused(folder, mine, mine_len) == (at < 3 || at > 3 ? STRONGROOM_CORRUPT_DOCUMENT : STRONGROOM_UNSUPPORTED_FORMAT));
        CHECK(refused(folder, mine, at) == STRONGROOM_CORRUPT_DOCUMENT);
        mine[at] ^= 1;
    }
    mine[3] = '2';
    CHECK(refused(folder, mine, mine_len) == STRONGROOM_UNSUPPORTED_FORMAT);
    mine[3] = '1';
    CHECK(refused(folder, other, other_len) == STRONGROOM_KEYRING_MISMATCH);
    CHECK(refused(elsewhere, mine, mine_len) == STRONGROOM_KEYRING_MISMATCH);
    /* What is missing, and what is there and empty. */
    CHECK(refused(folder, NULL, mine_len) == STRONGROOM_INVALID_ARGUMENT);
    CHECK(refused(folder, "", 0) == STRONGROOM_CORRUPT_DOCUMENT);
    CHECK(refused(folder, mine, SIZE_MAX) == STRONGROOM_INVALID_ARGUMENT);
    /* A new keyring is not the one that a witness knows. */
    how.size = sizeof how;
    how.witness = mine;
    how.witness_len = mine_len;
    CHECK(strongroom_keyring_create(file(folder, "new"), seal, &how, &ring) == STRONGROOM_INVALID_OPTION);
    CHECK(strongroom_keyring_open_or_create(path, seal, &how, &ring) == STRONGROOM_KEYRING_NOT_FOUND);
    /* A program that was compiled before there were witnesses, whose struct ends where they begin now. */
    how.size = offsetof(strongroom_keyring_options, witness);
    how.witness = "not within the size";
    OK(strongroom_keyring_open(folder, seal, &how, &ring));
    OK(strongroom_keyring_free(ring));
    OK(strongroom_keyring_in_memory(&ring));
    witness_len = 0;
    CHECK(strongroom_keyring_witness(ring, keep, witness) == STRONGROOM_KEYRING_NOT_FOUND && witness_len == 0);
    CHECK(strongroom_keyring_witness(ring, NULL, witness) == STRONGROOM_INVALID_ARGUMENT);
    OK(strongroom_keyring_free(ring));
    CHECK(strongroom_keyring_witness(ring, keep, witness) == STRONGROOM_INVALID_HANDLE);
}

int main(int argc, char **argv) {
    strongroom_keyring ring, another;
    strongroom_key cards;
    uint32_t version;
    CHECK(argc == 3);
    OK(strongroom_seal_root_key("0123456789abcdef0123456789abcdef", 32, &seal));
    OK(strongroom_keyring_create(argv[1], seal, NULL, &ring));
    OK(strongroom_keyring_create(argv[2], seal, NULL, &another));
    cards = new_key(ring, "cards", NULL, 0);
    OK(strongroom_key_free(new_key(ring, "other", NULL, 0)));
    take(file(argv[1], "key-cards.sr"));
    OK(strongroom_key_rotate(cards, NULL, &version));
    mine_len = made_by(ring, mine);
    other_len = made_by(another, other);
    CHECK(memcmp(mine, "SRW1", 4) == 0);
    /* What goes on from there opens, also after a reseal. */
    OK(strongroom_key_rotate(cards, NULL, &version));
    OK(strongroom_key_free(cards));
    OK(opened(argv[1], mine, mine_len, &another));
    OK(strongroom_keyring_key(another, "cards", &cards));
    OK(strongroom_key_free(cards));
    OK(strongroom_keyring_free(ring));
    put(file(argv[1], "key-cards.sr"));
    an_old_document(argv[1]);
    what_is_no_witness(argv[1], argv[2]);
    OK(strongroom_seal_free(seal));
    return 0;
}
