/*
 * Strongroom: Vault Transit as a library. Named, versioned keys that encrypt, decrypt, rewrap, sign, verify,
 * MAC and hand out data keys, inside your own process.
 *
 *   strongroom_seal seal;
 *   strongroom_keyring ring;
 *   strongroom_key cards;
 *   strongroom_seal_root_key_env("STRONGROOM_ROOT_KEY", &seal);
 *   strongroom_keyring_open("/var/keys", seal, NULL, &ring);
 *   strongroom_keyring_key(ring, "cards", &cards);
 *
 *   strongroom_options order = {sizeof order};
 *   order.aad = "order-17";
 *   order.aad_len = 8;
 *   char text[256];
 *   size_t len;
 *   if (strongroom_key_encrypt(cards, "4111", 4, &order, text, sizeof text, &len) != STRONGROOM_OK)
 *       fprintf(stderr, "%s\n", strongroom_error_message());
 *
 * The rules, which hold for every function:
 *
 * - A function that can fail returns a status: 0 is success, the others are listed below and in
 *   docs/errors.md. strongroom_error_message() says more. On failure no result is written, except that
 *   STRONGROOM_BUFFER_TOO_SMALL says how much is needed, and that a buffer for bytes may have been
 *   overwritten; it then holds nothing of a plaintext.
 * - Handles are numbers. One that was freed, is of another kind or was never given out is
 *   STRONGROOM_INVALID_HANDLE, and freeing 0 does nothing. An object whose handle is freed while another
 *   thread is in a call with it stays until that call ends. Handles may be used by several threads at once
 *   and in a child of fork(); a stream is used by one thread at a time, and written by no child.
 * - Memory never changes its owner. Results go into your memory, or to a function of yours, which is called
 *   before the function that it was given to returns; that of a stream, before any call of the stream does.
 *   What such a function is given is gone when it returns.
 *   It must return, neither throw nor jump: C++17 and later takes functions that are noexcept, and no others.
 * - Nothing of yours is kept when a function returns, except what a strongroom_provider points to, and the
 *   `user` and the functions of a strongroom_sink or strongroom_source. What you point to is read once,
 *   structs and arrays before they are looked at. Memory that another thread changes meanwhile gives a result
 *   for some of what stood there, or an error.
 * - Results in a buffer: `out` has room for `capacity` bytes, and `*len` becomes the length of the result.
 *   With `out` NULL and `capacity` 0 nothing is done, and `*len` becomes the capacity that the result needs;
 *   so too with STRONGROOM_BUFFER_TOO_SMALL. A text (`char *out`) is followed by a NUL, which the capacity
 *   needed counts and the length of the result does not. The length of a ciphertext is always enough for its
 *   plaintext. Input and `out` may overlap.
 * - Input: a pointer may be NULL if its length is 0; NULL with a length is STRONGROOM_INVALID_ARGUMENT, as is
 *   an array that is NULL while its count is not 0. Strings without a length end with a NUL. Text is UTF-8.
 * - Structs begin with their size: set it to sizeof, everything else to zero, and then what you need. NULL
 *   stands for a struct in which nothing is set. What an operation has no use for is refused, never ignored.
 * - In a struct, NULL with length 0 says nothing. A pointer that is not NULL says something, also with length
 *   0: an aad, a context or a map that is empty, and each of them is refused, so a length that was forgotten
 *   is noticed (in the view of strongroom_key_transit an empty aad is none, as for Transit). The strings of a
 *   map are not NULL, also if they are empty.
 *
 * License: MIT OR Apache-2.0
 */
#ifndef STRONGROOM_H
#define STRONGROOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* No exception may pass through the library. */
#if defined(__cplusplus) && __cplusplus >= 201703L
#define STRONGROOM_NOEXCEPT noexcept
#else
#define STRONGROOM_NOEXCEPT
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* All that follows is made from the sources in bindings/c/src, by `cargo xtask bless`. */

/* --- Statuses ------------------------------------------------------------------------------------------- */

typedef enum strongroom_status_number {
    /** Success. */
    STRONGROOM_OK = 0,
    /** The keyring was closed. Open the keyring again and take new handles from it. */
    STRONGROOM_CLOSED = 1,
    /**
     * A key name that is not one. Choose another name, or map yours to one: a name is also part of a file's
     * name.
     */
    STRONGROOM_INVALID_KEY_NAME = 2,
    /**
     * An option that the type, or the key as it is, does not have. The message says which option or item does
     * not fit; `docs/matrix.md` has what each type takes.
     */
    STRONGROOM_INVALID_OPTION = 3,
    /** A key of this name exists. Take the key with `key`, or create the new one under another name. */
    STRONGROOM_KEY_EXISTS = 4,
    /**
     * `key_or_create` found a key made to another specification. Take the key as it is with `key`, or give
     * the specification that it was created with.
     */
    STRONGROOM_KEY_MISMATCH = 5,
    /**
     * The key is derived, so it needs a context. Call `context` on the key first, or give the item a context.
     */
    STRONGROOM_CONTEXT_REQUIRED = 6,
    /**
     * The key is not derived, so a context would be ignored; it is refused instead. Leave the context out,
     * pass it as aad, or create a derived key.
     */
    STRONGROOM_CONTEXT_NOT_ALLOWED = 7,
    /**
     * A context that is empty, too long or not a proper map. Give 1 to 65,535 bytes, or a map with at least
     * one pair and no key twice.
     */
    STRONGROOM_INVALID_CONTEXT = 8,
    /**
     * An aad that is empty, too long or not a proper map. Leave it out if there is none; else give 1 to
     * 65,535 bytes, or a map with at least one pair and no key twice.
     */
    STRONGROOM_INVALID_AAD = 9,
    /**
     * An aad where none can be authenticated. Leave the aad out: macs and signatures have no place for one,
     * and under a convergent key two aads for one plaintext would let whoever sees both ciphertexts forge.
     */
    STRONGROOM_AAD_NOT_ALLOWED = 10,
    /** The type of the key does not do this. Use a key of another type; `docs/matrix.md` says which do it. */
    STRONGROOM_OPERATION_NOT_SUPPORTED = 11,
    /**
     * A message over 2^30 bytes; to encrypt with an rsa key, one over its length less 66 bytes. Encrypt it as
     * a stream, with a key of type `xaes256-gcm`; split the message, or encrypt it with a data key.
     */
    STRONGROOM_MESSAGE_TOO_LONG = 12,
    /** The buffer of an `_into` call is too small. Call again with as many bytes as the error says. */
    STRONGROOM_BUFFER_TOO_SMALL = 13,
    /**
     * A version that must not be encrypted or signed with. Leave the version out, or lower
     * `min_encryption_version` to allow it.
     */
    STRONGROOM_VERSION_NOT_ALLOWED = 14,
    /**
     * Window settings that contradict each other. Change both minimum versions so that they fit each other,
     * the latest version and what was trimmed.
     */
    STRONGROOM_INVALID_WINDOW = 15,
    /**
     * The key was not created as exportable. Configure the key as exportable, if its material may leave the
     * keyring; this cannot be undone.
     */
    STRONGROOM_NOT_EXPORTABLE = 16,
    /**
     * The key does not allow plaintext backups. Take a sealed backup, or configure `allow_plaintext_backup`;
     * this cannot be undone.
     */
    STRONGROOM_PLAINTEXT_BACKUP_NOT_ALLOWED = 17,
    /** The key does not allow its deletion. Configure `deletion_allowed`, then delete. */
    STRONGROOM_DELETION_NOT_ALLOWED = 18,
    /**
     * An imported key that was not allowed to rotate. Import a new version, or import keys with
     * `allow_rotation`.
     */
    STRONGROOM_ROTATION_NOT_ALLOWED = 19,
    /**
     * Rotation to a type with other verbs or options. Rotate to a type of the same operations and options, or
     * create a new key.
     */
    STRONGROOM_ROTATION_TYPE_MISMATCH = 20,
    /**
     * Material that no key should have, or in another form than was named. Give material of the type's length
     * that came from a random source.
     */
    STRONGROOM_INVALID_MATERIAL = 21,
    /** Raw material that another version of the key has. Import material that no version of the key has. */
    STRONGROOM_DUPLICATE_MATERIAL = 22,
    /**
     * The text of a root key, or a passphrase, that cannot be one. Make one with `generate_root_key`, or give
     * the text as it was written, and a passphrase that is not empty.
     */
    STRONGROOM_INVALID_ROOT_KEY = 23,
    /** The last wrapped copy of the root key must stay. Add another seal, then remove this one. */
    STRONGROOM_LAST_SEAL = 24,
    /**
     * A seal of this kind and id has a copy. Remove the copy first, or give the new seal an id of its own.
     */
    STRONGROOM_SEAL_EXISTS = 25,
    /** No seal of this kind and id has a copy. List the seals to see the kinds and ids that there are. */
    STRONGROOM_SEAL_NOT_FOUND = 26,
    /** A keyring exists where one was to be created. Open it, or create the keyring in another place. */
    STRONGROOM_KEYRING_EXISTS = 27,
    /** A data key of an odd size. Ask for 16, 32 or 64 bytes. */
    STRONGROOM_INVALID_SIZE = 28,
    /**
     * A type with a number but without an implementation in this build. Use a supported type; the key stays
     * as it is, for a build that has the type.
     */
    STRONGROOM_TYPE_NOT_SUPPORTED = 29,
    /**
     * A call that hands out secret material without saying so. Say in the call that secret material is to
     * leave the keyring, if it is.
     */
    STRONGROOM_EXPOSURE_NOT_CONFIRMED = 30,
    /**
     * As many encryptions under one version as random 96-bit nonces allow (SP 800-38D section 8.3). Rotate
     * the key, or rotate it to a type with longer nonces; what was encrypted still opens.
     */
    STRONGROOM_USAGE_LIMIT_REACHED = 31,
    /**
     * Blind indexes of a key that has public keys alone. Index with a key of your own, of any type: the key
     * that encrypts the column will do.
     */
    STRONGROOM_INDEX_NOT_SUPPORTED = 33,
    /**
     * A value to be indexed that is not UTF-8, or of which nothing is left once it is normalised. Store no
     * index for it (null), and search for something; bytes that are no text are indexed as their base64 or
     * hexadecimal digits.
     */
    STRONGROOM_INVALID_VALUE = 34,
    /**
     * A URL of a seal that is not one, that this build does not know, or that holds a secret. Write the URL
     * as `docs/seals.md` shows it, or use a build with the feature that the message names.
     */
    STRONGROOM_INVALID_URL = 35,
    /**
     * A ciphertext, signature, mac, blind index, token or API key that is not written as one. Pass the text
     * or the bytes exactly as they were returned, and the form of a signature in which it was made; of a
     * token the prefix with which it was issued.
     */
    STRONGROOM_MALFORMED = 101,
    /** No key of this name. Create the key, or look for a typing error in its name or for another keyring. */
    STRONGROOM_KEY_NOT_FOUND = 102,
    /**
     * Below `min_decryption_version`, or trimmed. Lower `min_decryption_version` for as long as old data is
     * read, or rewrap the data first; what was trimmed is gone.
     */
    STRONGROOM_VERSION_TOO_OLD = 103,
    /**
     * Above the latest version. Refresh the keyring; if the version is still unknown, the text is another
     * key's or this is an old copy of the keyring.
     */
    STRONGROOM_VERSION_TOO_NEW = 104,
    /** The key is disabled. Enable the key. */
    STRONGROOM_KEY_DISABLED = 105,
    /**
     * The one failure of decryption. Check that key, context and aad are those of the encryption; else the
     * ciphertext was changed or cut short.
     */
    STRONGROOM_DECRYPT_FAILED = 106,
    /**
     * The one failure of verification. Check key, context, message and hash; else the message or the
     * signature was changed.
     */
    STRONGROOM_BAD_SIGNATURE = 107,
    /** A backup that is damaged or not one. Use another copy of the backup. */
    STRONGROOM_CORRUPT_BACKUP = 108,
    /**
     * A version that was destroyed, or that does not have the part asked for. Use another version, or import
     * the private half of this one with `import_version`.
     */
    STRONGROOM_NO_SUCH_VERSION = 109,
    /**
     * A certificate chain, or the template of a certificate request, that is none or does not fit. Give a
     * chain as PEM, the certificate of this version first and those of authorities behind it; as a template a
     * PKCS#10 request.
     */
    STRONGROOM_INVALID_CERTIFICATE = 110,
    /**
     * A token that was issued later than now, by a clock that is ahead of this one by more than the leeway.
     * Set the clocks of both machines, or redeem it with a longer leeway.
     */
    STRONGROOM_TOKEN_NOT_YET_VALID = 111,
    /**
     * A stream of which the end is missing, or that was never finished. Get the file again from where it is
     * whole, or write it anew; what was read of it is authentic, and not all there was.
     */
    STRONGROOM_TRUNCATED_STREAM = 112,
    /**
     * A token that was valid until now or before. Issue a new one to whoever has it, once they have shown
     * otherwise who they are.
     */
    STRONGROOM_TOKEN_EXPIRED = 113,
    /** Nothing to open. Create a keyring, or look for it in another place. */
    STRONGROOM_KEYRING_NOT_FOUND = 201,
    /**
     * The store failed, and nothing was changed. Nothing was changed: repair what the reason names, and call
     * again.
     */
    STRONGROOM_STORE_FAILED = 202,
    /** Others changed the same document again and again. Call again. */
    STRONGROOM_CONFLICT = 203,
    /**
     * The change may or may not survive a power cut. Read the key again to see whether the change is there
     * before relying on it or repeating it.
     */
    STRONGROOM_UNCERTAIN = 204,
    /**
     * A document that is damaged or was made by someone else. Restore the document from a snapshot or the key
     * from a backup, and find out who wrote the file.
     */
    STRONGROOM_CORRUPT_DOCUMENT = 205,
    /**
     * A document older than one that this process has seen, or that its witness knows of. Put the newest copy
     * back; find out who replaced it.
     */
    STRONGROOM_ROLLED_BACK = 206,
    /**
     * None of the copies opens with the seal that was given. Use the seal of one of the copies that the
     * keyring lists.
     */
    STRONGROOM_WRONG_SEAL = 207,
    /**
     * A seal could not wrap or unwrap. Repair what the reason names, such as the way to a key service, and
     * call again.
     */
    STRONGROOM_SEAL_FAILED = 208,
    /**
     * The store has not been reachable for too long to encrypt, or what was lent until a time has not been
     * renewed. Repair the way to the store; `refresh` ends it at once. What was lent has to be refreshed
     * where it came from.
     */
    STRONGROOM_STALE = 209,
    /**
     * The operating system gave no random bytes. Repair the system's random source; nothing was made without
     * it.
     */
    STRONGROOM_ENTROPY_FAILED = 210,
    /**
     * A file with a root key or a passphrase that others can read. Set the file's mode to 0600, and think
     * about who may have read it. Where a platform mounts it, mount it read-only with mode 0440, 0640 or
     * 0444; or allow this for the one seal.
     */
    STRONGROOM_INSECURE_PERMISSIONS = 211,
    /** A document of a format that came after this build. Use a newer build. */
    STRONGROOM_UNSUPPORTED_FORMAT = 212,
    /**
     * Not the keyring, or not the generation, that was pinned. Check the path and the pinned id; if both are
     * right, an older copy of the keyring was put in place.
     */
    STRONGROOM_KEYRING_MISMATCH = 213,
    /**
     * How often a version has encrypted is not known any more. Rotate the key, or repair the keyring;
     * decryption and everything else goes on.
     */
    STRONGROOM_USAGE_UNKNOWN = 219,
    /**
     * The seal wraps without a secret, and no pin was given. Open with the pin that was printed when the
     * keyring was created or resealed.
     */
    STRONGROOM_PIN_REQUIRED = 220,
    /**
     * A copy under a passphrase that asks for far more memory or time than this library's own copies do. Find
     * out who wrote the file; if you trust it, allow this for the one passphrase.
     */
    STRONGROOM_SEAL_TOO_COSTLY = 221,
    /**
     * The call itself is wrong: a NULL where something must be, a number that stands for nothing. Correct the
     * call.
     */
    STRONGROOM_INVALID_ARGUMENT = 301,
    /** A handle that was freed, is of another kind, or was never given out. Correct the call. */
    STRONGROOM_INVALID_HANDLE = 302,
    /** A fault in the library, which nothing could be done about. Please report it. */
    STRONGROOM_PANICKED = 303,
    /**
     * A function of yours failed, to which a stream is written or from which it is read, or it gave what it
     * cannot give. The message has its status.
     */
    STRONGROOM_CALLBACK_FAILED = 304,
} strongroom_status_number;

