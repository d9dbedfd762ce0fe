// Which requests go wrong, and how. Pure; seeded.
//
// A rule is a list of words: when, and what. When, one of these:
//   every=7, rate=0.05    of the updates that HubSpot would take
//   contains=TEXT         such updates whose body holds these bytes: a filter of contents, a poison
//   always                whatever is asked, accounts and tokens too, before anything is looked at:
//                         a captive portal, a wrong URL. Not counted by `every` and `rate`
// What, not applied where nothing else is said:
//   status=503            answered so (with retry-after=TEXT: that header)
//   html=524              answered with a proxy's page
//   redirect=302          answered with a page and a Location elsewhere
//   no-category=400       HubSpot's JSON with a message, and without a category
//   other-json=403        JSON that is not HubSpot's
//   strangers=400         HubSpot's JSON that names an id which was not sent, another each time;
//                         207: beside empty results
//   cut-unread            the connection is reset when the head, and what is looked for, has come
//   empty-results         200, COMPLETE, results []
//   pending               200, PENDING, results []; applied
//   cut-before-apply      the whole request was read, then the connection is cut
//   cut-after-apply       applied, then cut
//   truncate              applied, half of the answer, then cut
//   stall-ms=M            M ms pass before anything of it is done or answered
//   late-ms=M             with cut, status, html or pending: so at once, and applied M ms later
#pragma once

#include "base/result.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace hubspool::simulator {

using std::chrono::milliseconds;

struct fault {
    enum class reply : std::uint8_t {
        normal,        // as if there were no fault, perhaps after a stall
        status,        // `status` with an error body of HubSpot's
        html,          // `status` with a proxy's page
        redirect,      // the same, with a Location
        no_category,   // `status` with HubSpot's JSON that has no category
        other_json,    // `status` with somebody else's JSON
        strangers,     // `status` with HubSpot's JSON that names what was not sent
        empty_results, // COMPLETE, but nothing is in it
        pending,       // HubSpot took it, and says no more
        cut,           // no byte of an answer
        cut_unread,    // the same, and the request is not read to its end
        truncated,     // half of the normal answer
    };

    std::uint64_t every = 0; // 0: by rate
    double rate = 0;
    bool always = false;
    std::string contains;
    reply answer = reply::normal;
    int status = 0;
    bool applied = true;
    milliseconds stall{0};
    std::optional<milliseconds> late; // applied then instead of before the answer
    std::string retry_after;
};

// "every=7,status=503"; says what is wrong with it otherwise.
result<fault> parse_fault(std::string_view rule);

class fault_plan {
public:
    explicit fault_plan(std::uint64_t seed) : random_(seed) {}

    void set(std::vector<fault> rules);
    // The fault of whatever comes, before it is read any further; the first rule that matches.
    // Null: none, as below.
    const fault* at_the_door() const;
    // The fault of the next update; `body` is its.
    const fault* next(std::string_view body);
    // The fault that resets the connection, when `body`, read so far, is reason enough.
    const fault* unread(std::string_view body) const;

private:
    bool due(const fault& rule, std::string_view body);

    std::vector<fault> rules_;
    std::uint64_t requests_ = 0; // since the rules were set
    std::mt19937_64 random_;
};

} // namespace hubspool::simulator
