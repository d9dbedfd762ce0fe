#include "core/records/known_keys.hpp"

#include "core/json/json_text.hpp"

namespace hubspool {

known_key& known_keys::look_up(std::string_view raw, const text_ends& ends) {
    recent_key& recent = recent_[ends.hash() % recent_.size()];
    if (const auto at = known_.find(raw); at != known_.end()) {
        recent = {ends, raw.size(), at->second.get()};
        return *recent.key;
    }
    const bool stays = known_.size() < keys_max && raw.size() <= key_bytes_max;
    keys& into = stays ? known_ : passing_;
    if (const auto at = into.find(raw); at != into.end()) return *at->second;
    auto made = std::make_unique<known_key>();
    made->raw = raw;
    append_json_escaped(made->escaped, raw);
    made->type = type_of_(raw);
    known_key& key = *made;
    into.emplace(key.raw, std::move(made));
    if (stays) recent = {ends, raw.size(), &key};
    return key;
}

void known_keys::add_to(decoded_block& block, std::uint64_t block_number, known_key& key) {
    key.block = block_number;
    key.index = static_cast<std::uint32_t>(block.keys.size());
    block.keys.push_back({kind_, key.escaped});
}

} // namespace hubspool
