// The objects of a HubSpot portal and what has been written to them. Pure: no I/O, no clock.
//
// It watches what the daemon promises: values that end in '#' and a number carry the number of the
// record they came from, and a smaller number over a larger one, for one field of one object, is a
// regression.
// Not thread-safe.
#pragma once

#include "simulator/object_map.hpp"

#include <simdjson.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hubspool::simulator {

struct regression {
    std::string object, field, old_value, new_value;
};

class portal {
public:
    // The object of that canonical id, made when it is new. The reference stays valid.
    object_state& object(std::string_view id) { return objects_.at(id); }
    // Says that object() will be asked for it soon.
    void expect(std::string_view id) const { objects_.expect(id); }
    const object_state* find(std::string_view id) const { return objects_.find(id); } // null: none
    // Writes the named fields of one input, each custom property as a field of its own.
    void apply(object_state& object, simdjson::dom::object input);

    const field_names& names() const { return names_; }
    void for_each_existing(const std::function<void(const object_state&)>& visit) const;
    std::uint64_t existing() const { return existing_; }
    std::uint64_t regressions() const { return regressions_; }
    const std::vector<regression>& first_regressions() const { return first_regressions_; }
    void reset_regressions();

private:
    void write(const object_state& object, field_list::place& from, std::string_view name,
               bool custom, simdjson::dom::element value);
    void note_regression(const object_state& object, field_view fields, field_view::place at);

    object_map objects_;
    field_names names_;
    std::uint64_t existing_ = 0;
    std::uint64_t regressions_ = 0;
    std::vector<regression> first_regressions_; // at most regressions_kept
    field_list written_;                        // the fields of the object that is written
    std::string value_;                         // that is written
};

constexpr std::size_t regressions_kept = 20;

// The number after the last '#' of a JSON text such as "Launch #12".
std::optional<std::uint64_t> sequence_of(std::string_view json_value);
// {"eventName":"...","custom":{"seats":"..."}}
void append_object(std::string& out, const object_state& object, const field_names& names);
// One element of HubSpot's `results`: {"objectId":..., fields, "customProperties":[{name,value}],
// times}
void append_result(std::string& out, const object_state& object, const field_names& names,
                   std::string_view iso_now);

} // namespace hubspool::simulator
