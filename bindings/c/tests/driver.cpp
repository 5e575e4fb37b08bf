// driver.c's twin in C++: the same lines, through strongroom.hpp.
#include <strongroom.hpp>

extern "C" {
#include "lines.h"
}

#include "indexing.hpp"
#include "streaming.hpp"

#include <optional>

using namespace strongroom;

static std::optional<Keyring> ring;
static std::string further;

static void ok(std::string_view text) { printf("{\"ok\":\"%.*s\"}\n", static_cast<int>(text.size()), text.data()); }

static void ok(const secret &text) { ok(text.text()); }

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
        Seal seal = Seal::passphrase(bytes(phrase->value, phrase->len), id == nullptr ? std::nullopt : std::optional<std::string>(id));
        if (is_true(&l, "allow_costly")) return seal.allow_costly();
        return seal;
    }
    if (const char *url = line_text(&l, "seal_url")) return Seal::url(url);
    return Seal::root_key_file(line_text(&l, "root_key_file"));
}

/// The strings of a map.
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

static options options_of(line &l) {
    static const char *const hashes[] = {"sha2-224", "sha2-256", "sha2-384", "sha2-512", "sha3-224", "sha3-256", "sha3-384", "sha3-512", "sha1", "none"};
    options said;
    if (const field *f = line_bytes(&l, "aad")) said.aad(bytes(f->value, f->len));
    if (const field *f = line_bytes(&l, "context")) said.context(bytes(f->value, f->len));
    if (const field *f = line_find(&l, "aad_map")) said.aad(map_of(strings_of(*f)));
    if (const field *f = line_find(&l, "context_map")) said.context(map_of(strings_of(*f)));
    if (const char *number = line_text(&l, "version")) said.version(static_cast<uint32_t>(std::stoul(number)));
    if (const char *name = line_text(&l, "hash"))
        for (int i = 0; i < 10; i++)
            if (std::strcmp(hashes[i], name) == 0) said.hash(static_cast<strongroom_hash>(i + 1));
    if (const char *form = line_text(&l, "form")) said.form(std::strcmp(form, "jws") == 0 ? STRONGROOM_FORM_JWS : STRONGROOM_FORM_ASN1);
    if (is_true(&l, "prehashed")) said.prehashed();
    if (const char *name = line_text(&l, "padding")) said.padding(std::strcmp(name, "pss") == 0 ? STRONGROOM_PADDING_PSS : STRONGROOM_PADDING_PKCS1V15);
    if (const char *length = line_text(&l, "salt_length")) {
        if (std::strcmp(length, "auto") == 0) said.salt_length(STRONGROOM_SALT_AUTO);
        else if (std::strcmp(length, "hash") == 0) said.salt_length(STRONGROOM_SALT_HASH);
        else said.salt_length(static_cast<uint32_t>(std::stoul(length)));
    }
    return said;
}

static bytes input(line &l, const char *name) {
    const field *f = line_bytes(&l, name);
    if (f == nullptr) line_fail("no input");
    return {f->value, f->len};
}

static uint32_t number_of(line &l, const char *name) {
    const char *text = line_text(&l, name);
    return text == nullptr ? 0 : static_cast<uint32_t>(std::stoul(text));
}

/// A text without its newlines, which would end the line.
static void ok_in_a_line(std::string text) {
    for (char &c : text)
        if (c == '\n') c = '|';
    ok(text);
}
static void ok_in_a_line(const secret &text) { ok_in_a_line(std::string(text.text())); }