/** What a function has to say: one of the numbers above. */
typedef uint32_t strongroom_status;

/**
 * The name of a status, such as "decrypt_failed"; "ok" for 0; "" for a number that is no status. Never
 * freed.
 */
const char *strongroom_error_name(strongroom_status status);

/**
 * What went wrong in the last call of this thread that failed, in a sentence for people: what to do, and
 * nothing secret. It stays until the next call of this thread that fails.
 */
const char *strongroom_error_message(void);

/**
 * What is wrong, where a status stands for several things: after STRONGROOM_INVALID_OPTION a code for
 * programs, such as "key_size_out_of_range", and "" after any other. docs/errors.md has all. It is that of
 * the last call of this thread that failed. Never freed.
 */
const char *strongroom_error_detail(void);

/** The version of the library, such as "0.1.0". Never freed. */
const char *strongroom_version(void);

/* --- Objects -------------------------------------------------------------------------------------------- */

/** The named keys of one environment. Freed with strongroom_keyring_free. */
typedef uint64_t strongroom_keyring;

/**
 * A key, or a view of one: under a context, as lenient as Transit, or both. Freed with strongroom_key_free.
 */
typedef uint64_t strongroom_key;

/**
 * How the root key of a keyring is wrapped. It can be used any number of times. Freed with
 * strongroom_seal_free.
 */
typedef uint64_t strongroom_seal;

/**
 * A file of any size that is being written or read. One thread at a time works with it. Freed with
 * strongroom_stream_free.
 */
typedef uint64_t strongroom_stream;

/** Frees the handle of a keyring. The keyring lives on for as long as there are handles of its keys. */
strongroom_status strongroom_keyring_free(strongroom_keyring keyring);

/** Frees the handle of a key. */
strongroom_status strongroom_key_free(strongroom_key key);

/** Frees the handle of a seal, and wipes what it holds. Keyrings that were opened with it do not mind. */
strongroom_status strongroom_seal_free(strongroom_seal seal);

/* --- Functions of yours --------------------------------------------------------------------------------- */

/** Takes bytes. */
typedef void (*strongroom_write_fn)(void *user, const void *data, size_t len) STRONGROOM_NOEXCEPT;

/** Takes a name, or a sentence. */
typedef void (*strongroom_name_fn)(void *user, const char *name) STRONGROOM_NOEXCEPT;

/** Takes a label, whose strings are followed by NUL. */
typedef void (*strongroom_label_fn)(void *user,
                                    const char *name,
                                    size_t name_len,
                                    const char *value,
                                    size_t value_len) STRONGROOM_NOEXCEPT;

/**
 * Takes an index: a text, followed by NUL, or its bits. `newer` says how many of the versions that were
 * asked are newer than the one that it was made with, and `item` is its place in a batch, 0 elsewhere.
 */
typedef void (*strongroom_index_fn)(void *user, size_t item, size_t newer, const void *index, size_t len)
    STRONGROOM_NOEXCEPT;

/** Takes the public key of a version, as text. */
typedef void (*strongroom_public_key_fn)(void *user, uint32_t version, const char *public_key)
    STRONGROOM_NOEXCEPT;

/** Takes what is wrong with a document: a status and a sentence. */
typedef void (*strongroom_fault_fn)(void *user,
                                    const char *document,
                                    strongroom_status status,
                                    const char *message) STRONGROOM_NOEXCEPT;

/**
 * Takes what lets others at a file, or at the folder, which is ".": a word that does not change, and a
 * sentence.
 */
typedef void (*strongroom_warning_fn)(void *user, const char *subject, const char *code, const char *message)
    STRONGROOM_NOEXCEPT;

/**
 * Takes the name of a key that was due for rotation and its new version, or the status of a rotation that
 * failed and 0.
 */
typedef void (*strongroom_rotated_fn)(void *user,
                                      const char *name,
                                      strongroom_status status,
                                      uint32_t version) STRONGROOM_NOEXCEPT;

/* --- Seals ---------------------------------------------------------------------------------------------- */

/** Makes a fresh root key, as text for strongroom_seal_root_key_env or _file. Keep it outside the keyring. */
strongroom_status strongroom_generate_root_key(char *out, size_t capacity, size_t *len);

/** A seal by a key of 32 bytes, which are copied. */
strongroom_status strongroom_seal_root_key(const void *key, size_t key_len, strongroom_seal *seal);

/**
 * A seal by a key of 32 bytes as text, which is copied: 64 hexadecimal digits or 44 characters of base64.
 * What cannot be one is STRONGROOM_INVALID_ROOT_KEY.
 */
strongroom_status strongroom_seal_root_key_text(const char *text, size_t text_len, strongroom_seal *seal);

/** A seal by a key in an environment variable, in hexadecimal or base64. It is read when the seal is used. */
strongroom_status strongroom_seal_root_key_env(const char *variable, strongroom_seal *seal);

/**
 * A seal by a key in a file, written as for strongroom_seal_root_key_env. Only its owner may be able to read
 * it; one that a container platform mounts may have mode 0440, 0640 or 0444, read-only or in a folder that
 * others cannot write into. Every other mode is STRONGROOM_INSECURE_PERMISSIONS when the seal is used.
 */
strongroom_status strongroom_seal_root_key_file(const char *path, strongroom_seal *seal);

/**
 * A seal by a passphrase, which is copied, and stretched with Argon2id when the seal is used. `id` tells
 * several passphrases of one keyring apart and is not secret; NULL stands for "passphrase". An empty
 * passphrase is STRONGROOM_INVALID_ROOT_KEY.
 */
strongroom_status strongroom_seal_passphrase(const void *passphrase,
                                             size_t passphrase_len,
                                             const char *id,
                                             strongroom_seal *seal);

/**
 * A seal by a passphrase in a file of at most 65,536 bytes, with a mode as for
 * strongroom_seal_root_key_file. It is read when the seal is used; one newline at its end does not count.
 * `id` tells several passphrases of one keyring apart and is not secret; NULL stands for "passphrase".
 */
strongroom_status strongroom_seal_passphrase_file(const char *path, const char *id, strongroom_seal *seal);

/**
 * A seal by its URL, which says where it is and how to log in and never holds a secret, as docs/seals.md
 * lists them: "vault://HOST/transit/NAME", "awskms:///alias/NAME?region=REGION", "file:PATH", "env:NAME" and
 * so on. What is no such URL is STRONGROOM_INVALID_URL at once; nothing is asked until the seal is used, and
 * then a call that uses it waits for the platform, 10 seconds at most for each question.
 */
strongroom_status strongroom_seal_url(const char *url, size_t url_len, strongroom_seal *seal);

