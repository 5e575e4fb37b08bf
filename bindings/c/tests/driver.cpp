// driver.c's twin in C++: the same lines, through strongroom.hpp.
#include <strongroom.hpp>

extern "C" {
#include "lines.h"
}

#include <optional>

using namespace strongroom;

static std::optional<Keyring> ring;

static void ok(std::string_view text) { printf("{\"ok\":\"%.*s\"}\n", static_cast<int>(text.size()), text.data()); }

template <class C> static void hex(const C &data) {
    printf("{\"ok\":\"");
    for (size_t i = 0; i < data.size(); i++) printf("%02x", data.data()[i]);
    printf("\"}\n");
}

static void done() { printf("{\"ok\":true}\n"); }

static Seal seal_of(line &l) {
    if (const field *key = line_bytes(&l, "root_key")) return Seal::root_key(bytes(key->value, key->len));
    if (const field *phrase = line_bytes(&l, "passphrase")) {
        const char *id = line_text(&l, "seal_id");
        return Seal::passphrase(bytes(phrase->value, phrase->len), id == nullptr ? "" : id);
    }
    return Seal::root_key_file(line_text(&l, "root_key_file"));
}

/// The strings of a map, which the options only show.
static std::vector<std::string> strings_of(const field &f) {
    std::vector<std::string> strings;
    for (std::string_view rest(f.value, f.len); !rest.empty();) {
        const size_t end = std::min(rest.find_first_of(":,"), rest.size());
        std::string text;
        for (size_t i = 0; i + 1 < end; i += 2) text.push_back(static_cast<char>(std::stoi(std::string(rest.substr(i, 2)), nullptr, 16)));
        strings.push_back(text);
        const bool value_is_empty = end + 1 == rest.size() && rest[end] == ':';
        rest.remove_prefix(std::min(end + 1, rest.size()));
        if (value_is_empty) strings.emplace_back();
    }
    return strings;
}

static map map_of(const std::vector<std::string> &strings) {
    map made;
    for (size_t i = 0; i + 1 < strings.size(); i += 2) made.emplace_back(strings[i], strings[i + 1]);
    return made;
}

static options options_of(line &l, std::vector<std::string> &aad, std::vector<std::string> &context) {
    static const char *const hashes[] = {"sha2-224", "sha2-256", "sha2-384", "sha2-512", "sha3-224", "sha3-256", "sha3-384", "sha3-512"};
    options said;
    if (const field *f = line_bytes(&l, "aad")) said.aad(bytes(f->value, f->len));
    if (const field *f = line_bytes(&l, "context")) said.context(bytes(f->value, f->len));
    if (const field *f = line_find(&l, "aad_map")) said.aad(map_of(aad = strings_of(*f)));
    if (const field *f = line_find(&l, "context_map")) said.context(map_of(context = strings_of(*f)));
    if (const char *number = line_text(&l, "version")) said.version(static_cast<uint32_t>(std::stoul(number)));
    if (const char *name = line_text(&l, "hash"))
        for (int i = 0; i < 8; i++)
            if (std::strcmp(hashes[i], name) == 0) said.hash(static_cast<strongroom_hash>(i + 1));
    if (const char *form = line_text(&l, "form")) said.form(std::strcmp(form, "jws") == 0 ? STRONGROOM_FORM_JWS : STRONGROOM_FORM_ASN1);
    return said;
}

static bytes input(line &l, const char *name) {
    const field *f = line_bytes(&l, name);
    if (f == nullptr) line_fail("no input");
    return {f->value, f->len};
}

static void on_key(line &l, const std::string &op, const Key &key) {
    std::vector<std::string> aad, context;
    const options said = options_of(l, aad, context);
    const auto text = [&](const char *name) {
        const field *f = line_find(&l, name);
        return f == nullptr ? std::string_view() : std::string_view(f->value, f->len);
    };
    if (op == "encrypt") ok(key.encrypt(input(l, "plaintext"), said));
    else if (op == "decrypt") hex(key.decrypt(text("ciphertext"), said));
    else if (op == "rewrap") ok(key.rewrap(text("ciphertext"), said));
    else if (op == "encrypt_binary") hex(key.encrypt_binary(input(l, "plaintext"), said));
    else if (op == "decrypt_binary") hex(key.decrypt_binary(input(l, "binary"), said));
    else if (op == "rewrap_binary") hex(key.rewrap_binary(input(l, "binary"), said));
    else if (op == "sign") ok(key.sign(input(l, "message"), said));
    else if (op == "hmac") ok(key.hmac(input(l, "message"), said));
    else if (op == "verify") key.verify(input(l, "message"), text("signature"), said), done();
    else if (op == "verify_hmac") key.verify_hmac(input(l, "message"), text("signature"), said), done();
    else if (op == "public_key") {
        const uint32_t version = said.get()->version;
        if (const field *f = line_find(&l, "context")) hex(key.context(bytes(f->value, f->len)).public_key(version));
        else if (!context.empty()) hex(key.context(map_of(context)).public_key(version));
        else hex(key.public_key(version));
    } else if (op == "rotate") printf("{\"ok\":%u}\n", key.rotate(line_text(&l, "type") == nullptr ? "" : line_text(&l, "type")));
    else if (op == "key") done();
    else line_fail("an unknown op");
}

static void run(line &l) {
    const std::string op = line_text(&l, "op"), name = line_text(&l, "key") == nullptr ? "" : line_text(&l, "key");
    if (op == "open") ring = Keyring::open(line_text(&l, "folder"), seal_of(l)), done();
    else if (op == "create") ring = Keyring::create(line_text(&l, "folder"), seal_of(l)), done();
    else if (op == "memory") ring = Keyring::in_memory(), done();
    else if (op == "id") ok(ring->id());
    else if (op == "keys") {
        std::string all;
        for (const auto &one : ring->keys()) all += (all.empty() ? "" : ",") + one;
        ok(all);
    } else if (op == "create_key") {
        KeySpec spec;
        if (line_text(&l, "type") != nullptr) spec.type = line_text(&l, "type");
        if (line_text(&l, "flags") != nullptr) spec.flags = static_cast<uint32_t>(std::stoul(line_text(&l, "flags")));
        if (is_true(&l, "derived")) spec.flags |= STRONGROOM_DERIVED;
        if (is_true(&l, "convergent")) spec.flags |= STRONGROOM_CONVERGENT;
        ring->create_key(name, spec);
        done();
    } else if (op == "restore_key") ring->restore_key(input(l, "backup"), seal_of(l), name), done();
    else on_key(l, op, ring->key(name));
}

int main() {
    while (char *text = line_read()) {
        line l;
        line_parse(text, &l);
        try {
            run(l);
        } catch (const error &failure) {
            printf("{\"error\":\"%s\"}\n", failure.name());
        }
        fflush(stdout);
        line_free(&l);
        free(text);
    }
}
