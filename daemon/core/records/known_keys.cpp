#include "core/records/known_keys.hpp"

#include "core/json/json_text.hpp"

namespace hubspool {

known_key& known_keys::look_up(std::string_view raw, const text_ends& ends) {
    // The recent slot is only a shortcut; the map says what is known.
    recent_key& recent = recent_[ends.hash() % recent_.size()];
    if (const auto at = known_.find(raw); at != known_.end()) {
        recent = {ends, raw.size(), at->second.get()};
        return *recent.key;
    }
    // Producers that put an id into each key must not fill the memory: beyond the limits a key
    // lives as long as its record.
    const bool stays = known_.size() < keys_max && raw.size() <= key_bytes_max;
    keys& into = stays ? known_ : passing_;
    if (const auto at = into.find(raw); at != into.end()) return *at->second;
    auto made = std::make_unique<known_key>();
    made->raw = raw;
    append_json_escaped(made->escaped, raw);
    made->type = type_of_(raw);
    // The map's key is a view into the value, so the value must not move: hence the pointer.
    known_key& key = *made;
    into.emplace(key.raw, std::move(made));
    // A passing key must not be remembered here: it is gone with its record.
    if (stays) recent = {ends, raw.size(), &key};
    return key;
}

void known_keys::add_to(decoded_block& block, std::uint64_t block_number, known_key& key) {
    key.block = block_number;
    key.index = static_cast<std::uint32_t>(block.keys.size());
    block.keys.push_back({kind_, key.escaped});
}

} // namespace hubspool
