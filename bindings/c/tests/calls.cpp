// What strongroom.hpp promises: values and errors, both forms, batches, secrets, seals of one's own, moves.
#include <strongroom.hpp>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#if __cplusplus >= 202002L
#include <span>
#endif
#include <sys/stat.h>

using namespace strongroom;

#define CHECK(what) ((what) ? (void)0 : (std::fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #what), std::exit(1)))

template <class F> static status thrown_by(F run) {
    try {
        run();
    } catch (const error &failure) {
        CHECK(failure.what()[0] != 0);
        return failure.code();
    }
    return STRONGROOM_OK;
}

// Wraps by turning round; refuses what it did not wrap.
struct Turned : SealProvider {
    mutable int asked = 0;
    bool throws = false;
    std::string kind() const override { return "turned"; }
    std::string id() const override { return "one"; }
    std::vector<unsigned char> wrap(bytes key, bytes) override {
        const auto text = key.text();
        return {text.rbegin(), text.rend()};
    }
    secret unwrap(bytes blob, bytes) override {
        asked++;
        if (throws) throw std::runtime_error("broken");
        if (blob.size() != 32) throw refused{};
        const auto text = blob.text();
        const std::vector<unsigned char> key(text.rbegin(), text.rend());
        return secret(key);
    }
};

static void messages() {
    const auto ring = Keyring::in_memory();
    const auto key = ring.create_key("k");
    const auto order = options().aad("order-17");
    const std::string text = key.encrypt("4111", order);
    const secret plain = key.decrypt(text, order);
    CHECK(plain.text() == "4111" && plain == "4111" && plain != "4112" && plain != "");
    CHECK(thrown_by([&] { key.decrypt(text); }) == STRONGROOM_DECRYPT_FAILED);
    const auto failed = key.try_decrypt(text, options().aad("order-18"));
    CHECK(!failed && failed.code() == STRONGROOM_DECRYPT_FAILED && std::string(failed.name()) == "decrypt_failed" && !failed.message().empty());
    CHECK(!key.needs_rewrap(text));
    CHECK(key.rotate() == 2 && key.needs_rewrap(text));
    CHECK(key.decrypt(key.rewrap(text, order), order) == "4111");

    const std::array<unsigned char, 3> three = {1, 2, 3};
    const auto binary = key.encrypt_binary(three);
    const secret opened = key.decrypt_binary(binary);
    CHECK(opened.size() == 3 && opened.data()[2] == 3);
    CHECK(!key.needs_rewrap_binary(binary) && key.rewrap_binary(binary) == binary);
    std::array<unsigned char, 256> room{};
    const size_t len = key.encrypt_into("4111", room.data(), room.size());
    CHECK(key.decrypt_into(bytes(room.data(), len), room.data(), room.size()) == 4 && std::memcmp(room.data(), "4111", 4) == 0);
    CHECK(key.try_encrypt_into("4111", room.data(), 3).code() == STRONGROOM_BUFFER_TOO_SMALL);
#if __cplusplus >= 202002L
    CHECK(key.decrypt(key.encrypt(std::span<const unsigned char>(three))).size() == 3);
#endif
    const std::string large(1 << 20, 'x');
    CHECK(key.decrypt(key.encrypt(large)) == large);
    CHECK(key.decrypt(key.encrypt("")).empty());

    const auto mac = key.hmac("m", options().hash(STRONGROOM_SHA3_512));
    key.verify_hmac("m", mac, options().hash(STRONGROOM_SHA3_512));
    CHECK(thrown_by([&] { key.verify_hmac("n", mac, options().hash(STRONGROOM_SHA3_512)); }) == STRONGROOM_BAD_SIGNATURE);
    KeySpec ed25519;
    ed25519.key_type = "ed25519";
    const auto signer = ring.create_key("s", ed25519);
    signer.verify("m", signer.sign("m", options().form(STRONGROOM_FORM_JWS)), options().form(STRONGROOM_FORM_JWS));
    CHECK(signer.try_verify("m", signer.sign("n")).code() == STRONGROOM_BAD_SIGNATURE);
    KeySpec ecdsa;
    ecdsa.key_type = "ecdsa-p384";
    const auto tokens = ring.create_key("tokens", ecdsa);
    const options hashed = options().hash(STRONGROOM_SHA3_384).form(STRONGROOM_FORM_JWS).prehashed();
    const std::string digest(48, 'd');
    tokens.verify(digest, tokens.sign(digest, hashed), hashed);
    CHECK(tokens.try_verify(digest, tokens.sign(digest, hashed), options(hashed).prehashed(false)).code() == STRONGROOM_BAD_SIGNATURE);
    CHECK(tokens.try_sign("digest", hashed).code() == STRONGROOM_INVALID_OPTION);
    for (const options &said : {options().padding(STRONGROOM_PADDING_PSS), options().salt_length(STRONGROOM_SALT_AUTO), options().salt_length(20), options().hash(STRONGROOM_HASH_NONE)}) {
        CHECK(!said.empty() && tokens.try_sign("m", said).code() == STRONGROOM_INVALID_OPTION);
    }
    const options salted = options().padding(STRONGROOM_PADDING_PKCS1V15).salt_length(20);
    CHECK(salted.raw().padding == 2 && salted.raw().salt == STRONGROOM_SALT_BYTES && salted.raw().salt_length == 20);
    const options resalted = options(salted).salt_length(STRONGROOM_SALT_HASH), unsalted = options().salt_length(0);
    CHECK(resalted.raw().salt == STRONGROOM_SALT_HASH && resalted.raw().salt_length == 0 && unsalted.raw().salt == STRONGROOM_SALT_BYTES);
    CHECK(options().prehashed(false).empty() && hashed.raw().prehashed == 1 && !options(hashed).prehashed(false).empty());
    CHECK(signer.public_key().size() == 32 && signer.public_key(1, STRONGROOM_PUBLIC_KEY_DER).size() == 44);
    const auto pem = signer.public_key(0, STRONGROOM_PUBLIC_KEY_PEM), jwk = signer.transit().public_key(0, STRONGROOM_PUBLIC_KEY_JWK);
    CHECK(bytes(pem).text().rfind("-----BEGIN PUBLIC KEY-----\n", 0) == 0 && bytes(jwk).text().rfind("{\"crv\":\"Ed25519\"", 0) == 0);
    CHECK(signer.try_public_key(0, static_cast<strongroom_public_key_format>(5)).code() == STRONGROOM_INVALID_ARGUMENT);
    CHECK(key.name() == "k" && signer.transit().name() == "s" && Key(0).try_name().code() == STRONGROOM_INVALID_HANDLE);
    CHECK(key.encrypted_len("4111", order) == key.encrypt("4111", order).size() && key.encrypted_binary_len("4111") == key.encrypt_binary("4111").size());
    CHECK(key.decrypted_binary_len(key.encrypt_binary("4111")) == 4 && key.try_decrypted_binary_len("4111").code() == STRONGROOM_MALFORMED);
    CHECK(signer.try_encrypted_len("4111").code() == STRONGROOM_OPERATION_NOT_SUPPORTED);
    CHECK(std::string(version()) == strongroom_version());
    const auto fresh = key.data_key(64);
    CHECK(fresh.plaintext.size() == 64 && key.decrypt(fresh.ciphertext) == fresh.plaintext);
    CHECK(thrown_by([&] { (void)key.data_key(17); }) == STRONGROOM_INVALID_SIZE);
}

