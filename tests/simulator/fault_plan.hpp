// Which requests go wrong, and how. Pure; seeded.
//
// A rule is a list of words: when (`every=7`, or `rate=0.05`) and what:
//   status=503            answered so, not applied (with retry-after=TEXT: that header)
//   html=524              answered with a proxy's HTML, not applied
//   empty-results         200, COMPLETE, results [], not applied
//   pending               200, PENDING, results []; applied
//   cut-before-apply      the connection is cut; not applied
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
        empty_results, // COMPLETE, but nothing is in it
        pending,       // HubSpot took it, and says no more
        cut,           // no byte of an answer
        truncated,     // half of the normal answer
    };

    std::uint64_t every = 0; // 0: by rate
    double rate = 0;
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
    // The fault of the next request; the first rule that matches. Null: none.
    const fault* next();

private:
    std::vector<fault> rules_;
    std::uint64_t requests_ = 0; // since the rules were set
    std::mt19937_64 random_;
};

} // namespace hubspool::simulator