/**
 * Several seals, each of which opens the keyring. To open they are tried in this order, and the first that
 * does it is enough; a keyring that is created with them has a copy for each. A sealed backup takes one
 * seal only. At least one is given.
 */
strongroom_status strongroom_seal_any(const strongroom_seal *seals, size_t count, strongroom_seal *any);

/**
 * The same seal by a root key or a passphrase in a file, which others may be able to read. Of other seals it
 * is refused when the seal is used.
 */
strongroom_status strongroom_seal_insecure_mode_ok(strongroom_seal seal, strongroom_seal *lenient);

/**
 * The same seal by a passphrase, which may be stretched with up to 1 GiB in 16 passes where the copy that it
 * is to open says so. Without this, a copy that needs over 128 MiB or four times the work of one made here
 * is refused with STRONGROOM_SEAL_TOO_COSTLY: whoever can write the file could otherwise keep its reader
 * busy for a minute. Of other seals it is refused when the seal is used.
 */
strongroom_status strongroom_seal_allow_costly(strongroom_seal seal, strongroom_seal *costly);

/**
 * The same seal with a label, 1 to 255 bytes, which is not secret: what people call it. Where a copy of the
 * root key is made for the seal, the label is written beside the copy, with the time, for
 * strongroom_keyring_seals to show. A length that it cannot have is refused when the seal is used.
 */
strongroom_status strongroom_seal_labelled(strongroom_seal seal,
                                           const char *label,
                                           strongroom_seal *labelled);

/**
 * The id of a seal as text, as strongroom_keyring_seals shows it: of a root key it is made from the key.
 * What the seal needs, such as a file, is read; no keyring is.
 */
strongroom_status strongroom_seal_id(strongroom_seal seal, char *out, size_t capacity, size_t *len);

/**
 * A seal whose work functions of yours do: a key service, a hardware module. They may be called by several
 * threads at once, for as long as the seal's handle or a keyring that uses it exists.
 */
typedef struct strongroom_provider {
    size_t size;
    /** Given to the functions. */
    void *user;
    /**
     * Which kind of seal this is, and which key of that kind. Copied; written beside the wrapped key, not
     * secret.
     */
    const char *kind;
    const char *id;
    /**
     * Wraps the 32 bytes of `key`, bound to `aad`, into `out`, and sets `*len` to 1..65,535 bytes. Returns
     * STRONGROOM_OK, STRONGROOM_WRONG_SEAL to refuse, or STRONGROOM_SEAL_FAILED; any other status is taken
     * for the last. Without a length nothing was wrapped. What it wraps is unwrapped once and compared
     * before anything is written; if that fails, so does the call, with STRONGROOM_SEAL_FAILED.
     */
    strongroom_status (*wrap)(void *user,
                              const void *key,
                              const void *aad,
                              size_t aad_len,
                              void *out,
                              size_t capacity,
                              size_t *len) STRONGROOM_NOEXCEPT;
    /**
     * Unwraps what `wrap` gave into the 32 bytes of `key`, if it was bound to the same `aad`. Returns
     * STRONGROOM_OK, STRONGROOM_WRONG_SEAL if it does not open, or STRONGROOM_SEAL_FAILED if that could not
     * be found out. A key that was not written, and is all zeros, is none.
     */
    strongroom_status (*unwrap)(void *user,
                                const void *blob,
                                size_t blob_len,
                                const void *aad,
                                size_t aad_len,
                                void *key) STRONGROOM_NOEXCEPT;
    /** Called once, when `user` is needed no more. May be NULL. */
    void (*release)(void *user) STRONGROOM_NOEXCEPT;
} strongroom_provider;

/**
 * For the functions of a strongroom_provider: gives STRONGROOM_SEAL_FAILED, to be returned at once, and has
 * `reason` become a part of the message of the call that needed the seal. It is copied, up to 500 bytes of
 * it, and must hold nothing secret.
 */
strongroom_status strongroom_provider_failed(const char *reason);

/** A seal of your own. If this fails, `release` is not called. */
strongroom_status strongroom_seal_provider(const strongroom_provider *provider,
                                           strongroom_seal *seal);

/* --- Keyrings ------------------------------------------------------------------------------------------- */

/** Where nonces come from. */
typedef enum strongroom_nonces {
    /** A small pool per thread, safe across fork(). The default, as is 0. */
    STRONGROOM_NONCES_POOLED = 1,
    /** The operating system, each time: for machines that are cloned while they run. */
    STRONGROOM_NONCES_UNBUFFERED = 2,
} strongroom_nonces;

/** How a keyring is opened, where the defaults do not do. */
typedef struct strongroom_keyring_options {
    size_t size;
    /**
     * For how many milliseconds encryption puts up with a store that cannot be reached; 0 for as many as the
     * keyring allows, which is 60,000 unless strongroom_keyring_set_max_staleness said otherwise. More than
     * that is refused.
     */
    uint64_t max_staleness_ms;
    /**
     * How often a version of a key with 96-bit nonces may encrypt; 0 for as often as is safe, which is also
     * the most.
     */
    uint64_t usage_limit;
    /** The name of a new keyring, for people to read, at most 255 bytes; may be NULL. */
    const char *label;
    /** The id of the one keyring to open, as strongroom_keyring_id gives it, or NULL for any. */
    const char *pinned_id;
    /** With pinned_id: the lowest generation of its root document that is accepted. */
    uint64_t pinned_generation;
    /** One of enum strongroom_nonces, or 0. */
    uint32_t nonces;
    uint32_t reserved;
    /**
     * The one keyring to open, as strongroom_keyring_pin gives it, or NULL for any. It is stronger than an
     * id with a generation: whoever holds an older root key cannot write what passes.
     */
    const char *pin;
    /**
     * What strongroom_keyring_witness gave, or NULL for none. Only the keyring that made it opens, going on
     * from there, and a key of which an older document was put back since, or that is missing, is
     * STRONGROOM_ROLLED_BACK; the others work. One that is damaged is STRONGROOM_CORRUPT_DOCUMENT, one of
     * another keyring STRONGROOM_KEYRING_MISMATCH, one of a later format STRONGROOM_UNSUPPORTED_FORMAT.
     */
    const void *witness;
    size_t witness_len;
} strongroom_keyring_options;

/** Creates a keyring in an empty folder. A deliberate act: a service opens. */
strongroom_status strongroom_keyring_create(const char *folder,
                                            strongroom_seal seal,
                                            const strongroom_keyring_options *options,
                                            strongroom_keyring *keyring);

/** Opens a keyring. Never creates one. */
strongroom_status strongroom_keyring_open(const char *folder,
                                          strongroom_seal seal,
                                          const strongroom_keyring_options *options,
                                          strongroom_keyring *keyring);

/**
 * Opens a keyring, or creates one where there is none. For development: a service would not notice a folder
 * that is empty by mistake.
 */
strongroom_status strongroom_keyring_open_or_create(const char *folder,
                                                    strongroom_seal seal,
                                                    const strongroom_keyring_options *options,
                                                    strongroom_keyring *keyring);

/** A keyring that is gone with the process: no folder and no seal. For tests. */
strongroom_status strongroom_keyring_in_memory(strongroom_keyring *keyring);

/**
 * Closes a keyring for all its handles and those of its keys: from now on they say STRONGROOM_CLOSED, and
 * are still to be freed.
 */
strongroom_status strongroom_keyring_close(strongroom_keyring keyring);

/** The id of the keyring, as 32 hexadecimal digits. */
strongroom_status strongroom_keyring_id(strongroom_keyring keyring, char *out, size_t capacity, size_t *len);

/**
 * What to keep outside of the keyring to know it again, as text ("srp1:...", at most 134 characters): its
 * id, its newest root key and the generation of its root document. Give it as `pin` when the keyring is
 * opened. It is not secret, and stays good over planned reseals; after a reseal because an old root key may
 * be in wrong hands, take a new one.
 */
strongroom_status strongroom_keyring_pin(strongroom_keyring keyring,
                                         char *out,
                                         size_t capacity,
                                         size_t *len);

/**
 * A record of what every document is now, given to `write` in one piece; nothing in it is secret. Keep it
 * where whoever can write the folder cannot write, and give it as `witness` when the keyring is opened. It
 * knows nothing of what happens after it was made, so make a new one after changes that matter, with a
 * keyring that was opened with the one before: what that one refuses is STRONGROOM_ROLLED_BACK here. A
 * reseal does not spoil it. A keyring in memory is STRONGROOM_KEYRING_NOT_FOUND, and a key that cannot be
 * read is STRONGROOM_CORRUPT_DOCUMENT.
 */
strongroom_status strongroom_keyring_witness(strongroom_keyring keyring,
                                             strongroom_write_fn write,
                                             void *user);

/** Looks at the store at once, instead of within the next 250 milliseconds. */
strongroom_status strongroom_keyring_refresh(strongroom_keyring keyring);

/** What strongroom_keyring_check found. */
typedef struct strongroom_report {
    /** How many documents there are, and how many of them are keys that can be used. */
    size_t documents;
    size_t keys;
    /** How many things are wrong. 0 if all is well. */
    size_t faults;
    /**
     * How much lets others at the documents, though nothing is wrong with them: in a folder, modes and
     * owners.
     */
    size_t warnings;
    /** 1 if a reseal was begun and not finished: call it again. */
    uint32_t unfinished_reseal;
    uint32_t reserved;
} strongroom_report;

/** Writes a snapshot into an empty folder and opens it. A snapshot is an old copy: rotate afterwards. */
strongroom_status strongroom_keyring_restore(const char *snapshot,
                                             const char *folder,
                                             strongroom_seal seal,
                                             const strongroom_keyring_options *options,
                                             strongroom_keyring *keyring);

/**
 * Opens every document, and tells `each` what is wrong with those that cannot be read, and `warn` what lets
 * others at them. Both may be NULL. The words of a folder are "others_may_write", "others_may_read",
 * "foreign_owner" and "not_a_regular_file".
 */
strongroom_status strongroom_keyring_check(strongroom_keyring keyring,
                                           strongroom_report *report,
                                           strongroom_fault_fn each,
                                           strongroom_warning_fn warn,
                                           void *user);

/**
 * For how many milliseconds every process of the keyring may at most encrypt without having seen the store:
 * 1,000 (a second) to 31,536,000,000 (365 days), and 60,000 unless this was called. A process that asks for
 * more when it opens is refused, and strongroom_key_trim waits for as long.
 */
strongroom_status strongroom_keyring_set_max_staleness(strongroom_keyring keyring, uint64_t milliseconds);

/**
 * Writes the usage documents anew that cannot be read, or that are old or missing as this process or its
 * witness knows, and tells `each` the names of those keys. Their versions with 96-bit nonces encrypt no
 * more, since how often they have is not known; decryption goes on, and after a rotation so does encryption.
 */
strongroom_status strongroom_keyring_repair(strongroom_keyring keyring, strongroom_name_fn each, void *user);

/**
 * Takes away a key that was not changed since it was created and whose document cannot be read, as one that
 * was sealed under a root key which a reseal has taken away meanwhile. What it has encrypted, if it has,
 * opens with a restored copy alone. The name can be used again. Anything else is refused: a key that can be
 * read with STRONGROOM_INVALID_OPTION, one that was written more than once with STRONGROOM_CORRUPT_DOCUMENT
 * (restore it).
 */
strongroom_status strongroom_keyring_remove_unreadable(strongroom_keyring keyring, const char *name);

/** Writes every document of one moment, still sealed, into a new file. */
strongroom_status strongroom_keyring_snapshot(strongroom_keyring keyring, const char *path);

/** Rotates every key that is due, by its auto_rotate_period or by its use, and tells `each` of them. */
strongroom_status strongroom_keyring_rotate_due(strongroom_keyring keyring,
                                                strongroom_rotated_fn each,
                                                void *user);

