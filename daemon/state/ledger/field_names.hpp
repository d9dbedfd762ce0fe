// The fields that a ledger names by number, in the order in which they were met. One thread.
#pragma once

#include "core/words/field_key.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace hubspool {

class field_names {
public:
    std::uint32_t number_of(field_kind kind, std::string_view name) {
        std::string key(1, static_cast<char>(kind));
        key += name;
        const auto [known, is_new] =
            numbers_.try_emplace(std::move(key), static_cast<std::uint32_t>(fields_.size()));
        if (is_new) fields_.push_back({kind, std::string(name)});
        return known->second;
    }
    const field_key& field(std::uint32_t number) const { return fields_[number]; }
    std::size_t size() const { return fields_.size(); }

private:
    std::vector<field_key> fields_;                          // by number
    std::unordered_map<std::string, std::uint32_t> numbers_; // by kind and name
};

} // namespace hubspool