// Which option is wrong, for programs; kept with the error, whatever fails afterwards.
static void details() {
    const auto ring = Keyring::in_memory();
    KeySpec small;
    small.key_type = "hmac";
    small.key_size = 16;
    const auto refused = ring.try_create_key("macs", small);
    CHECK(refused.code() == STRONGROOM_INVALID_OPTION && std::string(refused.detail()) == "key_size_out_of_range");
    CHECK(std::string(ring.try_key("none").detail()).empty() && std::string(ring.try_delete_key("none").detail()).empty());
    try {
        ring.create_key("macs", small);
        CHECK(false);
    } catch (const error &failure) {
        const error copied = failure;
        CHECK(ring.try_set_max_staleness(1).code() == STRONGROOM_INVALID_OPTION);
        CHECK(std::string(copied.detail()) == "key_size_out_of_range");
    }
    try {
        ring.set_max_staleness(1);
        CHECK(false);
    } catch (const error &failure) {
        CHECK(std::string(failure.detail()) == "max_staleness_out_of_range");
    }
}

static void contexts() {
    const auto ring = Keyring::in_memory();
    KeySpec derived;
    derived.flags = STRONGROOM_DERIVED;
    const auto key = ring.create_key("tenants", derived);
    const map tenant = {{"tenant", "acme"}, {"region", ""}};
    const auto view = key.context(tenant);
    const auto text = view.encrypt("4111");
    CHECK(key.decrypt(text, options().context({{"region", ""}, {"tenant", "acme"}})) == "4111");
    CHECK(thrown_by([&] { key.encrypt("x", options().context(map{})); }) == STRONGROOM_INVALID_CONTEXT);
    CHECK(thrown_by([&] { key.encrypt("x", options().context("")); }) == STRONGROOM_INVALID_CONTEXT);
    CHECK(thrown_by([&] { key.encrypt("x", options().context(bytes())); }) == STRONGROOM_INVALID_CONTEXT);
    CHECK(thrown_by([&] { key.encrypt("x"); }) == STRONGROOM_CONTEXT_REQUIRED);
    CHECK(thrown_by([&] { view.rotate(); }) == STRONGROOM_INVALID_ARGUMENT);
    const options copied = options().context(tenant).aad(map{{"a", "b"}}), again = copied;
    CHECK(key.decrypt(key.encrypt("y", copied), again) == "y");
}