/** Brings every document to the newest format; `*upgraded` becomes how many were changed. */
strongroom_status strongroom_keyring_upgrade(strongroom_keyring keyring, size_t *upgraded);

/** A wrapped copy of the root key. Its strings are there until the function returns that takes it. */
typedef struct strongroom_seal_info {
    /** The kind of seal, such as "root-key" or "passphrase". */
    const char *kind;
    /** Which one of that kind. */
    const char *id;
    /** What people call it, or NULL. */
    const char *label;
    /**
     * When it was added, in nanoseconds since 1970; 0 where that is not known, as of seals without a label.
     */
    uint64_t added;
    /** 1 if the keyring was opened with it, or goes on with it since a reseal; else 0. */
    uint32_t in_use;
    uint32_t reserved;
} strongroom_seal_info;

/** Takes a seal. */
typedef void (*strongroom_seal_fn)(void *user, const strongroom_seal_info *seal) STRONGROOM_NOEXCEPT;

/** Tells `each` of the wrapped copies of the newest root key. */
strongroom_status strongroom_keyring_seals(strongroom_keyring keyring, strongroom_seal_fn each, void *user);

/** Wraps a further copy of the root key. */
strongroom_status strongroom_keyring_add_seal(strongroom_keyring keyring, strongroom_seal seal);

/** Removes a copy. Whoever copied the files before still has it. */
strongroom_status strongroom_keyring_remove_seal(strongroom_keyring keyring,
                                                 const char *kind,
                                                 const char *id);

/**
 * Wraps the root key anew in the copies that these seals have, or with none, `seals` NULL and `count` 0, in
 * the copy of the one that opened the keyring: under the newest version of a platform's key, say. The root
 * key stays. A seal that has no copy is STRONGROOM_INVALID_OPTION, with the detail seal_without_copy.
 */
strongroom_status strongroom_keyring_rewrap_seals(strongroom_keyring keyring,
                                                  const strongroom_seal *seals,
                                                  size_t count);

/**
 * Makes a new root key, wrapped by these seals and no others, and seals every document under it; `*resealed`
 * becomes how many.
 */
strongroom_status strongroom_keyring_reseal(strongroom_keyring keyring,
                                            const strongroom_seal *seals,
                                            size_t count,
                                            size_t *resealed);

/* --- The keys of a keyring ------------------------------------------------------------------------------ */

/** A pair of strings, as long as they say: of a context, an aad, or the labels of a key. */
typedef struct strongroom_pair {
    const char *name;
    size_t name_len;
    const char *value;
    size_t value_len;
} strongroom_pair;

/**
 * For strongroom_key_config.min_encryption_version: new ciphertexts and signatures are of the latest version
 * only.
 */
#define STRONGROOM_LATEST_ONLY UINT32_MAX

/** For strongroom_key_config.auto_rotate_period_s: the key is never due. */
#define STRONGROOM_NEVER UINT64_MAX

/** What is on or off. strongroom_key_spec takes the first five; strongroom_key_details has all. */
typedef enum strongroom_flags {
    /** Every message is worked on with a subkey made from a context. */
    STRONGROOM_DERIVED = 1,
    /**
     * Equal plaintexts under equal contexts give equal ciphertexts, within one version. Needs
     * STRONGROOM_DERIVED.
     */
    STRONGROOM_CONVERGENT = 2,
    /** The material can be exported. */
    STRONGROOM_EXPORTABLE = 4,
    /** Backups that are not sealed can be taken, if the key is exportable too. */
    STRONGROOM_ALLOW_PLAINTEXT_BACKUP = 8,
    /** The key can be deleted. */
    STRONGROOM_DELETION_ALLOWED = 16,
    /** The key is suspended as a whole. */
    STRONGROOM_DISABLED = 32,
    /** The latest version came from outside. */
    STRONGROOM_IMPORTED = 64,
    /** `strongroom_key_rotate` adds a version, once the key is enabled. */
    STRONGROOM_ALLOW_ROTATION = 128,
} strongroom_flags;

/** A switch that may stay as it is. */
typedef enum strongroom_switch {
    STRONGROOM_UNCHANGED = 0,
    STRONGROOM_OFF = 1,
    STRONGROOM_ON = 2,
} strongroom_switch;

/** The type and options of a new key. */
typedef struct strongroom_key_spec {
    size_t size;
    /** Its type, such as "xaes256-gcm" or "ed25519"; NULL for the default. docs/matrix.md has them all. */
    const char *key_type;
    /** Of enum strongroom_flags. */
    uint32_t flags;
    /** Of keys of type "hmac", in bytes: 32 to 512; 0 for 32. */
    uint32_t key_size;
    /** What ciphertexts and signatures start with, such as "app-{{version}}-"; NULL for the type's own. */
    const char *version_template;
    /** After how many seconds the key is due for rotation: 0 for never, else an hour or more. */
    uint64_t auto_rotate_period_s;
    const strongroom_pair *labels;
    size_t labels_count;
} strongroom_key_spec;

/** Changes to a key's settings. What is 0 stays as it is. */
typedef struct strongroom_key_config {
    size_t size;
    /** Versions below this are suspended. */
    uint32_t min_decryption_version;
    /** Versions from this on may be asked for by number in new ciphertexts and signatures. */
    uint32_t min_encryption_version;
    /** Each one of enum strongroom_switch. The last two cannot be switched off again. */
    uint32_t deletion_allowed;
    uint32_t exportable;
    uint32_t allow_plaintext_backup;
    uint32_t reserved;
    /** In seconds. */
    uint64_t auto_rotate_period_s;
    /** Labels to set, or with a value that is NULL to remove. */
    const strongroom_pair *labels;
    size_t labels_count;
} strongroom_key_config;

/** A key as it is now: type, options, versions and counts. Nothing in it is secret. */
typedef struct strongroom_key_details {
    size_t size;
    char name[128];
    /** The type of the latest version. */
    char key_type[32];
    /** Empty if the key has none. */
    char version_template[136];
    /** Of enum strongroom_flags. */
    uint32_t flags;
    uint32_t latest_version;
    /** 0 as long as nothing was trimmed. */
    uint32_t min_available_version;
    uint32_t min_decryption_version;
    /** 0: only the latest. */
    uint32_t min_encryption_version;
    /** Of keys of type "hmac", in bytes; else 0. */
    uint32_t key_size;
    /** In seconds; 0 for never. */
    uint64_t auto_rotate_period_s;
} strongroom_key_details;

/** How a derived key of a Transit type makes subkeys. */
typedef enum strongroom_kdf {
    /** The default, as is 0. */
    STRONGROOM_KDF_HKDF_SHA256 = 1,
    /** That of keys which older Vault servers imported. */
    STRONGROOM_KDF_HMAC_COUNTER = 2,
} strongroom_kdf;

/** How key material from outside is written. */
typedef enum strongroom_import_format {
    /** The bytes of the key themselves. The default, as is 0. */
    STRONGROOM_IMPORT_RAW = 1,
    /** PKCS#8 of a private key, DER or PEM (RFC 5958). */
    STRONGROOM_IMPORT_PKCS8 = 2,
    /** A private key in any form that programs write: PKCS#8, SEC 1 or PKCS#1, DER or PEM. */
    STRONGROOM_IMPORT_PRIVATE_KEY = 3,
    /**
     * A public key alone, which verifies and, of RSA, encrypts: SubjectPublicKeyInfo, DER or PEM, or the
     * bytes of STRONGROOM_PUBLIC_KEY_RAW.
     */
    STRONGROOM_IMPORT_PUBLIC_KEY = 4,
    /** What was wrapped for the key of strongroom_keyring_wrapping_key, as it is or as base64. */
    STRONGROOM_IMPORT_WRAPPED = 5,
} strongroom_import_format;

/** Key material from outside. It is copied; wipe your own. */
typedef struct strongroom_import {
    size_t size;
    const void *material;
    size_t material_len;
    /** 1 if the key may rotate to material made here, else 0. */
    uint32_t allow_rotation;
    /** One of enum strongroom_kdf, or 0. */
    uint32_t kdf;
    /** One of enum strongroom_import_format, or 0. */
    uint32_t format;
    /** 0. */
    uint32_t reserved;
    /** What a private key is encrypted with (PBES2), or NULL. */
    const void *passphrase;
    size_t passphrase_len;
    /** One of enum strongroom_hash with which the material was wrapped, or 0 for SHA-256. */
    uint32_t hash;
    /**
     * For strongroom_key_import_version: the version that the material completes, which has a public key
     * alone, or 0. The private half of the latest version completes that one also with 0.
     */
    uint32_t version;
} strongroom_import;

/**
 * The product that writes or reads a backup of Transit. They differ in some fields, and in what some numbers
 * of types mean.
 */
typedef enum strongroom_dialect {
    STRONGROOM_DIALECT_VAULT = 1,
    STRONGROOM_DIALECT_OPENBAO = 2,
} strongroom_dialect;

/** A key that exists. */
strongroom_status strongroom_keyring_key(strongroom_keyring keyring, const char *name, strongroom_key *key);

/** Creates a key. */
strongroom_status strongroom_keyring_create_key(strongroom_keyring keyring,
                                                const char *name,
                                                const strongroom_key_spec *spec,
                                                strongroom_key *key);

/** The key of a name, created if there is none. One of another specification is refused. */
strongroom_status strongroom_keyring_key_or_create(strongroom_keyring keyring,
                                                   const char *name,
                                                   const strongroom_key_spec *spec,
                                                   strongroom_key *key);

/** Creates a key with material from outside as its first version. */
strongroom_status strongroom_keyring_import_key(strongroom_keyring keyring,
                                                const char *name,
                                                const strongroom_import *import,
                                                const strongroom_key_spec *spec,
                                                strongroom_key *key);

/**
 * A key that two sides agree on, each with a key of type "ecdsa-p256", "ecdsa-p384" or "ecdsa-p521" and the
 * other's public key: ECDH and HKDF-SHA256, as OpenBao's derive-key. `base` is the key of this side, in its
 * version `base_version`, or the latest if that is 0; `peer` is the public key of the other,
 * SubjectPublicKeyInfo as DER or PEM, of which you know whose it is. `spec` names the type of the new key,
 * "aes256-gcm96", "aes128-gcm96", "chacha20-poly1305" or "xchacha20-poly1305"; take one type for two base
 * keys. An imported key of the name, or one that was agreed on, gets a further version. A public key on
 * another curve is STRONGROOM_INVALID_MATERIAL.
 */
strongroom_status strongroom_keyring_derive_key(strongroom_keyring keyring,
                                                const char *name,
                                                strongroom_key base,
                                                uint32_t base_version,
                                                const void *peer,
                                                size_t peer_len,
                                                const strongroom_key_spec *spec,
                                                strongroom_key *key);

/**
 * Restores a key from a backup, under the name it had if `name` is NULL. A key that exists is never
 * overwritten.
 */
strongroom_status strongroom_keyring_restore_key(strongroom_keyring keyring,
                                                 const void *backup,
                                                 size_t backup_len,
                                                 strongroom_seal seal,
                                                 const char *name,
                                                 strongroom_key *key);

/**
 * Restores a key from a plaintext backup of Vault's or OpenBao's Transit, the base64 text as the product
 * gave it, with all its versions and settings, under the name it had if `name` is NULL. A key that exists is
 * never overwritten. `dialect` is one of enum strongroom_dialect, or 0 to be told from the backup: only some
 * old ones do not tell. Wipe the backup: it is the key itself. One that is damaged or not one is
 * STRONGROOM_CORRUPT_BACKUP, of a type that is not here STRONGROOM_TYPE_NOT_SUPPORTED.
 */
