#include "app/online/property_questions.hpp"

#include "config/hubspot_paths.hpp"
#include "core/answers/answer_text.hpp"
#include "core/answers/question_trouble.hpp"
#include "core/properties/validation_rules.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

namespace hubspool {

namespace asio = boost::asio;

namespace {

// Either is enough (HubSpot's OpenAPI files of both).
constexpr const char* property_scopes =
    "crm.objects.marketing_events.read or crm.objects.marketing_events.write";

void say(told_properties& told, finding::severity level, const std::string& words) {
    told.found.push_back({level, "properties", clean_text(words, words_bytes_max)});
}

template <class Read>
auto read_success(const api_response& response, Read read) {
    const bool success = response.end == exchange_end::answered && response.status == 200;
    return success ? read(response.body) : decltype(read(response.body))();
}

void tell_counts(told_properties& told) {
    const defined_properties& known = *told.known;
    using defined = const property_definition&;
    say(told, finding::good,
        fmt::format("{} are defined: {} archived, {} not to be set, {} with rules", known.count(),
                    known.count_if([](defined one) { return one.archived; }),
                    known.count_if([](defined one) { return one.read_only || one.calculated; }),
                    known.count_if([](defined one) { return !one.rules.empty(); })));
    const std::size_t unknown = known.count_if([](defined one) {
        return !std::all_of(one.rules.begin(), one.rules.end(), is_known_rule);
    });
    if (unknown > 0)
        say(told, finding::good, fmt::format("{} have rules that only HubSpot looks at", unknown));
}

} // namespace

asio::awaitable<told_properties> ask_for_properties(hubspot_questions& hubspot,
                                                    const std::string& version) {
    told_properties told;
    const api_response live = co_await hubspot.get(property_definitions_path(version));
    auto defined = read_success(live, read_property_definitions);
    // Without one that HubSpot has defined itself it is no such list.
    if (!defined || defined->empty()) {
        say(told, finding::warning,
            "HubSpot does not tell which are defined: " + question_trouble(live, property_scopes));
        co_return told;
    }
    told.known.emplace();
    told.known->add(std::move(*defined));
    const api_response old =
        co_await hubspot.get(property_definitions_path(version) + "?archived=true");
    if (auto archived = read_success(old, read_property_definitions)) {
        for (property_definition& one : *archived) one.archived = true;
        told.known->add(std::move(*archived));
    } else {
        say(told, finding::warning,
            "HubSpot does not tell which are archived, so they count as unknown: " +
                question_trouble(old, property_scopes));
    }
    const api_response ruled = co_await hubspot.get(property_rules_path(version));
    if (auto rules = read_success(ruled, read_property_rules))
        told.known->add_rules(std::move(*rules));
    else
        say(told, finding::warning,
            "HubSpot does not tell the rules for their values: " +
                question_trouble(ruled, property_scopes));
    tell_counts(told);
    co_return told;
}

namespace {

asio::awaitable<void> connect_and_ask(hubspot_questions& hubspot, const settings& options,
                                      const api_maker& make_api, told_properties& told) {
    const auto connected = co_await hubspot.connect(make_api);
    if (!connected) {
        say(told, finding::warning, "not asked for: " + connected.error().message);
        co_return;
    }
    if (const auto read = hubspot.read_credential(); !read) {
        say(told, finding::warning, "not asked for: " + read.error().message);
    } else if (hubspot.authorised_by().is_oauth()) {
        // HubSpot might replace the refresh token under a running daemon.
        say(told, finding::warning,
            "not asked for: an OAuth app's access tokens are the daemon's to ask for");
    } else {
        told = co_await ask_for_properties(hubspot, options.api.version);
    }
}

} // namespace

told_properties ask_for_properties(const settings& options, const api_maker& make_api) {
    told_properties told;
    hubspot_questions hubspot(options);
    hubspot.run([&] { return connect_and_ask(hubspot, options, make_api, told); });
    return told;
}

} // namespace hubspool