static void batches() {
    const auto ring = Keyring::in_memory();
    const auto key = ring.create_key("k");
    auto texts = key.encrypt_batch({{"one", options().aad("1")}, {"two", options().aad("2")}, {"x", options().hash(STRONGROOM_SHA2_256)}});
    CHECK(texts.size() == 3 && texts[0] && texts[1] && texts[2].code() == STRONGROOM_INVALID_OPTION);
    const std::string one = texts[0].value(), two = texts[1].value();
    const auto plain = key.decrypt_batch({{one, options().aad("1")}, {two, options().aad("1")}, {std::string_view("nonsense")}});
    CHECK(plain[0] && plain[1].code() == STRONGROOM_DECRYPT_FAILED && plain[2].code() == STRONGROOM_MALFORMED);
    CHECK(key.rewrap_batch({{one, options().aad("1")}})[0].value() == one);
    const std::string mac = key.hmac_batch({{"m"}})[0].value();
    CHECK((key.verify_hmac_batch({{"m", {}, mac}, {"n", {}, mac}}) == std::vector<status>{STRONGROOM_OK, STRONGROOM_BAD_SIGNATURE}));
    Item sixteen{"", {}, {}, 16}, odd{"", {}, {}, 5};
    const auto keys = key.data_key_batch({sixteen, odd});
    CHECK(keys[0] && keys[1].code() == STRONGROOM_INVALID_SIZE);
    CHECK(key.sign_batch({{"m"}})[0].code() == STRONGROOM_OPERATION_NOT_SUPPORTED);
    CHECK(key.encrypt_batch({}).empty());
    auto binary = key.encrypt_binary_batch({{"one", options().aad("1")}, {"x", options().hash(STRONGROOM_SHA2_256)}});
    CHECK(binary[0] && binary[1].code() == STRONGROOM_INVALID_OPTION);
    CHECK(key.rotate() == 2);
    const auto needed = key.needs_rewrap_binary_batch({{binary[0].value()}, {"nonsense"}});
    CHECK(needed[0].value() && needed[1].code() == STRONGROOM_MALFORMED);
    CHECK(key.needs_rewrap_batch({{one}})[0].value() && !key.needs_rewrap_batch({{key.encrypt("one")}})[0].value());
    auto newer = key.rewrap_binary_batch({{binary[0].value(), options().aad("1")}, {binary[0].value()}});
    CHECK(newer[0].value()[4] == 2 && newer[1].code() == STRONGROOM_DECRYPT_FAILED);
    const auto again = key.decrypt_binary_batch({{newer[0].value(), options().aad("1")}, {newer[0].value()}});
    CHECK(again[0].value() == "one" && again[1].code() == STRONGROOM_DECRYPT_FAILED);
}

static void views() {
    const auto ring = Keyring::in_memory();
    KeySpec spec;
    spec.key_type = "aes256-gcm96";
    spec.flags = STRONGROOM_DERIVED;
    const auto key = ring.create_key("tenants", spec);
    const auto view = key.context("acme").transit().transit();
    const auto old = key.context("acme").encrypt("4111");
    CHECK(key.rotate() == 2);
    CHECK(view.decrypt(old + "\n") == "4111");
    CHECK(thrown_by([&] { key.context("acme").decrypt(old + "\n"); }) == STRONGROOM_MALFORMED);
    const auto first = options().version(1);
    CHECK(view.encrypt("x", first).rfind("vault:v1:", 0) == 0 && key.context("acme").try_encrypt("x", first).code() == STRONGROOM_VERSION_NOT_ALLOWED);
    CHECK(view.rewrap(old, first).rfind("vault:v1:", 0) == 0 && key.context("acme").try_rewrap(old, first).code() == STRONGROOM_INVALID_OPTION);
    CHECK(view.rewrap(old) != view.rewrap(old));
    const auto binary = view.encrypt_binary("4111");
    CHECK(view.decrypt_binary(binary) == "4111" && view.rewrap_binary(binary) != binary);
    std::array<unsigned char, 256> room{};
    const size_t len = view.encrypt_into("4111", room.data(), room.size(), first);
    CHECK(room[4] == 1 && view.decrypt_into(bytes(room.data(), len), room.data(), room.size()) == 4);
    const auto sha1 = options().hash(STRONGROOM_SHA1);
    const auto mac = view.hmac("m", sha1);
    view.verify_hmac("m", mac, sha1);
    CHECK(key.try_hmac("m", sha1).code() == STRONGROOM_INVALID_OPTION && key.try_verify_hmac("m", mac, sha1).code() == STRONGROOM_INVALID_OPTION);
    auto texts = view.encrypt_batch({{"one", first}, {"two", options().version(9)}, {"three"}});
    CHECK(texts[0].value().rfind("vault:v1:", 0) == 0 && texts[1].code() == STRONGROOM_VERSION_TOO_NEW && texts[2]);
    const auto lenient = key.transit();
    CHECK(lenient.try_encrypt("x").code() == STRONGROOM_CONTEXT_REQUIRED);
    const std::string far(65536, 'c');
    CHECK(lenient.decrypt(lenient.encrypt("x", options().context(far)), options().context(far)) == "x");
    CHECK(key.try_encrypt("x", options().context(far)).code() == STRONGROOM_INVALID_CONTEXT);
    CHECK(thrown_by([&] { lenient.rotate(); }) == STRONGROOM_INVALID_ARGUMENT && lenient.try_context("acme").code() == STRONGROOM_INVALID_ARGUMENT);
    ring.close();
    CHECK(key.try_transit() && thrown_by([&] { (void)view.encrypt("x"); }) == STRONGROOM_CLOSED);
    CHECK(Key(0).try_transit().code() == STRONGROOM_INVALID_HANDLE);
}

