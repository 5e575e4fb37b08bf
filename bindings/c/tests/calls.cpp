// What strongroom.hpp promises: values and errors, both forms, batches, secrets, seals of one's own, moves.
#include <strongroom.hpp>

#include <array>
#include <cstdio>
#include <cstdlib>
#if __cplusplus >= 202002L
#include <span>
#endif

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
    CHECK(plain.text() == "4111");
    CHECK(thrown_by([&] { key.decrypt(text); }) == STRONGROOM_DECRYPT_FAILED);
    const auto failed = key.try_decrypt(text, options().aad("order-18"));
    CHECK(!failed && failed.code() == STRONGROOM_DECRYPT_FAILED && std::string(failed.name()) == "decrypt_failed" && !failed.message().empty());
    CHECK(!key.needs_rewrap(text));
    CHECK(key.rotate() == 2 && key.needs_rewrap(text));
    CHECK(key.decrypt(key.rewrap(text, order), order).text() == "4111");

    const std::array<unsigned char, 3> three = {1, 2, 3};
    const auto binary = key.encrypt_binary(three);
    CHECK(key.decrypt_binary(binary).size() == 3 && key.decrypt_binary(binary).data()[2] == 3);
    CHECK(!key.needs_rewrap_binary(binary) && key.rewrap_binary(binary) == binary);
    std::array<unsigned char, 256> room{};
    const size_t len = key.encrypt_into("4111", room.data(), room.size());
    CHECK(key.decrypt_into(bytes(room.data(), len), room.data(), room.size()) == 4 && std::memcmp(room.data(), "4111", 4) == 0);
    CHECK(key.try_encrypt_into("4111", room.data(), 3).code() == STRONGROOM_BUFFER_TOO_SMALL);
#if __cplusplus >= 202002L
    CHECK(key.decrypt(key.encrypt(std::span<const unsigned char>(three))).size() == 3);
#endif
    const std::string large(1 << 20, 'x');
    CHECK(key.decrypt(key.encrypt(large)).text() == large);
    CHECK(key.decrypt(key.encrypt("")).empty());

    const auto mac = key.hmac("m", options().hash(STRONGROOM_SHA3_512));
    key.verify_hmac("m", mac, options().hash(STRONGROOM_SHA3_512));
    CHECK(thrown_by([&] { key.verify_hmac("n", mac, options().hash(STRONGROOM_SHA3_512)); }) == STRONGROOM_BAD_SIGNATURE);
    KeySpec ed25519;
    ed25519.type = "ed25519";
    const auto signer = ring.create_key("s", ed25519);
    signer.verify("m", signer.sign("m", options().form(STRONGROOM_FORM_JWS)), options().form(STRONGROOM_FORM_JWS));
    CHECK(signer.try_verify("m", signer.sign("n")).code() == STRONGROOM_BAD_SIGNATURE);
    CHECK(signer.public_key().size() == 32);
    const auto fresh = key.data_key(64);
    CHECK(fresh.plaintext.size() == 64 && key.decrypt(fresh.ciphertext).text() == fresh.plaintext.text());
    CHECK(thrown_by([&] { (void)key.data_key(17); }) == STRONGROOM_INVALID_SIZE);
}