strongroom_status strongroom_keyring_restore_transit(strongroom_keyring keyring,
                                                     const void *backup,
                                                     size_t backup_len,
                                                     const char *name,
                                                     uint32_t dialect,
                                                     strongroom_key *key);

/** Deletes a key that allows it, with its material. */
strongroom_status strongroom_keyring_delete_key(strongroom_keyring keyring, const char *name);

/**
 * Tells `each` the names of all keys, sorted, also of one whose document cannot be read;
 * strongroom_keyring_key says what is wrong with it.
 */
strongroom_status strongroom_keyring_keys(strongroom_keyring keyring, strongroom_name_fn each, void *user);

/* --- Managing a key ------------------------------------------------------------------------------------- */

/** What can be done with a version, in the words of NIST SP 800-57. */
typedef enum strongroom_version_state {
    /** It encrypts and decrypts, signs and verifies. */
    STRONGROOM_VERSION_ACTIVE = 1,
    /** It decrypts and verifies. */
    STRONGROOM_VERSION_DEACTIVATED = 2,
    /** Kept, and refused. */
    STRONGROOM_VERSION_SUSPENDED = 3,
    /** Trimmed: its dates are left. */
    STRONGROOM_VERSION_DESTROYED = 4,
} strongroom_version_state;

/** A version as it is now. Times are nanoseconds since 1970, 0 for never or unknown. */
typedef struct strongroom_version_info {
    uint32_t version;
    /** One of enum strongroom_version_state. */
    uint32_t state;
    char key_type[32];
    /** 1 if it came from outside, else 0. */
    uint32_t imported;
    /** 1 if its encryptions are counted, else 0. */
    uint32_t counted;
    uint64_t created;
    /** When it stopped being the latest. */
    uint64_t retired;
    /** When its material was destroyed. */
    uint64_t trimmed;
    /** How many encryptions were leased by the processes that use this keyring, where they are counted. */
    uint64_t uses;
    /**
     * Why nothing new is made with it whatever the settings are, such as "kdf_of_aes128"; empty if that is
     * not so.
     */
    char unusable[32];
} strongroom_version_info;

/** Takes a version. */
typedef void (*strongroom_version_fn)(void *user, const strongroom_version_info *version) STRONGROOM_NOEXCEPT;

/** Tells what a key is now: type, options, versions and counts. Set info->size first. */
strongroom_status strongroom_key_info(strongroom_key key, strongroom_key_details *info);

/** Tells `each` of the versions of a key, from the first. */
strongroom_status strongroom_key_versions(strongroom_key key, strongroom_version_fn each, void *user);

/** Tells `each` the labels of a key, sorted by name. */
strongroom_status strongroom_key_labels(strongroom_key key, strongroom_label_fn each, void *user);

/** Tells `each` what somebody should know or do about a key. */
strongroom_status strongroom_key_warnings(strongroom_key key, strongroom_name_fn each, void *user);

/** How a public key is written. 0 is the default, STRONGROOM_PUBLIC_KEY_RAW. */
typedef enum strongroom_public_key_format {
    /** As its algorithm writes it: of "ed25519" the 32 bytes of RFC 8032. */
    STRONGROOM_PUBLIC_KEY_RAW = 1,
    /** SubjectPublicKeyInfo (RFC 5280; of "ed25519", RFC 8410) as DER. */
    STRONGROOM_PUBLIC_KEY_DER = 2,
    /** SubjectPublicKeyInfo as PEM (RFC 7468, section 13), a text with a newline at the end. */
    STRONGROOM_PUBLIC_KEY_PEM = 3,
    /** A JSON Web Key (RFC 7517; of "ed25519", RFC 8037), a text: what a thumbprint is computed from. */
    STRONGROOM_PUBLIC_KEY_JWK = 4,
} strongroom_public_key_format;

/**
 * Adds a version of fresh material and makes it the latest; `*version` becomes its number. What was made
 * with older versions still opens. `type` is NULL, or another type that has the same operations and options.
 */
strongroom_status strongroom_key_rotate(strongroom_key key, const char *key_type, uint32_t *version);

/** Changes settings: all of them or, on failure, none. */
strongroom_status strongroom_key_configure(strongroom_key key, const strongroom_key_config *config);

/** Suspends a key as a whole: every operation with messages is refused until strongroom_key_enable. */
strongroom_status strongroom_key_disable(strongroom_key key);

/** Lets a disabled key work again. */
strongroom_status strongroom_key_enable(strongroom_key key);

/** Destroys the material of every version below `min_available_version`. This cannot be undone. */
strongroom_status strongroom_key_trim(strongroom_key key, uint32_t min_available_version);

/**
 * Adds material from outside as the latest version of an imported key, or gives a version that was imported
 * as a public key its private half; `*version` becomes its number.
 */
strongroom_status strongroom_key_import_version(strongroom_key key,
                                                const strongroom_import *import,
                                                uint32_t *version);

/** The whole key, sealed to a seal of yours, given to `write` in one piece. */
strongroom_status strongroom_key_backup(strongroom_key key,
                                        strongroom_seal seal,
                                        strongroom_write_fn write,
                                        void *user);

/**
 * The public key of a version, or of the latest if `version` is 0. `format` is one of enum
 * strongroom_public_key_format, or 0. No NUL follows, also where it is a text.
 */
strongroom_status strongroom_key_public_key(strongroom_key key,
                                            uint32_t version,
                                            uint32_t format,
                                            void *out,
                                            size_t capacity,
                                            size_t *len);

/**
 * The public keys of the versions from min_decryption_version on as a JSON Web Key Set (RFC 7517, section
 * 5). The kid of each is the name of the key, a colon and the version, such as "releases:3". A derived key,
 * which has a public key for each context, is STRONGROOM_CONTEXT_REQUIRED.
 */
strongroom_status strongroom_key_jwks(strongroom_key key, char *out, size_t capacity, size_t *len);

/** The name of a key, or of the key that a view is of. It is known without a look at the keyring. */
strongroom_status strongroom_key_name(strongroom_key key, char *out, size_t capacity, size_t *len);

/** The phrase that says that secret material is to leave the keyring, and for which a reviewer can search. */
#define STRONGROOM_EXPOSE_SECRET_MATERIAL 0x4558504Fu

/** Which part of a version to export. */
typedef enum strongroom_export_kind {
    STRONGROOM_EXPORT_ENCRYPTION_KEY = 1,
    STRONGROOM_EXPORT_SIGNING_KEY = 2,
    /** Of keys of type hmac, aes128-cmac and aes256-cmac their material. */
    STRONGROOM_EXPORT_HMAC_KEY = 3,
} strongroom_export_kind;

/**
 * The raw material of a version of an exportable key. `expose` is STRONGROOM_EXPOSE_SECRET_MATERIAL. Wipe
 * the buffer. A version below min_decryption_version, or destroyed, is STRONGROOM_NO_SUCH_VERSION.
 */
strongroom_status strongroom_key_export(strongroom_key key,
                                        uint32_t kind,
                                        uint32_t version,
                                        uint32_t expose,
                                        void *out,
                                        size_t capacity,
                                        size_t *len);

/**
 * The phrase that is added to STRONGROOM_EXPOSE_SECRET_MATERIAL where a backup is wanted of a key that the
 * product would restore and could not work with, or with which it would lose data or believe forged
 * signatures: STRONGROOM_EXPOSE_SECRET_MATERIAL | STRONGROOM_EVEN_IF_UNUSABLE.
 */
#define STRONGROOM_EVEN_IF_UNUSABLE 0x80000000u

/** How Transit's export writes a key. 0 is the default, STRONGROOM_EXPORT_RAW. */
typedef enum strongroom_export_format {
    /**
     * Base64 of the bytes: of an Ed25519 key, seed and public key. Of ECDSA and RSA keys PEM: EC PRIVATE
     * KEY, RSA PRIVATE KEY, PUBLIC KEY.
     */
    STRONGROOM_EXPORT_RAW = 1,
    /** Of key pairs: base64 of PKCS#8, or for a public key of SubjectPublicKeyInfo. */
    STRONGROOM_EXPORT_DER = 2,
    /** Of key pairs: PEM of PKCS#8, or of SubjectPublicKeyInfo, of RSA keys with a newline at the end. */
    STRONGROOM_EXPORT_PEM = 3,
    /** Of key pairs: a JSON Web Key (RFC 7517), which Transit does not have. */
    STRONGROOM_EXPORT_JWK = 4,
} strongroom_export_format;

/**
 * strongroom_key_export as text, in a form of Transit's export: `format` is one of enum
 * strongroom_export_format, or 0. One that the type does not have is STRONGROOM_INVALID_OPTION. Wipe the
 * buffer.
 */
strongroom_status strongroom_key_export_transit(strongroom_key key,
                                                uint32_t kind,
                                                uint32_t format,
                                                uint32_t version,
                                                uint32_t expose,
                                                char *out,
                                                size_t capacity,
                                                size_t *len);

/**
 * The whole key in the clear, as Vault or OpenBao writes it and restores it, given to `write` in one piece:
 * base64 text, without a NUL. The key has to be exportable and to allow plaintext backups. `dialect` is one
 * of enum strongroom_dialect, `expose` is STRONGROOM_EXPOSE_SECRET_MATERIAL. The date of the backup is noted
 * in the key, as the products do. Labels, and the dates of trimmed versions, are left out. What `write` is
 * given is wiped when it returns; wipe what it copied. A type that the product does not have is
 * STRONGROOM_OPERATION_NOT_SUPPORTED, versions of several types are STRONGROOM_INVALID_OPTION.
 */
strongroom_status strongroom_key_backup_transit(strongroom_key key,
                                                uint32_t dialect,
                                                uint32_t expose,
                                                strongroom_write_fn write,
                                                void *user);

/**
 * Tells `each` the public keys of the versions from min_decryption_version on, as text in a form of
 * Transit's export: one of enum strongroom_export_format, or 0. A derived key has one per context, and is
 * STRONGROOM_CONTEXT_REQUIRED.
 */
strongroom_status strongroom_key_public_keys_transit(strongroom_key key,
                                                     uint32_t format,
                                                     strongroom_public_key_fn each,
                                                     void *user);

/**
 * The public key that others wrap keys for, to import them with STRONGROOM_IMPORT_WRAPPED: RSA with 4,096
 * bits, as Transit's wrapping_key. It is made when it is first asked for, which takes a second or some, and
 * stays the keyring's; it is none of strongroom_keyring_keys. `format` is one of enum
 * strongroom_public_key_format, and here 0 is STRONGROOM_PUBLIC_KEY_PEM. No NUL follows, also where it is a
 * text.
 */
strongroom_status strongroom_keyring_wrapping_key(strongroom_keyring keyring,
                                                  uint32_t format,
                                                  void *out,
                                                  size_t capacity,
                                                  size_t *len);

/**
 * The material of a version of an exportable key, wrapped for the RSA key `to`, SubjectPublicKeyInfo as DER
 * or PEM: the wrapping key of another keyring, of OpenBao or of Vault, which take the text in their import.
 * `hash` is one of enum strongroom_hash, or 0 for SHA-256; `expose` is STRONGROOM_EXPOSE_SECRET_MATERIAL. A
 * version below min_decryption_version, destroyed, or with a public key alone is
 * STRONGROOM_NO_SUCH_VERSION, another public key than one of RSA is STRONGROOM_OPERATION_NOT_SUPPORTED.
 */
strongroom_status strongroom_key_export_wrapped(strongroom_key key,
                                                const void *to,
                                                size_t to_len,
                                                uint32_t hash,
                                                uint32_t version,
                                                uint32_t expose,
                                                char *out,
                                                size_t capacity,
                                                size_t *len);