/// Through the batch form, with a neighbour that fails; false if there is none.
static bool batched(line &l, const std::string &op, const Key &key, const options &said) {
    const field *in = op == "decrypt" || op == "rewrap" ? line_find(&l, "ciphertext") : line_bytes(&l, op == "encrypt" ? "plaintext" : "message");
    const field *signature = line_find(&l, "signature");
    if (in == nullptr) line_fail("no input");
    const Item ours{{in->value, in->len}, said, signature == nullptr ? "" : std::string_view(signature->value, signature->len)};
    const std::vector<Item> items = {{"", options().version(UINT32_MAX)}, ours};
    const auto second = [](auto made) {
        if (made[0]) line_fail("a neighbour in a batch did not fail");
        return std::move(made[1]).value();
    };
    const auto check = [](const std::vector<status> &made) {
        if (made[0] == STRONGROOM_OK) line_fail("a neighbour in a batch did not fail");
        if (made[1] != STRONGROOM_OK) throw error(made[1], strongroom_error_name(made[1]));
        done();
    };
    if (op == "encrypt") ok(second(key.encrypt_batch(items)));
    else if (op == "decrypt") hex(second(key.decrypt_batch(items)));
    else if (op == "rewrap") ok(second(key.rewrap_batch(items)));
    else if (op == "sign") ok(second(key.sign_batch(items)));
    else if (op == "hmac") ok(second(key.hmac_batch(items)));
    else if (op == "verify") check(key.verify_batch(items));
    else if (op == "verify_hmac") check(key.verify_hmac_batch(items));
    else return false;
    return true;
}

/// Works with messages.
static void on_view(line &l, const std::string &op, const Key &key) {
    const options said = options_of(l);
    const auto text = [&](const char *name) {
        const field *f = line_find(&l, name);
        return f == nullptr ? std::string_view() : std::string_view(f->value, f->len);
    };
    if (is_true(&l, "batch") && batched(l, op, key, said)) return;
    if (op == "index" || op == "indexes") ok(indexing::index(l, op, key));
    else if (op == "needs_reindex") printf("{\"ok\":%s}\n", key.needs_reindex(text("index")) ? "true" : "false");
    else if (op == "issue") ok(indexing::issue(l, key, said));
    else if (op == "redeem") ok(indexing::redeem(l, key, said));
    else if (op == "encrypt_stream") ok(streaming::encrypt(l, key, said));
    else if (op == "decrypt_stream") ok(streaming::decrypt(l, key, said));
    else if (op == "decrypt_range") ok(streaming::range(l, key, said));
    else if (op == "rewrap_stream") ok(streaming::rewrap(l, key, said));
    else if (op == "encrypt") ok(key.encrypt(input(l, "plaintext"), said));
    else if (op == "decrypt") hex(key.decrypt(text("ciphertext"), said));
    else if (op == "rewrap") ok(key.rewrap(text("ciphertext"), said));
    else if (op == "encrypt_binary") hex(key.encrypt_binary(input(l, "plaintext"), said));
    else if (op == "decrypt_binary") hex(key.decrypt_binary(input(l, "binary"), said));
    else if (op == "rewrap_binary") hex(key.rewrap_binary(input(l, "binary"), said));
    else if (op == "sign") ok(key.sign(input(l, "message"), said));
    else if (op == "hmac") ok(key.hmac(input(l, "message"), said));
    else if (op == "verify") key.verify(input(l, "message"), text("signature"), said), done();
    else if (op == "verify_hmac") key.verify_hmac(input(l, "message"), text("signature"), said), done();
    else line_fail("an unknown op");
}

