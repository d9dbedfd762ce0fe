// How many different objects went by, and some of them, in bounded memory.
//
// Kept are those whose hash ends in so many zero bits; when they are too many, in one more. So each
// object has the same chance, however often it goes by. Up to the bound the count is exact. Pure.
#pragma once

#include "core/words/field_key.hpp"
#include "core/words/object_hash.hpp"
#include "core/words/order_key.hpp"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace hubspool {

class object_sample {
public:
    // Of a field that may be sent: the largest key.
    using values = std::map<std::pair<field_kind, std::string>, order_key>;

    explicit object_sample(std::size_t objects_max = 4096) : objects_max_(objects_max) {}

    // Its values, to be added to; null: it is not in the sample.
    values* find(std::string_view object_id) {
        // The hash's own low bits are not even enough: ids are numbers in a row.
        const std::uint64_t hash = object_id_hash(object_id) * 0x9e3779b97f4a7c15ULL >> 20;
        if (!is_kept(hash)) return nullptr;
        const auto [at, is_new] = objects_.try_emplace(std::string(object_id), hash, values());
        if (is_new && objects_.size() > objects_max_) halve();
        // It may have gone again.
        return is_kept(hash) ? &objects_.find(std::string(object_id))->second.second : nullptr;
    }
    std::uint64_t objects() const { return std::uint64_t{objects_.size()} << bits_; }
    bool is_exact() const { return bits_ == 0; }
    std::size_t size() const { return objects_.size(); }

    template <class Visit>
    void for_each(Visit visit) const {
        for (const auto& [id, kept] : objects_) visit(id, kept.second);
    }

private:
    bool is_kept(std::uint64_t hash) const { return (hash & ((1ULL << bits_) - 1)) == 0; }
    void halve() {
        while (objects_.size() > objects_max_) {
            ++bits_;
            std::erase_if(objects_, [&](const auto& one) { return !is_kept(one.second.first); });
        }
    }

    std::size_t objects_max_;
    unsigned bits_ = 0;
    std::map<std::string, std::pair<std::uint64_t, values>, std::less<>> objects_;
};

} // namespace hubspool