static void moves() {
    const auto ring = Keyring::in_memory();
    KeySpec spec;
    spec.key_type = "ed25519";
    spec.flags = STRONGROOM_EXPORTABLE | STRONGROOM_ALLOW_PLAINTEXT_BACKUP;
    const auto key = ring.create_key("releases", spec);
    CHECK(key.rotate() == 2);
    const auto signature = key.sign("m");
    for (const auto dialect : {STRONGROOM_DIALECT_VAULT, STRONGROOM_DIALECT_OPENBAO}) {
        const secret backup = key.backup_transit(dialect, STRONGROOM_EXPOSE_SECRET_MATERIAL);
        const auto there = Keyring::in_memory();
        there.restore_transit(backup).verify("m", signature);
        there.restore_transit(backup, "told", dialect).verify("m", signature);
        CHECK((there.keys() == std::vector<std::string>{"releases", "told"}));
        CHECK(thrown_by([&] { (void)there.restore_transit(backup); }) == STRONGROOM_KEY_EXISTS);
        CHECK(there.try_restore_transit(backup, "x", static_cast<strongroom_dialect>(3)).code() == STRONGROOM_INVALID_ARGUMENT);
        CHECK(there.try_restore_transit(backup.text().substr(0, 100), "x").code() == STRONGROOM_CORRUPT_BACKUP);
        CHECK(there.try_restore_transit("").code() == STRONGROOM_CORRUPT_BACKUP && there.keys().size() == 2);
    }
    CHECK(key.try_backup_transit(STRONGROOM_DIALECT_VAULT, 0).code() == STRONGROOM_EXPOSURE_NOT_CONFIRMED);
    CHECK(key.try_backup_transit(static_cast<strongroom_dialect>(0), STRONGROOM_EXPOSE_SECRET_MATERIAL).code() == STRONGROOM_INVALID_ARGUMENT);
    CHECK(thrown_by([&] { (void)key.transit().backup_transit(STRONGROOM_DIALECT_VAULT, STRONGROOM_EXPOSE_SECRET_MATERIAL); }) == STRONGROOM_INVALID_ARGUMENT);
    const secret pem = key.export_transit(STRONGROOM_EXPORT_SIGNING_KEY, STRONGROOM_EXPORT_PEM, 2, STRONGROOM_EXPOSE_SECRET_MATERIAL);
    CHECK(pem.text().rfind("-----BEGIN PRIVATE KEY-----\n", 0) == 0 && pem.text().back() == '-');
    CHECK(thrown_by([&] { (void)key.export_transit(STRONGROOM_EXPORT_SIGNING_KEY, STRONGROOM_EXPORT_PEM, 2, 0); }) == STRONGROOM_EXPOSURE_NOT_CONFIRMED);
    CHECK(key.try_export_transit(STRONGROOM_EXPORT_HMAC_KEY, STRONGROOM_EXPORT_PEM, 2, STRONGROOM_EXPOSE_SECRET_MATERIAL).code() == STRONGROOM_INVALID_OPTION);
    const auto public_keys = key.public_keys_transit(STRONGROOM_EXPORT_RAW);
    CHECK(public_keys.size() == 2 && public_keys.at(1).size() == 44 && public_keys.at(1) != public_keys.at(2));
    CHECK(ring.create_key("c").try_public_keys_transit(STRONGROOM_EXPORT_RAW).code() == STRONGROOM_OPERATION_NOT_SUPPORTED);
}