/**
 * A certificate request (PKCS#10, RFC 2986) of a version, or of the latest if `version` is 0, as PEM.
 * Subject and attributes, among which are the extensions, are those of `request_template`, a request as PEM
 * or DER that any key may have signed; NULL is for none. One that is no request is
 * STRONGROOM_INVALID_CERTIFICATE. A request of an ECDSA key may be shorter than the capacity says that is
 * needed: the next one may be longer.
 */
strongroom_status strongroom_key_certificate_request(strongroom_key key,
                                                     const void *request_template,
                                                     size_t template_len,
                                                     uint32_t version,
                                                     char *out,
                                                     size_t capacity,
                                                     size_t *len);

/**
 * Keeps certificates with the version whose they are, or with the latest if `version` is 0, in the place of
 * those that it has. PEM, at most 100 certificates of at most 64 KiB: first the key's own, then those of
 * authorities; other blocks and text are passed over. What is no such chain, and of another key than the
 * version, is STRONGROOM_INVALID_CERTIFICATE.
 */
strongroom_status strongroom_key_set_certificate_chain(strongroom_key key,
                                                       const void *chain,
                                                       size_t chain_len,
                                                       uint32_t version);

/**
 * The certificates that are kept with a version, or with the latest if `version` is 0, as PEM, the key's own
 * first; an empty text where there are none.
 */
strongroom_status strongroom_key_certificate_chain(strongroom_key key,
                                                   uint32_t version,
                                                   char *out,
                                                   size_t capacity,
                                                   size_t *len);

/* --- Working with messages ------------------------------------------------------------------------------ */

/**
 * A hash function, for macs and signatures. 0 is the default: SHA-256, or of a signature in the form
 * STRONGROOM_FORM_JWS the one that its curve goes with there. Keys of type ed25519 and ml-dsa take one in
 * the view of strongroom_key_transit only, CMAC keys none.
 */
typedef enum strongroom_hash {
    STRONGROOM_SHA2_224 = 1,
    STRONGROOM_SHA2_256 = 2,
    STRONGROOM_SHA2_384 = 3,
    STRONGROOM_SHA2_512 = 4,
    STRONGROOM_SHA3_224 = 5,
    STRONGROOM_SHA3_256 = 6,
    STRONGROOM_SHA3_384 = 7,
    STRONGROOM_SHA3_512 = 8,
    /**
     * To verify signatures; else in the view of strongroom_key_transit only, for what Transit made or is to
     * verify.
     */
    STRONGROOM_SHA1 = 9,
    /** What is signed is padded as it is, without the name of a hash: with STRONGROOM_PADDING_PKCS1V15. */
    STRONGROOM_HASH_NONE = 10,
} strongroom_hash;

/** How a signature is written. 0 is the default, STRONGROOM_FORM_ASN1. */
typedef enum strongroom_form {
    /** Padded standard base64; of ECDSA keys also DER in it. */
    STRONGROOM_FORM_ASN1 = 1,
    /**
     * URL-safe base64 without padding, as JSON Web Signatures have it; of ECDSA keys also the two numbers
     * one behind the other.
     */
    STRONGROOM_FORM_JWS = 2,
} strongroom_form;

/** How a signature of an RSA key is padded. 0 is the default, STRONGROOM_PADDING_PSS. */
typedef enum strongroom_padding {
    /** RSASSA-PSS. */
    STRONGROOM_PADDING_PSS = 1,
    /** RSASSA-PKCS1-v1_5. */
    STRONGROOM_PADDING_PKCS1V15 = 2,
} strongroom_padding;

/**
 * How long the salt of STRONGROOM_PADDING_PSS is. 0 is the default: STRONGROOM_SALT_AUTO, or in the form
 * STRONGROOM_FORM_JWS STRONGROOM_SALT_HASH.
 */
typedef enum strongroom_salt {
    /** To sign, as long as the key allows; to verify, whatever it was. */
    STRONGROOM_SALT_AUTO = 1,
    /** As long as a digest of the hash. */
    STRONGROOM_SALT_HASH = 2,
    /** As many bytes as salt_length says, up to 65,535, also none. */
    STRONGROOM_SALT_BYTES = 3,
} strongroom_salt;

/** What is said about one message. */
typedef struct strongroom_options {
    size_t size;
    /**
     * Associated data: authenticated with the message, not stored. Bytes, or a map of strings; NULL for
     * none. Up to 65,535 bytes, or 2^30 in the view of strongroom_key_transit.
     */
    const void *aad;
    size_t aad_len;
    const strongroom_pair *aad_map;
    size_t aad_map_count;
    /**
     * From this a derived key makes the subkey for the message. Bytes, or a map of strings, as long as an
     * aad; NULL for none.
     */
    const void *context;
    size_t context_len;
    const strongroom_pair *context_map;
    size_t context_map_count;
    /**
     * The version to encrypt, sign or MAC with, or 0 for the latest. A rewrap takes one in the view of
     * strongroom_key_transit only.
     */
    uint32_t version;
    /** One of enum strongroom_hash, or 0. */
    uint32_t hash;
    /** One of enum strongroom_form, or 0. */
    uint32_t form;
    uint32_t reserved;
    /**
     * 1 if what is signed or verified is the digest of the message by the hash, else 0. For ECDSA and
     * RSA keys.
     */
    uint32_t prehashed;
    /** One of enum strongroom_padding, or 0. For RSA keys. */
    uint32_t padding;
    /** One of enum strongroom_salt, or 0. For RSA keys. */
    uint32_t salt;
    /** With STRONGROOM_SALT_BYTES, how many. */
    uint32_t salt_length;
} strongroom_options;

/**
 * A derived key under a context, which is all that `options` may hold: every operation with messages works
 * with the subkey. It follows rotations. It does not manage: that is done with the key's own handle.
 */
strongroom_status strongroom_key_context(strongroom_key key,
                                         const strongroom_options *options,
                                         strongroom_key *view);

/**
 * The same key, or key under a context, exactly as lenient as Transit in what it reads and takes, for
 * programs and data that come from there: base64 as Go reads it, other spellings of a version, older
 * versions to encrypt and sign with, contexts that are ignored, a version to rewrap to, a hash with a
 * signature, SHA-1. docs/moving.md has every difference. It works with messages in every way that the key
 * does, and does not manage.
 */
strongroom_status strongroom_key_transit(strongroom_key key, strongroom_key *view);

/** Encrypts to a text. */
strongroom_status strongroom_key_encrypt(strongroom_key key,
                                         const void *plaintext,
                                         size_t plaintext_len,
                                         const strongroom_options *options,
                                         char *out,
                                         size_t capacity,
                                         size_t *len);

/** Decrypts a text. The plaintext is bytes, without a NUL behind it. */
strongroom_status strongroom_key_decrypt(strongroom_key key,
                                         const void *ciphertext,
                                         size_t ciphertext_len,
                                         const strongroom_options *options,
                                         void *out,
                                         size_t capacity,
                                         size_t *len);

/**
 * Authenticates a text and encrypts it anew under the latest version. One that is up to date comes back byte
 * for byte, except in the view of strongroom_key_transit, which always makes a new one.
 */
strongroom_status strongroom_key_rewrap(strongroom_key key,
                                        const void *ciphertext,
                                        size_t ciphertext_len,
                                        const strongroom_options *options,
                                        char *out,
                                        size_t capacity,
                                        size_t *len);

/** Encrypts to the compact binary form. */
strongroom_status strongroom_key_encrypt_binary(strongroom_key key,
                                                const void *plaintext,
                                                size_t plaintext_len,
                                                const strongroom_options *options,
                                                void *out,
                                                size_t capacity,
                                                size_t *len);

/** Decrypts the binary form. */
strongroom_status strongroom_key_decrypt_binary(strongroom_key key,
                                                const void *ciphertext,
                                                size_t ciphertext_len,
                                                const strongroom_options *options,
                                                void *out,
                                                size_t capacity,
                                                size_t *len);

/** strongroom_key_rewrap of the binary form. */
strongroom_status strongroom_key_rewrap_binary(strongroom_key key,
                                               const void *ciphertext,
                                               size_t ciphertext_len,
                                               const strongroom_options *options,
                                               void *out,
                                               size_t capacity,
                                               size_t *len);

/**
 * Whether a rewrap would change a text. Looks at its outside only: it says nothing about whether it opens.
 */
strongroom_status strongroom_key_needs_rewrap(strongroom_key key,
                                              const char *ciphertext,
                                              size_t ciphertext_len,
                                              bool *needed);

/** strongroom_key_needs_rewrap of the binary form. */
strongroom_status strongroom_key_needs_rewrap_binary(strongroom_key key,
                                                     const void *ciphertext,
                                                     size_t ciphertext_len,
                                                     bool *needed);

/**
 * A fresh key of `size` bytes, 16, 32 or 64, for another program to encrypt with: in the clear into
 * `plaintext`, which has room for them, and encrypted as text into `out`. Use the one now, store the other,
 * and get the key again with strongroom_key_decrypt.
 */
strongroom_status strongroom_key_data_key(strongroom_key key,
                                          size_t size,
                                          const strongroom_options *options,
                                          void *plaintext,
                                          char *out,
                                          size_t capacity,
                                          size_t *len);

/**
 * Signs a message. A signature of an ECDSA key in the form STRONGROOM_FORM_ASN1 may be shorter than the
 * capacity says that is needed: the next one may be longer.
 */
strongroom_status strongroom_key_sign(strongroom_key key,
                                      const void *message,
                                      size_t message_len,
                                      const strongroom_options *options,
                                      char *out,
                                      size_t capacity,
                                      size_t *len);

/** STRONGROOM_OK if the signature is one of the message, else STRONGROOM_BAD_SIGNATURE. */
strongroom_status strongroom_key_verify(strongroom_key key,
                                        const void *message,
                                        size_t message_len,
                                        const char *signature,
                                        size_t signature_len,
                                        const strongroom_options *options);

/** MACs a message. */
strongroom_status strongroom_key_hmac(strongroom_key key,
                                      const void *message,
                                      size_t message_len,
                                      const strongroom_options *options,
                                      char *out,
                                      size_t capacity,
                                      size_t *len);

/** STRONGROOM_OK if the mac is one of the message, else STRONGROOM_BAD_SIGNATURE. */
strongroom_status strongroom_key_verify_hmac(strongroom_key key,
                                             const void *message,
                                             size_t message_len,
                                             const char *mac,
                                             size_t mac_len,
                                             const strongroom_options *options);

/**
 * One message of a batch. An operation uses the fields that its single form has as arguments; an item in
 * which others are set is STRONGROOM_INVALID_ARGUMENT.
 *
 * Each item is worked on as it would be alone and gets a status and a result of its own; one that fails
 * spoils nothing. The functions return STRONGROOM_OK unless the batch as a whole is wrong.
 */
typedef struct strongroom_item {
    /** The plaintext, ciphertext or message. For data keys NULL, and the length is the size of the key. */
    const void *input;
    size_t input_len;
    /** NULL for none. Many items may share one. */
    const strongroom_options *options;
    /** To verify: the signature or mac. */
    const char *signature;
    size_t signature_len;
    /** Of data keys: where the key goes in the clear. */
    void *plaintext;
    /** Where the result goes, and how much room there is. */
    void *out;
    size_t capacity;
    /**
     * Set by the call: the length of the result, or the capacity that is needed. Whether a rewrap is needed:
     * 1 or 0.
     */
    size_t len;
    /** Set by the call. */
    strongroom_status status;
    uint32_t reserved;
} strongroom_item;

