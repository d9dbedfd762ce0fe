// Which objects `verify` is about.
#pragma once

#include "base/result.hpp"
#include "cli/verify/verify_usage.hpp"
#include "core/words/fnv.hpp"

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace hubspool {

// Some of the objects that go by, each with the same chance however often it does, and with one
// seed the same ones. Pure.
class seeded_sample {
public:
    // `size`: 0 for all.
    seeded_sample(std::size_t size, std::uint64_t seed) : size_(size), seed_(seed) {}

    void take(std::string_view object_id);
    std::set<std::string> ids() const;

private:
    std::size_t size_;
    std::uint64_t seed_;
    std::set<std::pair<std::uint64_t, std::string>> kept_; // by a hash: the lowest ones
};

// Becomes the state's owner. A file that is not there is a failure.
result<std::set<std::string>> choose_objects(const command_context& context,
                                             const verify_arguments& arguments);

} // namespace hubspool