// Keys from outside: a pair, an encrypted one, a public key alone, and what is wrapped where there is RSA.
static void documents() {
    const auto ring = Keyring::in_memory(), there = Keyring::in_memory();
    KeySpec spec;
    spec.key_type = "ecdsa-p256";
    spec.flags = STRONGROOM_EXPORTABLE;
    Import pair;
    // openssl ecparam -genkey -name prime256v1
    pair.material = "-----BEGIN EC PRIVATE KEY-----\n"
                    "MHcCAQEEIIM3QXQZ+0SoJoeT8UXe+yVtBEtuRKySWYW68Uomjq7EoAoGCCqGSM49\n"
                    "AwEHoUQDQgAE513Qk88pi2ETsqKGgocfXKgIXN6BF1HoiSXHt0tG3gERh7E+eJHV\n"
                    "zi2HAo9z1xI1X4/k7R7GBO8fvzFFgl5SVQ==\n"
                    "-----END EC PRIVATE KEY-----\n";
    pair.format = STRONGROOM_IMPORT_PRIVATE_KEY;
    const auto key = ring.import_key("releases", pair, spec);
    Import half;
    half.material = key.public_key(0, STRONGROOM_PUBLIC_KEY_PEM);
    half.format = STRONGROOM_IMPORT_PUBLIC_KEY;
    const auto alone = there.import_key("releases", half, spec);
    alone.verify("m", key.sign("m"));
    CHECK(thrown_by([&] { (void)alone.sign("m"); }) == STRONGROOM_NO_SUCH_VERSION);
    pair.version = 2;
    CHECK(alone.try_import_version(pair).code() == STRONGROOM_NO_SUCH_VERSION);
    pair.version = 1;
    CHECK(alone.import_version(pair) == 1);
    key.verify("m", alone.sign("m"));
    CHECK(key.jwks() == alone.jwks() && key.jwks().rfind("{\"keys\":[{\"alg\":\"ES256\",", 0) == 0);
    CHECK(ring.create_key("c").try_jwks().code() == STRONGROOM_OPERATION_NOT_SUPPORTED);
    const secret jwk = key.export_transit(STRONGROOM_EXPORT_SIGNING_KEY, STRONGROOM_EXPORT_JWK, 1, STRONGROOM_EXPOSE_SECRET_MATERIAL);
    CHECK(jwk.text().find("\"d\":\"") != std::string_view::npos);
    Import hidden;
    // openssl genpkey -algorithm ed25519 -aes-256-cbc -pass pass:1234
    hidden.material = "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"
                      "MIGbMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAgj4NWHNBgknwICCAAw\n"
                      "DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEAHDyOlW6WvVwuS1sYeSxVIEQPxX\n"
                      "xyVXi6dNUcWw0tVAYL6Lw8k3yke2jhLeUibONl3WuUt+f1A21ORMqV5EEBMSkgYS\n"
                      "uChlfsVmM+eB/cgMgcg=\n"
                      "-----END ENCRYPTED PRIVATE KEY-----\n";
    hidden.format = STRONGROOM_IMPORT_PKCS8;
    spec.key_type = "ed25519";
    CHECK(ring.try_import_key("e", hidden, spec).code() == STRONGROOM_INVALID_MATERIAL);
    for (const auto *wrong : {"", "12345"}) {
        hidden.passphrase = wrong;
        CHECK(ring.try_import_key("e", hidden, spec).code() == STRONGROOM_INVALID_MATERIAL);
    }
    hidden.passphrase = std::string("1234");
    (void)ring.import_key("e", hidden, spec).sign("m");

    const auto wrapping = there.try_wrapping_key();
    const auto own = key.public_key(0, STRONGROOM_PUBLIC_KEY_DER);
    CHECK(thrown_by([&] { (void)key.export_wrapped(own, 1, 0); }) == STRONGROOM_EXPOSURE_NOT_CONFIRMED);
    CHECK(key.try_export_wrapped(own, 1, STRONGROOM_EXPOSE_SECRET_MATERIAL).code() == STRONGROOM_OPERATION_NOT_SUPPORTED);
    if (wrapping.code() == STRONGROOM_TYPE_NOT_SUPPORTED) return; // this library has no RSA
    CHECK(bytes(there.wrapping_key()).text() == bytes(wrapping.value()).text());
    Import blob;
    blob.material = key.export_wrapped(there.wrapping_key(STRONGROOM_PUBLIC_KEY_DER), 1, STRONGROOM_EXPOSE_SECRET_MATERIAL, STRONGROOM_SHA2_512);
    blob.format = STRONGROOM_IMPORT_WRAPPED;
    spec.key_type = "ecdsa-p256";
    CHECK(there.try_import_key("w", blob, spec).code() == STRONGROOM_INVALID_MATERIAL);
    blob.hash = STRONGROOM_SHA2_512;
    key.verify("m", there.import_key("w", blob, spec).sign("m"));
}

