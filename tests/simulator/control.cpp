#include "simulator/control.hpp"

#include "simulator/json_output.hpp"

#include <simdjson.h>

namespace hubspool::simulator {

namespace {

reply_text wrong(std::string_view why) {
    std::string body = "{\"error\":";
    append_string(body, why);
    return json_reply(400, body + "}");
}

reply_text compare(backend& portal, std::string_view body) {
    simdjson::dom::parser parser;
    const simdjson::padded_string text(body);
    std::string_view file;
    if (parser.parse(text)["expected_file"].get(file) != simdjson::SUCCESS)
        return wrong("expected_file is missing");
    auto compared = portal.compare_with(std::string(file));
    return compared ? json_reply(200, std::move(*compared)) : wrong(compared.error().message);
}

reply_text change(backend& portal, std::string_view body) {
    const auto changed = portal.change(body);
    return changed ? json_reply(200, "{}") : wrong(changed.error().message);
}

} // namespace

reply_text control(backend& portal, std::string_view method, std::string_view target,
                   std::string_view body) {
    const auto what = target.substr(control_prefix.size());
    if (method == "GET" && what == "report") return json_reply(200, portal.report());
    if (method == "GET" && what == "objects") return json_reply(200, portal.objects_json());
    if (method == "POST" && what == "faults") return change(portal, body);
    if (method == "POST" && what == "compare") return compare(portal, body);
    if (method == "POST" && what == "reset-counters") {
        portal.reset_counters();
        return json_reply(200, "{}");
    }
    return wrong("no such control request");
}

} // namespace hubspool::simulator