/**
 * strongroom_key_encrypt of each item, which gets a status of its own: OK of the call says only that
 * the batch was read.
 */
strongroom_status strongroom_key_encrypt_batch(strongroom_key key,
                                               strongroom_item *items,
                                               size_t count);

/**
 * strongroom_key_decrypt of each item, which gets a status of its own: OK of the call says only that
 * the batch was read.
 */
strongroom_status strongroom_key_decrypt_batch(strongroom_key key,
                                               strongroom_item *items,
                                               size_t count);

/**
 * strongroom_key_rewrap of each item, which gets a status of its own: OK of the call says only that
 * the batch was read.
 */
strongroom_status strongroom_key_rewrap_batch(strongroom_key key,
                                              strongroom_item *items,
                                              size_t count);

/**
 * strongroom_key_encrypt_binary of each item, which gets a status of its own: OK of the call says only that
 * the batch was read.
 */
strongroom_status strongroom_key_encrypt_binary_batch(strongroom_key key,
                                                      strongroom_item *items,
                                                      size_t count);

/**
 * strongroom_key_decrypt_binary of each item, which gets a status of its own: OK of the call says only that
 * the batch was read.
 */
strongroom_status strongroom_key_decrypt_binary_batch(strongroom_key key,
                                                      strongroom_item *items,
                                                      size_t count);

/**
 * strongroom_key_rewrap_binary of each item, which gets a status of its own: OK of the call says only that
 * the batch was read.
 */
strongroom_status strongroom_key_rewrap_binary_batch(strongroom_key key,
                                                     strongroom_item *items,
                                                     size_t count);

/** strongroom_key_needs_rewrap of each item: its `len` becomes 1 if a rewrap would change it, else 0. */
strongroom_status strongroom_key_needs_rewrap_batch(strongroom_key key,
                                                    strongroom_item *items,
                                                    size_t count);

/**
 * strongroom_key_needs_rewrap_binary of each item: its `len` becomes 1 if a rewrap would change it, else 0.
 */
strongroom_status strongroom_key_needs_rewrap_binary_batch(strongroom_key key,
                                                           strongroom_item *items,
                                                           size_t count);

/**
 * strongroom_key_data_key of each item, which gets a status of its own: OK of the call says only that
 * the batch was read.
 */
strongroom_status strongroom_key_data_key_batch(strongroom_key key,
                                                strongroom_item *items,
                                                size_t count);

/**
 * strongroom_key_sign of each item, which gets a status of its own: OK of the call says only that
 * the batch was read.
 */
strongroom_status strongroom_key_sign_batch(strongroom_key key, strongroom_item *items, size_t count);

/**
 * strongroom_key_verify of each item, which gets a status of its own: OK of the call says only that
 * the batch was read.
 */
strongroom_status strongroom_key_verify_batch(strongroom_key key,
                                              strongroom_item *items,
                                              size_t count);

/**
 * strongroom_key_hmac of each item, which gets a status of its own: OK of the call says only that
 * the batch was read.
 */
strongroom_status strongroom_key_hmac_batch(strongroom_key key, strongroom_item *items, size_t count);

/**
 * strongroom_key_verify_hmac of each item, which gets a status of its own: OK of the call says only that
 * the batch was read.
 */
strongroom_status strongroom_key_verify_hmac_batch(strongroom_key key,
                                                   strongroom_item *items,
                                                   size_t count);

/**
 * Values in one buffer. Value number i lies from offset i to offset i + 1, in bytes from the start of the
 * data.
 */
typedef struct strongroom_values {
    const void *data;
    size_t data_len;
    /**
     * One more than there are values, of int32_t or int64_t: they begin at 0 or above, never fall, and end
     * within the data. NULL for no values at all.
     */
    const void *offsets;
    /**
     * A bitmap with a bit for each value, which is 1 unless the value is null, the least significant bit of
     * each byte first. NULL: none is null.
     */
    const void *validity;
} strongroom_values;

/**
 * A column to work on: to encrypt, plaintexts; to decrypt or rewrap, ciphertexts as text. A value that is
 * null stays null and is not worked on.
 */
typedef struct strongroom_column {
    size_t size;
    /** How many values there are, the null ones too, in each of the following. */
    size_t count;
    strongroom_values values;
    /**
     * An aad for each value, which is refused where that is null; offsets NULL: what the options say is for
     * all.
     */
    strongroom_values aads;
    /**
     * A context for each value, which is refused where that is null; offsets NULL: what the options say is
     * for all.
     */
    strongroom_values contexts;
    /** 32 or 64: the offsets, also those of the result, are int32_t or int64_t. 0 is 32. */
    uint32_t offset_bits;
    /** 1: each value that is refused becomes null, and has its status. 0: the first one ends the call. */
    uint32_t refused_as_null;
    /**
     * Up to so many threads work on the column at the same time, of which one is the caller's; at most 64.
     * 0 is 1.
     */
    size_t threads;
} strongroom_column;

/** Where the result for a column goes. */
typedef struct strongroom_new_column {
    size_t size;
    /**
     * The values, one behind the other, without a NUL. NULL, with capacity 0, asks for the capacity alone.
     */
    void *data;
    size_t capacity;
    /** Room for one offset more than there are values. */
    void *offsets;
    /** Room for a bit for each value. NULL if no value is null and none may become so. */
    void *validity;
    /** Room for the status of each value. NULL if the first one that is refused ends the call. */
    strongroom_status *statuses;
    /** Set by the call: the length of the data, or the capacity that is enough. */
    size_t len;
    /** Set by the call: the value whose refusal ended it, or SIZE_MAX. */
    size_t refused;
} strongroom_new_column;

/**
 * strongroom_key_encrypt of each value of a column that is not null, to texts without a NUL. The options are
 * for all values. With `data` NULL the capacity is asked for, which is enough unless the key is rotated
 * meanwhile.
 */
strongroom_status strongroom_key_encrypt_column(strongroom_key key,
                                                const strongroom_column *column,
                                                const strongroom_options *options,
                                                strongroom_new_column *result);

/**
 * strongroom_key_decrypt of each value of a column that is not null. The options are for all values. With
 * `data` NULL the capacity is asked for, which is a little more than the plaintexts take. After a failure
 * nothing of them is there.
 */
strongroom_status strongroom_key_decrypt_column(strongroom_key key,
                                                const strongroom_column *column,
                                                const strongroom_options *options,
                                                strongroom_new_column *result);

/**
 * strongroom_key_rewrap of each value of a column that is not null, to texts without a NUL. The options are
 * for all values. With `data` NULL the capacity is asked for, which is a little more than the texts take.
 */
strongroom_status strongroom_key_rewrap_column(strongroom_key key,
                                               const strongroom_column *column,
                                               const strongroom_options *options,
                                               strongroom_new_column *result);

/* --- Searching what is encrypted ------------------------------------------------------------------------ */

/** How a column is indexed. The same for all of its values, else a search does not find them. */
typedef struct strongroom_index_options {
    size_t size;
    /**
     * The name of the column, such as "users.email": 1 to 255 bytes of UTF-8, which go into the index. It
     * has to be given.
     */
    const char *name;
    size_t name_len;
    /**
     * What is done to a value first, in this order, with a comma between: "trim", "nfkc", "casefold",
     * "digits", "email", and "none", which does nothing. NULL for nothing.
     */
    const char *normalize;
    /** How many bits an index has: 8 to 256, or 0 for 128. */
    uint32_t bits;
    /**
     * The version to index with, or 0 for the newest that everybody who searches knows by now. What gives an
     * index for each version gives those of this one alone, if it is not 0.
     */
    uint32_t version;
} strongroom_index_options;

/**
 * The index of a value: a text with the version in it, to be kept in a column of its own beside the value.
 * Equal values have equal ones, which whoever reads the table sees. A value that is not UTF-8, or that
 * nothing is left of, is STRONGROOM_INVALID_VALUE; a key of public keys alone is
 * STRONGROOM_INDEX_NOT_SUPPORTED.
 */
strongroom_status strongroom_key_index(strongroom_key key,
                                       const void *value,
                                       size_t value_len,
                                       const strongroom_index_options *index,
                                       char *out,
                                       size_t capacity,
                                       size_t *len);

/** strongroom_key_index as the bits alone, without the version. */
strongroom_status strongroom_key_index_binary(strongroom_key key,
                                              const void *value,
                                              size_t value_len,
                                              const strongroom_index_options *index,
                                              void *out,
                                              size_t capacity,
                                              size_t *len);

/**
 * What to look for: tells `each` the indexes of a value under all versions that may have made one, the
 * newest first.
 */
strongroom_status strongroom_key_indexes(strongroom_key key,
                                         const void *value,
                                         size_t value_len,
                                         const strongroom_index_options *index,
                                         strongroom_index_fn each,
                                         void *user);

/** strongroom_key_indexes as bits alone. */
strongroom_status strongroom_key_indexes_binary(strongroom_key key,
                                                const void *value,
                                                size_t value_len,
                                                const strongroom_index_options *index,
                                                strongroom_index_fn each,
                                                void *user);

/** Whether a row should be indexed anew, under another version. Looks at the text of its index only. */
strongroom_status strongroom_key_needs_reindex(strongroom_key key,
                                               const char *index,
                                               size_t index_len,
                                               bool *needed);

/**
 * Tells `each` the indexes of the beginnings of a value with so many characters as `lengths` says, each 1
 * to 255, sorted and none twice: rows are found by how their values begin. A length that the value does not
 * have gives none.
 */
strongroom_status strongroom_key_index_prefixes(strongroom_key key,
                                                const void *value,
                                                size_t value_len,
                                                const uint8_t *lengths,
                                                size_t lengths_count,
                                                const strongroom_index_options *index,
                                                strongroom_index_fn each,
                                                void *user);

/** strongroom_key_index_prefixes as bits alone. */
strongroom_status strongroom_key_index_prefixes_binary(strongroom_key key,
                                                       const void *value,
                                                       size_t value_len,
                                                       const uint8_t *lengths,
                                                       size_t lengths_count,
                                                       const strongroom_index_options *index,
                                                       strongroom_index_fn each,
                                                       void *user);

/**
 * What to look for among strongroom_key_index_prefixes: tells `each` the index of a beginning under each
 * version, the newest first. It has as many characters as it has, which have to be one of the `lengths`.
 */
strongroom_status strongroom_key_indexes_prefix(strongroom_key key,
                                                const void *value,
                                                size_t value_len,
                                                const strongroom_index_options *index,
                                                strongroom_index_fn each,
                                                void *user);

/** strongroom_key_indexes_prefix as bits alone. */
strongroom_status strongroom_key_indexes_prefix_binary(strongroom_key key,
                                                       const void *value,
                                                       size_t value_len,
                                                       const strongroom_index_options *index,
                                                       strongroom_index_fn each,
                                                       void *user);

/**
 * Tells `each` the indexes of all pieces of `n` characters, 1 to 255, that a value has, sorted and none
 * twice: rows are found by what is in their values. A shorter value gives none.
 */
strongroom_status strongroom_key_index_ngrams(strongroom_key key,
                                              const void *value,
                                              size_t value_len,
                                              uint32_t n,
                                              const strongroom_index_options *index,
                                              strongroom_index_fn each,
                                              void *user);

/** strongroom_key_index_ngrams as bits alone. */
strongroom_status strongroom_key_index_ngrams_binary(strongroom_key key,
                                                     const void *value,
                                                     size_t value_len,
                                                     uint32_t n,
                                                     const strongroom_index_options *index,
                                                     strongroom_index_fn each,
                                                     void *user);

/**
 * What to look for among strongroom_key_index_ngrams: tells `each` the indexes of all pieces of `n`
 * characters of what is looked for, under each version, the newest first. A row that has it has all of those
 * of one version, whose `newer` is the same; whether it has it is seen in the value. `*versions` becomes how
 * many versions there are.
 */