// Requests for certificates, what is kept of them, and keys that two sides agree on.
static void certificates(const Keyring &ring, const Keyring &there) {
    KeySpec p256, agreed;
    p256.key_type = "ecdsa-p256";
    agreed.key_type = "aes256-gcm96";
    const auto alice = ring.create_key("alice", p256), bob = there.create_key("bob", p256);
    const auto request = alice.certificate_request();
    CHECK(request.rfind("-----BEGIN CERTIFICATE REQUEST-----\n", 0) == 0);
    CHECK(alice.certificate_request(request, 1).size() > 300 && bob.certificate_request(bytes(request)).size() > 300);
    CHECK(thrown_by([&] { (void)alice.certificate_request("no request"); }) == STRONGROOM_INVALID_CERTIFICATE);
    CHECK(alice.try_certificate_request(bytes()).code() == STRONGROOM_INVALID_CERTIFICATE);
    for (const bytes missing : {bytes(nullptr, 7), bytes(static_cast<const char *>(nullptr))}) CHECK(alice.try_certificate_request(missing).code() == STRONGROOM_INVALID_ARGUMENT);
    CHECK(alice.certificate_chain().empty() && alice.try_certificate_chain(2).code() == STRONGROOM_VERSION_TOO_NEW);
    CHECK(thrown_by([&] { alice.set_certificate_chain(request); }) == STRONGROOM_INVALID_CERTIFICATE);
    CHECK(alice.try_set_certificate_chain("", 1).code() == STRONGROOM_INVALID_CERTIFICATE);
    const auto pem = [](const Key &key) { return key.public_key(0, STRONGROOM_PUBLIC_KEY_PEM); };
    const auto ours = ring.derive_key("shared", alice, pem(bob), agreed), theirs = there.derive_key("shared", bob, pem(alice), agreed, 1);
    CHECK(bytes(theirs.decrypt(ours.encrypt("4111"))).text() == "4111");
    CHECK(thrown_by([&] { (void)ring.derive_key("shared", alice, pem(bob), agreed); }) == STRONGROOM_DUPLICATE_MATERIAL);
    CHECK(ring.try_derive_key("other", ours, pem(bob), agreed).code() == STRONGROOM_OPERATION_NOT_SUPPORTED);
}

// A keyring that is known again by what was kept of it, whatever else may stand in its place.
static void pins(const Keyring &ring, const std::string &folder, const Seal &seal) {
    KeyringOptions how;
    how.pin = ring.pin();
    CHECK(how.pin->rfind("srp1:" + ring.id() + ":", 0) == 0 && Keyring::open(folder, seal, how).id() == ring.id());
    const auto other = Keyring::create(folder + ".other", seal);
    how.pin = other.pin();
    CHECK(thrown_by([&] { Keyring::open(folder, seal, how); }) == STRONGROOM_KEYRING_MISMATCH);
    for (const auto *text : {"", "srp1:", "srp1:0:1:0:1"}) {
        how.pin = text;
        CHECK(thrown_by([&] { Keyring::open(folder, seal, how); }) == STRONGROOM_INVALID_OPTION);
    }
    CHECK(thrown_by([] { (void)Keyring::in_memory().pin(); }) == STRONGROOM_KEYRING_NOT_FOUND);
    // The older way, and a program that was compiled before there were pins, whose struct ends where they begin now.
    const auto id = other.id();
    strongroom_keyring_options older = {};
    older.size = offsetof(strongroom_keyring_options, pin);
    older.pinned_id = id.c_str();
    older.pin = "srp1: not within the size";
    strongroom_keyring opened = 0;
    CHECK(strongroom_keyring_open(folder.c_str(), seal.get(), &older, &opened) == STRONGROOM_KEYRING_MISMATCH);
    CHECK(strongroom_keyring_open((folder + ".other").c_str(), seal.get(), &older, &opened) == STRONGROOM_OK);
    CHECK(strongroom_keyring_free(opened) == STRONGROOM_OK);
}

static std::string read(const std::string &path) {
    std::ifstream file(path, std::ios::binary);
    CHECK(file.good());
    return {std::istreambuf_iterator<char>(file), {}};
}

// Of a key that was rotated the document from before is put back, and a keyring that is opened with its witness knows.
static void witnesses(const std::string &folder, const Seal &seal) {
    const auto ring = Keyring::create(folder, seal), other = Keyring::create(folder + ".other", seal);
    const auto cards = ring.create_key("cards");
    ring.create_key("other");
    const auto before = read(folder + "/key-cards.sr");
    CHECK(cards.rotate() == 2);
    const std::vector<unsigned char> witness = ring.witness();
    KeyringOptions how;
    {
        // It may be gone before the call.
        const auto copy = witness;
        how.witness = copy;
    }
    CHECK(Keyring::open(folder, seal, how).key("cards").info().latest_version == 2);
    std::ofstream(folder + "/key-cards.sr", std::ios::binary) << before;
    CHECK(Keyring::open(folder, seal).key("cards").info().latest_version == 1);
    const auto now = Keyring::open(folder, seal, how);
    CHECK(now.try_key("cards").code() == STRONGROOM_ROLLED_BACK);
    const auto still = now.key("other");
    CHECK(still.decrypt(still.encrypt("4111")) == "4111");
    const auto code = [&](const auto &bytes) {
        how.witness = bytes;
        return Keyring::try_open(folder, seal, how).code();
    };
    CHECK(code(other.witness()) == STRONGROOM_KEYRING_MISMATCH && code(witness) == STRONGROOM_OK);
    for (const size_t at : {size_t(0), size_t(40), witness.size() - 1}) {
        auto damaged = witness;
        damaged[at] ^= 1;
        CHECK(code(damaged) == STRONGROOM_CORRUPT_DOCUMENT);
    }
    auto later = witness;
    later[3] = '2';
    CHECK(code(later) == STRONGROOM_UNSUPPORTED_FORMAT);
    // What is empty is not "none", and NULL is not what is empty.
    CHECK(code(std::string()) == STRONGROOM_CORRUPT_DOCUMENT && code(bytes()) == STRONGROOM_CORRUPT_DOCUMENT);
    CHECK(code(static_cast<const char *>(nullptr)) == STRONGROOM_INVALID_ARGUMENT);
    how.witness = witness;
    CHECK(Keyring::try_create(folder + ".new", seal, how).code() == STRONGROOM_INVALID_OPTION);
    CHECK(thrown_by([] { (void)Keyring::in_memory().witness(); }) == STRONGROOM_KEYRING_NOT_FOUND);
}