/// Works with messages in a view of the key, if one is asked for, and manages the key itself.
static void on_key(line &l, const std::string &op, const Key &key) {
    const bool lenient = line_text(&l, "view") != nullptr;
    const auto expose = STRONGROOM_EXPOSE_SECRET_MATERIAL;
    const auto format = static_cast<strongroom_export_format>(number_of(l, "format"));
    if (op == "public_key") {
        const uint32_t version = number_of(l, "version");
        const auto under = [&](const Key &view) { hex(lenient ? view.transit().public_key(version) : view.public_key(version)); };
        if (const field *f = line_bytes(&l, "context")) under(key.context(bytes(f->value, f->len)));
        else if (const field *pairs = line_find(&l, "context_map")) under(key.context(map_of(strings_of(*pairs))));
        else under(key);
    } else if (op == "backup_transit") {
        const uint32_t anyway = is_true(&l, "even_if_unusable") ? STRONGROOM_EVEN_IF_UNUSABLE : 0;
        ok(key.backup_transit(static_cast<strongroom_dialect>(number_of(l, "dialect")), expose | anyway));
    } else if (op == "export_transit") {
        const auto kind = static_cast<strongroom_export_kind>(number_of(l, "kind"));
        ok_in_a_line(key.export_transit(kind, format, number_of(l, "version"), expose));
    } else if (op == "public_keys_transit") {
        std::string all;
        for (const auto &[version, text] : key.public_keys_transit(format)) all += (all.empty() ? "" : ",") + std::to_string(version) + "=" + text;
        ok_in_a_line(all);
    } else if (op == "info") {
        const KeyInfo info = key.info();
        std::string all = info.key_type;
        for (const uint64_t number : {uint64_t(info.flags), uint64_t(info.latest_version), uint64_t(info.min_available_version), uint64_t(info.min_decryption_version), uint64_t(info.min_encryption_version), uint64_t(info.key_size), uint64_t(info.auto_rotate_period_s)})
            all += " " + std::to_string(number);
        for (const auto &one : info.versions)
            if (one.state != STRONGROOM_VERSION_DESTROYED) all += " " + std::to_string(one.version) + "=" + std::to_string(one.created);
        ok(all);
    } else if (op == "disable") key.disable(), done();
    else if (op == "rotate") printf("{\"ok\":%u}\n", line_text(&l, "type") == nullptr ? key.rotate() : key.rotate(line_text(&l, "type")));
    else if (op == "key") done();
    else if (lenient) on_view(l, op, key.transit());
    else on_view(l, op, key);
}

static std::optional<std::string> said_name(const std::string &name) { return name.empty() ? std::nullopt : std::optional(name); }

static void run(line &l) {
    const std::string op = line_text(&l, "op"), name = line_text(&l, "key") == nullptr ? "" : line_text(&l, "key");
    if (op == "open") ring = Keyring::open(line_text(&l, "folder"), seal_of(l)), done();
    else if (op == "create") ring = Keyring::create(line_text(&l, "folder"), seal_of(l)), done();
    else if (op == "memory") ring = Keyring::in_memory(), done();
    else if (op == "import_key") indexing::import(l, *ring), done();
    else if (op == "check_api_key") ApiKey::check(indexing::text_of(l, "text")), done();
    else if (op == "detail") ok(further);
    else if (op == "id") ok(ring->id());
    else if (op == "keys") {
        std::string all;
        for (const auto &one : ring->keys()) all += (all.empty() ? "" : ",") + one;
        ok(all);
    } else if (op == "create_key") {
        KeySpec spec;
        if (line_text(&l, "type") != nullptr) spec.key_type = line_text(&l, "type");
        if (line_text(&l, "flags") != nullptr) spec.flags = static_cast<uint32_t>(std::stoul(line_text(&l, "flags")));
        if (is_true(&l, "derived")) spec.flags |= STRONGROOM_DERIVED;
        if (is_true(&l, "convergent")) spec.flags |= STRONGROOM_CONVERGENT;
        ring->create_key(name, spec);
        done();
    } else if (op == "restore_key") ring->restore_key(input(l, "backup"), seal_of(l), said_name(name)), done();
    else if (op == "restore_transit") {
        const field *backup = line_find(&l, "backup");
        std::optional<strongroom_dialect> dialect;
        if (number_of(l, "dialect") != 0) dialect = static_cast<strongroom_dialect>(number_of(l, "dialect"));
        ring->restore_transit(bytes(backup->value, backup->len), said_name(name), dialect);
        done();
    } else on_key(l, op, ring->key(name));
}

int main() {
    while (char *text = line_read()) {
        line l;
        line_parse(text, &l);
        try {
            run(l);
        } catch (const error &failure) {
            further = failure.detail();
            printf("{\"error\":\"%s\"}\n", failure.name());
        }
        fflush(stdout);
        line_free(&l);
        free(text);
    }
}
