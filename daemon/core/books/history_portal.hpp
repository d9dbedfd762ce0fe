// Whose history it is, by the portals that credentials were proved for. What another portal
// acknowledged says nothing of this one. A value. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

namespace hubspool {

// The credential in use opens another portal than the history was of.
struct portal_change {
    std::string id;
    // The history was another portal's: what it has so far is not of this one. Else it was nobody's
    // yet, and is taken to be this one's.
    bool is_from_another = false;
};

class history_portal {
public:
    // `known`: as it is recorded; empty: nobody's yet.
    explicit history_portal(std::string known = {}) : id_(std::move(known)) {}

    const std::string& id() const { return id_; }
    // Nothing: it is the one that is known.
    std::optional<portal_change> proved(std::uint64_t portal) {
        std::string id = std::to_string(portal);
        if (id == id_) return std::nullopt;
        const bool is_from_another = !id_.empty();
        id_ = id;
        return portal_change{std::move(id), is_from_another};
    }

private:
    std::string id_;
};

} // namespace hubspool
