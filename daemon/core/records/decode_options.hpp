// How records are read. From the section `records` of the configuration.
#pragma once

namespace hubspool {

struct decode_options {
    bool refuse_unknown_fields = false; // records.unknown_fields: dead_letter
    bool name_value_only = false;       // records.custom_properties: name_value
};

} // namespace hubspool