strongroom_status strongroom_key_indexes_ngrams(strongroom_key key,
                                                const void *value,
                                                size_t value_len,
                                                uint32_t n,
                                                const strongroom_index_options *index,
                                                strongroom_index_fn each,
                                                void *user,
                                                size_t *versions);

/** strongroom_key_indexes_ngrams as bits alone. */
strongroom_status strongroom_key_indexes_ngrams_binary(strongroom_key key,
                                                       const void *value,
                                                       size_t value_len,
                                                       uint32_t n,
                                                       const strongroom_index_options *index,
                                                       strongroom_index_fn each,
                                                       void *user,
                                                       size_t *versions);

/**
 * strongroom_key_index of each item, which has no options, as all are indexed in one way. Each gets a
 * status of its own: OK of the call says only that the batch was read.
 */
strongroom_status strongroom_key_index_batch(strongroom_key key,
                                             strongroom_item *items,
                                             size_t count,
                                             const strongroom_index_options *index);

/** strongroom_key_index_binary of each item, as strongroom_key_index_batch. */
strongroom_status strongroom_key_index_binary_batch(strongroom_key key,
                                                    strongroom_item *items,
                                                    size_t count,
                                                    const strongroom_index_options *index);

/**
 * strongroom_key_indexes of each item, which has neither options nor a place for a result: `each` is told
 * its place in the batch with each index, and its `len` becomes how many there are. Each gets a status of
 * its own: OK of the call says only that the batch was read.
 */
strongroom_status strongroom_key_indexes_batch(strongroom_key key,
                                               strongroom_item *items,
                                               size_t count,
                                               const strongroom_index_options *index,
                                               strongroom_index_fn each,
                                               void *user);

/** strongroom_key_indexes_binary of each item, as strongroom_key_indexes_batch. */
strongroom_status strongroom_key_indexes_binary_batch(strongroom_key key,
                                                      strongroom_item *items,
                                                      size_t count,
                                                      const strongroom_index_options *index,
                                                      strongroom_index_fn each,
                                                      void *user);

/**
 * strongroom_key_needs_reindex of each item: its `len` becomes 1 if its row should be indexed anew, else 0.
 */
strongroom_status strongroom_key_needs_reindex_batch(strongroom_key key,
                                                     strongroom_item *items,
                                                     size_t count);

/* --- Tokens and API keys -------------------------------------------------------------------------------- */

/** For strongroom_token_form.leeway_ms: none. */
#define STRONGROOM_NO_LEEWAY UINT64_MAX

/** How tokens are written and taken. NULL stands for one in which nothing is set. */
typedef struct strongroom_token_form {
    size_t size;
    /**
     * What they begin with, so that they are found where they should not be: 2 to 16 of a to z and 0 to 9,
     * and "_". NULL for "srt_". A token of another prefix is STRONGROOM_MALFORMED.
     */
    const char *prefix;
    /**
     * To redeem: by how many milliseconds the clock of whoever issued may be ahead; 0 for 60,000,
     * STRONGROOM_NO_LEEWAY for none.
     */
    uint64_t leeway_ms;
} strongroom_token_form;

/**
 * A token that carries a payload and expires: a text for a URL, a header or a mail. The options hold an aad
 * or a context, with which it is redeemed, or a version. `ttl_ms` is for how many milliseconds it is good:
 * 1,000 (a second) to 34,560,000,000 (400 days). For keys of type xaes256-gcm. Whoever has a token can
 * redeem it, any number of times.
 */
strongroom_status strongroom_key_issue(strongroom_key key,
                                       const void *payload,
                                       size_t payload_len,
                                       uint64_t ttl_ms,
                                       const strongroom_options *options,
                                       const strongroom_token_form *form,
                                       char *out,
                                       size_t capacity,
                                       size_t *len);

/**
 * What a token carries, if it is good now. `*issued_ms` and `*expires_ms` become when it was issued and when
 * it expires, in milliseconds since 1970, unless they are NULL. One that has expired is
 * STRONGROOM_TOKEN_EXPIRED, one that is not good yet STRONGROOM_TOKEN_NOT_YET_VALID, and any that was not
 * issued with this key, aad, context and prefix STRONGROOM_DECRYPT_FAILED or STRONGROOM_MALFORMED.
 */
strongroom_status strongroom_key_redeem(strongroom_key key,
                                        const char *token,
                                        size_t token_len,
                                        const strongroom_options *options,
                                        const strongroom_token_form *form,
                                        void *out,
                                        size_t capacity,
                                        size_t *len,
                                        uint64_t *issued_ms,
                                        uint64_t *expires_ms);

/**
 * A new API key: the prefix, 2 to 16 of a to z and 0 to 9, "_", and 49 characters, of which the last six
 * find typing errors. It is given out once and never stored: what is kept is its strongroom_key_index_binary
 * by strongroom_api_key_index. Wipe the buffer.
 */
strongroom_status strongroom_api_key_generate(const char *prefix, char *out, size_t capacity, size_t *len);

/**
 * Whether a text can be an API key at all, without a look at what is stored: one that was mistyped is
 * STRONGROOM_MALFORMED.
 */
strongroom_status strongroom_api_key_check(const char *text, size_t text_len);

/** How API keys are indexed: under the name "strongroom.api-key", as they are, with 256 bits. Never freed. */
const strongroom_index_options *strongroom_api_key_index(void);

/* --- Files of any size ---------------------------------------------------------------------------------- */

/**
 * Where a stream is written to: a file, a socket, memory. The function may be called by whichever thread is
 * in a call with the stream.
 */
typedef struct strongroom_sink {
    size_t size;
    /** Given to the function. */
    void *user;
    /**
     * Takes all of the bytes and returns STRONGROOM_OK, or any other status if it could not, with which the
     * stream ends. The call of the stream then fails with STRONGROOM_CALLBACK_FAILED, whose message has the
     * number.
     */
    strongroom_status (*write)(void *user, const void *data, size_t len) STRONGROOM_NOEXCEPT;
} strongroom_sink;

/**
 * Where a stream is read from. The functions may be called by whichever thread is in a call with the stream.
 */
typedef struct strongroom_source {
    size_t size;
    /** Given to the functions. */
    void *user;
    /**
     * Reads at least one byte and at most `capacity` into `out`, and sets `*len`, which is 0 at the end
     * alone. Returns STRONGROOM_OK, or any other status if it could not: then nothing counts as read, and
     * the call of the stream fails with STRONGROOM_CALLBACK_FAILED, whose message has the number.
     */
    strongroom_status (*read)(void *user, void *out, size_t capacity, size_t *len) STRONGROOM_NOEXCEPT;
    /**
     * Goes to `offset` bytes from the beginning of the source (whence 0), from where it is (1) or from its
     * end (2), and sets `*position` to where that is from the beginning. Returns as `read` does. NULL if the
     * source cannot be sought in.
     */
    strongroom_status (*seek)(void *user, int64_t offset, uint32_t whence, uint64_t *position)
    STRONGROOM_NOEXCEPT;
} strongroom_source;

/**
 * Begins to encrypt a file of any size: what strongroom_stream_write is given goes encrypted to the sink,
 * in chunks of 16 KiB, and strongroom_stream_finish writes its end. It opens with the same aad only. The
 * sink's function and `user` are used until the stream is freed. For keys of type xaes256-gcm.
 */
strongroom_status strongroom_key_encrypt_stream(strongroom_key key,
                                                const strongroom_sink *sink,
                                                const strongroom_options *options,
                                                strongroom_stream *stream);

/**
 * Begins to decrypt a file of any size, of which the source is at the beginning. Its functions and `user`
 * are used until the stream is freed, and its end is taken for that of the file.
 */
strongroom_status strongroom_key_decrypt_stream(strongroom_key key,
                                                const strongroom_source *source,
                                                const strongroom_options *options,
                                                strongroom_stream *stream);

/**
 * Decrypts a range of a file of any size, of which the source is at the beginning: the bytes from `start` on
 * and before `end`, as far as the plaintext has them. Reads only the chunks of the range and the last, by
 * which it authenticates that the file has its end. The source needs a function to seek, and is where it was
 * afterwards. For more than 2^30 bytes, which are STRONGROOM_MESSAGE_TOO_LONG, seek in a stream.
 */
strongroom_status strongroom_key_decrypt_range(strongroom_key key,
                                               const strongroom_source *source,
                                               uint64_t start,
                                               uint64_t end,
                                               const strongroom_options *options,
                                               void *out,
                                               size_t capacity,
                                               size_t *len);

/**
 * Brings a file of any size under the latest version, whose number goes to `*version`: opens every chunk of
 * the source and writes it to the sink anew. One that is under that version already is authenticated too,
 * and comes out byte for byte. After an error what went to the sink is no whole file.
 */
strongroom_status strongroom_key_rewrap_stream(strongroom_key key,
                                               const strongroom_source *source,
                                               const strongroom_sink *sink,
                                               const strongroom_options *options,
                                               uint32_t *version);

/**
 * The version that a file of any size is under, of which the source is at the beginning. It takes no key:
 * 64 bytes are read, and nothing of them is authenticated.
 */
strongroom_status strongroom_stream_info(const strongroom_source *source, uint32_t *version);

/** The version of the key that a stream is under. */
strongroom_status strongroom_stream_version(strongroom_stream stream, uint32_t *version);

/**
 * Has so many threads, 1 to 64, encrypt or decrypt at the same time, of which one is that of the caller,
 * from now on; 1 unless it is said. For each of them half a MiB is in memory, and when it is written that
 * again encrypted, before any of it comes out. The functions are called by the caller's thread alone. A
 * number that is lower than one said before changes nothing, and what is sought in is read by one.
 */
strongroom_status strongroom_stream_threads(strongroom_stream stream, uint32_t threads);

/**
 * Writes all of the data. What does not fill a chunk waits for more, or for the end. After an error the
 * file is no whole one and can only be written anew from its beginning, so free the stream.
 */
strongroom_status strongroom_stream_write(strongroom_stream stream, const void *data, size_t data_len);

/** Writes the end, once. Without it the file says that it is cut off when it is read. */
strongroom_status strongroom_stream_finish(strongroom_stream stream);

/**
 * Reads at least one byte and at most as many as there is room for; `*len` is 0 at the end alone. What came
 * out is authentic; that it was all is known when it is 0, or by strongroom_stream_verify_end. The capacity
 * is not 0. After STRONGROOM_CALLBACK_FAILED reading can be tried again; any other error ends the stream.
 */
strongroom_status strongroom_stream_read(strongroom_stream stream, void *out, size_t capacity, size_t *len);

/**
 * Goes to a position in the plaintext: `offset` bytes from its beginning (whence 0), from where reading is
 * (1) or from its end (2). The position goes to `*position`, unless that is NULL. From the end on, and
 * behind it, the end is authenticated first. The source needs a function for it.
 */
strongroom_status strongroom_stream_seek(strongroom_stream stream,
                                         int64_t offset,
                                         uint32_t whence,
                                         uint64_t *position);

/**
 * Authenticates that the file has its end, by its last chunk, and gives the length of the plaintext. Reading
 * goes on where it was. The source needs a function to seek.
 */
strongroom_status strongroom_stream_verify_end(strongroom_stream stream, uint64_t *plaintext_len);

/**
 * Frees a stream, and wipes what it holds. The end is not written: strongroom_stream_finish does that. Once
 * it returns, and no other thread is in a call with the stream, its functions are called no more.
 */
strongroom_status strongroom_stream_free(strongroom_stream stream);

#ifdef __cplusplus
}
#endif

#endif
