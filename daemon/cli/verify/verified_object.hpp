// What came of holding one object at HubSpot against what was delivered: values, and their words.
#pragma once

#include "base/json_writer.hpp"
#include "cli/verify/delivered_values.hpp"
#include "core/properties/event_answer.hpp"
#include "core/properties/event_comparison.hpp"

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace hubspool {

enum class object_match : std::uint8_t {
    same,
    differs,
    gone,         // HubSpot has no such event (any more)
    not_compared, // none of its fields could be
};

struct verified_object {
    delivered_object delivered;
    std::vector<matched_field> fields; // in the order of the delivered values; none: it is gone
    std::string updated_at;            // by HubSpot's word

    object_match match() const;
};

// `event`: what HubSpot told, or nothing. `known`: what the account has defined, or null.
verified_object verified(delivered_object delivered, const std::optional<told_event>& event,
                         const defined_properties* known);

// What sends the values once more that differ; empty: nothing of it can be sent. `config`: a file
// that is not the usual one, or empty.
class repair_command {
public:
    explicit repair_command(std::string config) : config_(std::move(config)) {}
    void add(const verified_object& object);
    std::string text() const;

private:
    std::string config_;
    std::set<std::uint64_t> files_;
    std::set<std::string> object_ids_;
};

std::string verified_text(const verified_object& object);
// A line.
void put_verified(json_writer& json, const verified_object& object, const std::string& repair);

} // namespace hubspool
