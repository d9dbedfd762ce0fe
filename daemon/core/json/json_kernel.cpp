#include "core/json/json_kernel.hpp"

#include <simdjson.h>

#include <string>

namespace hubspool {

std::string_view json_kernel() {
    static const std::string name = [] {
        // simdjson chooses its kernel with the first parse, so something has to be parsed before it
        // is asked.
        simdjson::dom::parser parser;
        (void)parser.parse(simdjson::padded_string(std::string_view("{}"))).error();
        return simdjson::get_active_implementation()->name();
    }();
    return name;
}

} // namespace hubspool
