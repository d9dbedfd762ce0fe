// Holds the fields of records against what an account has defined, and gathers what is at fault.
//
// Each record is looked at as it was read, also one that others supersede. Pure; one thread. Its
// memory is bounded: so many kinds of fault are told apart, with a few places each.
#pragma once

#include "core/properties/defined_properties.hpp"
#include "core/properties/property_value.hpp"
#include "core/records/decoded_block.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hubspool {

struct faulty_field {
    property_fault what = property_fault::unknown;
    std::string field; // its name
    std::string words; // "HubSpot knows no custom property seets: did you mean seats?"
    std::uint64_t records = 0;
    std::vector<std::string> places; // of the first ones: "a.ndjson line 3: "many""
};

class property_survey {
public:
    explicit property_survey(defined_properties known) : known_(std::move(known)) {}

    // `file`: as it is to be shown. `is_over`: of a record by its ordinal: it is not sent any more.
    void take(const decoded_block& block, const std::string& file,
              const std::function<bool(std::uint64_t)>& is_over);

    // By what is wrong, each from many records to few.
    std::vector<faulty_field> found() const;
    // That have a fault for which HubSpot would refuse them.
    std::uint64_t refused_records() const { return refused_; }
    // Faults of fields that were too many to be told apart.
    std::uint64_t untold() const { return untold_; }
    const defined_properties& known() const { return known_; }

private:
    using fault_key = std::pair<property_fault, std::string>;

    bool look_at(const field_key& key, std::string_view value,
                 const property_definition* definition, const std::string& place);
    bool note(property_fault what, const field_key& key, const property_definition* definition,
              const plain_value& value, const std::string& place);
    std::string words_for(property_fault what, const field_key& key,
                          const property_definition* definition) const;

    defined_properties known_;
    std::map<fault_key, faulty_field> faults_;
    std::uint64_t refused_ = 0;
    std::uint64_t untold_ = 0;
};

} // namespace hubspool