static void damage(const std::string &path) {
    auto *file = std::fopen(path.c_str(), "r+b");
    CHECK(file != nullptr && std::fseek(file, -1, SEEK_END) == 0);
    const int last = std::fgetc(file);
    CHECK(std::fseek(file, -1, SEEK_END) == 0 && std::fputc(last ^ 1, file) != EOF && std::fclose(file) == 0);
}

// How long processes may go on by themselves, and what can be done about documents that cannot be read.
static void care(const std::string &folder, const Seal &seal) {
    KeySpec counted;
    counted.key_type = "aes256-gcm96";
    const auto text = [&] {
        const auto ring = Keyring::create(folder, seal);
        CHECK(ring.repair().empty());
        ring.create_key("lost");
        auto made = ring.create_key("cards", counted).encrypt("4111");
        ring.close();
        return made;
    }();
    damage(folder + "/usage-cards.sr");
    damage(folder + "/key-lost.sr");
    const auto ring = Keyring::open(folder, seal);
    CHECK(ring.repair() == std::vector<std::string>{"cards"} && ring.repair().empty());
    const auto cards = ring.key("cards");
    CHECK(cards.try_encrypt("4111").code() == STRONGROOM_USAGE_UNKNOWN && cards.decrypt(text) == "4111");
    CHECK(cards.rotate() == 2 && cards.decrypt(cards.encrypt("4111")) == "4111");
    CHECK((ring.keys() == std::vector<std::string>{"cards", "lost"}));
    CHECK(thrown_by([&] { (void)ring.key("lost"); }) == STRONGROOM_CORRUPT_DOCUMENT);
    ring.remove_unreadable("lost");
    CHECK(ring.keys() == std::vector<std::string>{"cards"});
    CHECK(thrown_by([&] { ring.remove_unreadable("cards"); }) == STRONGROOM_INVALID_OPTION);
    CHECK(thrown_by([&] { ring.remove_unreadable("never"); }) == STRONGROOM_KEY_NOT_FOUND);
    KeyringOptions patient;
    patient.max_staleness_ms = 600'000;
    CHECK(thrown_by([&] { Keyring::open(folder, seal, patient); }) == STRONGROOM_INVALID_OPTION);
    ring.set_max_staleness(600'000);
    Keyring::open(folder, seal, patient);
    ring.set_max_staleness(30'000);
    CHECK(thrown_by([&] { Keyring::open(folder, seal, patient); }) == STRONGROOM_INVALID_OPTION);
    CHECK(ring.try_set_max_staleness(999).code() == STRONGROOM_INVALID_OPTION && ring.try_set_max_staleness(UINT64_MAX).code() == STRONGROOM_INVALID_OPTION);
}

static void management(const std::string &folder) {
    const auto provider = std::make_shared<Turned>();
    const auto seal = Seal::provider(provider);
    KeyringOptions how;
    how.label = "test";
    auto ring = Keyring::create(folder, seal, how);
    const secret root_key = Seal::generate_root_key();
    CHECK(root_key.size() >= 44);
    const auto second = Seal::root_key("0123456789abcdef0123456789abcdef");
    ring.add_seal(second);
    CHECK(ring.seals().size() == 2 && ring.seals()[0].kind == "turned");
    KeySpec spec;
    spec.key_type = "aes256-gcm96";
    spec.flags = STRONGROOM_DELETION_ALLOWED | STRONGROOM_EXPORTABLE;
    spec.labels = {{"team", "payments"}};
    const auto key = ring.create_key("cards", spec);
    auto info = key.info();
    CHECK(info.name == "cards" && info.has(STRONGROOM_EXPORTABLE) && info.labels[0].second == "payments" && info.versions.size() == 1);
    key.rotate("xaes256-gcm");
    KeyConfig config;
    config.min_decryption_version = 2;
    config.removed_labels = {"team"};
    config.set_labels = {{"owner", "me"}};
    key.configure(config);
    info = key.info();
    CHECK(info.key_type == "xaes256-gcm" && info.min_decryption_version == 2 && info.labels.size() == 1 && info.labels[0].first == "owner");
    CHECK(info.versions[0].state == STRONGROOM_VERSION_SUSPENDED && info.versions[1].state == STRONGROOM_VERSION_ACTIVE);
    CHECK(key.export_material(STRONGROOM_EXPORT_ENCRYPTION_KEY, 2, STRONGROOM_EXPOSE_SECRET_MATERIAL).size() == 32);
    CHECK(thrown_by([&] { (void)key.export_material(STRONGROOM_EXPORT_ENCRYPTION_KEY, 1, STRONGROOM_EXPOSE_SECRET_MATERIAL); }) == STRONGROOM_NO_SUCH_VERSION);
    key.disable();
    CHECK(thrown_by([&] { key.encrypt("x"); }) == STRONGROOM_KEY_DISABLED);
    key.enable();
    const auto text = key.encrypt("4111");
    const auto restored = Keyring::in_memory().restore_key(key.backup(second), second, "copy");
    CHECK(restored.decrypt(text) == "4111" && restored.info().name == "copy");
    const std::vector<unsigned char> material = {9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 11, 12, 13, 14, 15, 16};
    KeySpec aes128;
    aes128.key_type = "aes128-gcm96";
    const auto imported = ring.import_key("imported", {material, true}, aes128);
    CHECK(imported.info().has(STRONGROOM_IMPORTED) && imported.info().has(STRONGROOM_ALLOW_ROTATION) && imported.rotate() == 2);
    CHECK(!imported.info().has(STRONGROOM_IMPORTED) && imported.info().has(STRONGROOM_ALLOW_ROTATION) && imported.rotate() == 3);
    CHECK((ring.keys() == std::vector<std::string>{"cards", "imported"}));
    // RFC 8410 section 10.3.
    const std::string pem = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n-----END PRIVATE KEY-----\n";
    KeySpec ed25519;
    ed25519.key_type = "ed25519";
    const auto other = Keyring::in_memory();
    const auto releases = other.import_key("releases", {pem, false, 0, STRONGROOM_IMPORT_PKCS8}, ed25519);
    const auto public_key = releases.public_key();
    CHECK(public_key.size() == 32 && public_key[0] == 0x19 && public_key[1] == 0xbf && public_key[31] == 0xe1);
    CHECK(thrown_by([&] { other.import_key("raw", {pem}, ed25519); }) == STRONGROOM_INVALID_MATERIAL);
    CHECK(thrown_by([&] { other.import_key("none", {pem, false, 0, 6}, ed25519); }) == STRONGROOM_INVALID_ARGUMENT);
    CHECK(thrown_by([&] { ring.key_or_create("cards", aes128); }) == STRONGROOM_KEY_MISMATCH);
    const auto report = ring.check();
    CHECK(report.keys == 2 && report.faults == 0 && report.list.empty() && report.warnings == 0 && report.warning_list.empty());
    CHECK(chmod((folder + "/key-cards.sr").c_str(), 0666) == 0);
    const auto open = ring.check();
    CHECK(open.faults == 0 && open.warnings == 1 && open.warning_list.size() == 1 && open.warning_list[0].subject == "key-cards.sr");
    CHECK(open.warning_list[0].code == "others_may_write" && open.warning_list[0].message.find("0600") != std::string::npos);
    CHECK(chmod((folder + "/key-cards.sr").c_str(), 0600) == 0);
    CHECK(ring.rotate_due().empty() && ring.upgrade() == 0);
    ring.snapshot(folder + ".snapshot");
    CHECK(Keyring::restore(folder + ".snapshot", folder + ".restored", second).key("cards").decrypt(text) == "4111");
    ring.rewrap_seals({&second, &seal});
    ring.rewrap_seals();
    const auto without = Seal::root_key("fedcba9876543210fedcba9876543210");
    CHECK(ring.try_rewrap_seals({&without}).code() == STRONGROOM_INVALID_OPTION && std::string(strongroom_error_detail()) == "seal_without_copy");
    CHECK(Keyring::open(folder, second).key("cards").decrypt(text) == "4111");
    CHECK(ring.reseal({&second}) >= 2);
    CHECK(thrown_by([&] { Keyring::open(folder, seal); }) == STRONGROOM_WRONG_SEAL);
    CHECK(std::string(strongroom_error_message()).find("(the keyring has copies for ") != std::string::npos);
    how = {};
    how.pinned_id = ring.id();
    CHECK(Keyring::open(folder, second, how).id() == ring.id());
    how.pinned_id = std::string(32, '0');
    CHECK(thrown_by([&] { Keyring::open(folder, second, how); }) == STRONGROOM_KEYRING_MISMATCH);
    pins(ring, folder, second);
    care(folder + ".care", second);
    witnesses(folder + ".witnessed", second);
    ring.delete_key("cards");
    CHECK(thrown_by([&] { ring.key("cards"); }) == STRONGROOM_KEY_NOT_FOUND);
    auto moved = std::move(ring);
    moved.close();
    CHECK(thrown_by([&] { (void)moved.keys(); }) == STRONGROOM_CLOSED);
    CHECK(thrown_by([&] { (void)ring.keys(); }) == STRONGROOM_INVALID_HANDLE);
}

int main(int argc, char **argv) {
    CHECK(argc == 2);
    messages();
    details();
    contexts();
    batches();
    views();
    moves();
    documents();
    certificates(Keyring::in_memory(), Keyring::in_memory());
    management(argv[1]);
}