static void contexts() {
    const auto ring = Keyring::in_memory();
    KeySpec derived;
    derived.flags = STRONGROOM_DERIVED;
    const auto key = ring.create_key("tenants", derived);
    const map tenant = {{"tenant", "acme"}, {"region", ""}};
    const auto view = key.context(tenant);
    const auto text = view.encrypt("4111");
    CHECK(key.decrypt(text, options().context({{"region", ""}, {"tenant", "acme"}})).text() == "4111");
    CHECK(thrown_by([&] { key.encrypt("x", options().context(map{})); }) == STRONGROOM_INVALID_CONTEXT);
    CHECK(thrown_by([&] { key.encrypt("x", options().context("")); }) == STRONGROOM_INVALID_CONTEXT);
    CHECK(thrown_by([&] { key.encrypt("x", options().context(bytes())); }) == STRONGROOM_INVALID_CONTEXT);
    CHECK(thrown_by([&] { key.encrypt("x"); }) == STRONGROOM_CONTEXT_REQUIRED);
    CHECK(thrown_by([&] { view.rotate(); }) == STRONGROOM_INVALID_ARGUMENT);
    const options copied = options().context(tenant).aad(map{{"a", "b"}}), again = copied;
    CHECK(key.decrypt(key.encrypt("y", copied), again).text() == "y");
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
    spec.type = "aes256-gcm96";
    spec.flags = STRONGROOM_DELETION_ALLOWED | STRONGROOM_EXPORTABLE;
    spec.labels = {{"team", "payments"}};
    const auto key = ring.create_key("cards", spec);
    auto info = key.info();
    CHECK(std::string(info.name) == "cards" && info.has(STRONGROOM_EXPORTABLE) && info.labels[0].second == "payments" && info.versions.size() == 1);
    key.rotate("xaes256-gcm");
    KeyConfig config;
    config.min_decryption_version = 2;
    config.removed_labels = {"team"};
    config.set_labels = {{"owner", "me"}};
    key.configure(config);
    info = key.info();
    CHECK(std::string(info.type) == "xaes256-gcm" && info.min_decryption_version == 2 && info.labels.size() == 1 && info.labels[0].first == "owner");
    CHECK(info.versions[0].state == STRONGROOM_VERSION_SUSPENDED && info.versions[1].state == STRONGROOM_VERSION_ACTIVE);
    CHECK(key.export_material(STRONGROOM_EXPORT_ENCRYPTION_KEY, 2, STRONGROOM_EXPOSE_SECRET_MATERIAL).size() == 32);
    CHECK(thrown_by([&] { (void)key.export_material(STRONGROOM_EXPORT_ENCRYPTION_KEY, 1, STRONGROOM_EXPOSE_SECRET_MATERIAL); }) == STRONGROOM_NO_SUCH_VERSION);
    key.disable();
    CHECK(thrown_by([&] { key.encrypt("x"); }) == STRONGROOM_KEY_DISABLED);
    key.enable();
    const auto text = key.encrypt("4111");
    const auto restored = Keyring::in_memory().restore_key(key.backup(second), second, "copy");
    CHECK(restored.decrypt(text).text() == "4111" && std::string(restored.info().name) == "copy");
    const std::vector<unsigned char> material = {9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 11, 12, 13, 14, 15, 16};
    KeySpec aes128;
    aes128.type = "aes128-gcm96";
    const auto imported = ring.import_key("imported", aes128, {material, true});
    CHECK(imported.info().has(STRONGROOM_IMPORTED) && imported.rotate() == 2);
    CHECK((ring.keys() == std::vector<std::string>{"cards", "imported"}));
    CHECK(thrown_by([&] { ring.key_or_create("cards", aes128); }) == STRONGROOM_KEY_MISMATCH);
    const auto report = ring.check();
    CHECK(report.keys == 2 && report.faults == 0 && report.list.empty());
    CHECK(ring.rotate_due().empty() && ring.upgrade() == 0);
    ring.snapshot(folder + ".snapshot");
    CHECK(Keyring::restore(folder + ".snapshot", folder + ".restored", second).key("cards").decrypt(text).text() == "4111");
    CHECK(ring.reseal({&second}) >= 2);
    CHECK(thrown_by([&] { Keyring::open(folder, seal); }) == STRONGROOM_WRONG_SEAL);
    how = {};
    how.pinned_id = ring.id();
    CHECK(Keyring::open(folder, second, how).id() == ring.id());
    how.pinned_id = std::string(32, '0');
    CHECK(thrown_by([&] { Keyring::open(folder, second, how); }) == STRONGROOM_KEYRING_MISMATCH);
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
    contexts();
    batches();
    management(argv[1]);
}
