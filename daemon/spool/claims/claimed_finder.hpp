// Finds claimed files in cur/, and keeps the subdirectory that was used last open. One file comes
// after the other: opening the directory anew for each costs small files more than reading them.
//
// One thread.
#pragma once

#include "base/result.hpp"
#include "core/words/claimed_file.hpp"
#include "spool/claims/claimed_look.hpp"
#include "spool/directory_access.hpp"
#include "spool/queue_layout.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace hubspool {

class claimed_finder {
public:
    struct found {
        int directory = -1; // valid until the next find()
        std::string name;
        file_look look;
    };

    explicit claimed_finder(const queue_layout& layout) : layout_(layout) {}

    // Nothing: it is not there any more.
    result<std::optional<found>> find(const claimed_file& file);
    // The same, but for where it is.
    result<std::optional<claimed_look>> look(const claimed_file& file);
    // Its path, for messages.
    std::string shown(const claimed_file& file) const;

private:
    const queue_layout& layout_;
    std::optional<owned_descriptor> kept_;
    std::uint64_t kept_index_ = 0;
};

} // namespace hubspool
