// The lines of indexing.h in C++.
#ifndef INDEXING_HPP
#define INDEXING_HPP

#include <strongroom.hpp>

extern "C" {
#include "lines.h"
}

namespace indexing {

using namespace strongroom;

inline uint64_t number_of(line &l, const char *name) {
    const char *text = line_text(&l, name);
    return text == nullptr ? 0 : std::stoull(text);
}

inline std::string_view text_of(line &l, const char *name) {
    const field *f = line_find(&l, name);
    return f == nullptr ? std::string_view() : std::string_view(f->value, f->len);
}

inline std::string digits(const unsigned char *data, size_t size) {
    static const char hex[] = "0123456789abcdef";
    std::string made;
    for (size_t i = 0; i < size; i++) made += hex[data[i] >> 4], made += hex[data[i] & 15];
    return made;
}

inline std::string shown(const std::string &text) { return text; }
inline std::string shown(const std::vector<unsigned char> &bits) { return digits(bits.data(), bits.size()); }

template <class T> std::string joined(const std::vector<T> &all, const char *between) {
    std::string made;
    for (size_t i = 0; i < all.size(); i++) made += (i == 0 ? "" : between) + shown(all[i]);
    return made;
}

template <class T> std::string joined(const std::vector<std::vector<T>> &groups) {
    std::vector<std::string> made;
    for (const auto &group : groups) made.push_back(joined(group, ","));
    return joined(made, "/");
}

inline index_options how(line &l) {
    const field *name = line_bytes(&l, "name");
    if (name == nullptr) return ApiKey::index();
    index_options made(bytes(name->value, name->len));
    // One step after the other, as one says them.
    for (std::string_view rest = text_of(l, "normalize"); line_find(&l, "normalize") != nullptr;) {
        const size_t end = rest.find(',');
        made.normalize(std::string(rest.substr(0, end)));
        if (end == std::string_view::npos) break;
        rest.remove_prefix(end + 1);
    }
    return made.bits(static_cast<uint32_t>(number_of(l, "bits"))).version(static_cast<uint32_t>(number_of(l, "version")));
}

inline std::vector<uint8_t> lengths(std::string_view text) {
    std::vector<uint8_t> made;
    while (!text.empty()) {
        const size_t end = text.find(',');
        made.push_back(static_cast<uint8_t>(std::stoul(std::string(text.substr(0, end)))));
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return made;
}

inline std::string index(line &l, const std::string &op, const Key &key) {
    const field *f = line_bytes(&l, "value");
    const bytes value(f->value, f->len);
    const auto said = how(l);
    const bool is_binary = is_true(&l, "binary"), searches = op == "indexes";
    const auto n = static_cast<uint32_t>(number_of(l, "n"));
    if (line_find(&l, "lengths") != nullptr) {
        const auto all = lengths(text_of(l, "lengths"));
        return is_binary ? joined(key.index_prefixes_binary(value, all, said), ",") : joined(key.index_prefixes(value, all, said), ",");
    }
    if (line_find(&l, "n") != nullptr && searches)
        return is_binary ? joined(key.indexes_ngrams_binary(value, n, said)) : joined(key.indexes_ngrams(value, n, said));
    if (line_find(&l, "n") != nullptr) return is_binary ? joined(key.index_ngrams_binary(value, n, said), ",") : joined(key.index_ngrams(value, n, said), ",");
    if (is_true(&l, "begins")) return is_binary ? joined(key.indexes_prefix_binary(value, said), "/") : joined(key.indexes_prefix(value, said), "/");
    if (searches) return is_binary ? joined(key.indexes_binary(value, said), "/") : joined(key.indexes(value, said), "/");
    return is_binary ? shown(key.index_binary(value, said)) : key.index(value, said);
}

inline token_form form_of(line &l) {
    token_form made;
    if (line_find(&l, "prefix") != nullptr) made.prefix(std::string(text_of(l, "prefix")));
    if (line_find(&l, "leeway_ms") != nullptr) made.leeway(std::chrono::milliseconds(number_of(l, "leeway_ms")));
    return made;
}

inline std::string issue(line &l, const Key &key, const options &said) {
    const field *payload = line_bytes(&l, "payload");
    return key.issue(bytes(payload->value, payload->len), std::chrono::milliseconds(number_of(l, "ttl_ms")), said, form_of(l));
}

inline std::string redeem(line &l, const Key &key, const options &said) {
    const Token token = key.redeem(text_of(l, "token"), said, form_of(l));
    const auto ms = [](auto time) { return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count()); };
    return digits(token.payload.data(), token.payload.size()) + " " + ms(token.issued) + " " + ms(token.expires);
}

/// Imports material as a key, or as a further version of one.
inline void import(line &l, const Keyring &ring) {
    const std::string name(text_of(l, "key"));
    const field *material = line_bytes(&l, "material");
    Import from;
    from.material = bytes(material->value, material->len);
    KeySpec spec;
    if (line_find(&l, "type") != nullptr) spec.key_type = std::string(text_of(l, "type"));
    if (spec.key_type == "hmac") spec.key_size = static_cast<uint32_t>(material->len);
    if (is_true(&l, "derived")) spec.flags = STRONGROOM_DERIVED;
    if (auto key = ring.try_key(name)) key.value().import_version(from);
    else ring.import_key(name, from, spec);
}

} // namespace indexing

#endif
