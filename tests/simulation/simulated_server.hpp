// HubSpot as the engine meets it: applies, refuses, cuts, answers late, and keeps what it was
// given.
#pragma once

#include "core/answers/api_response.hpp"
#include "core/words/time.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace hubspool::simulation {

// Object -> field -> the number of the record that set it.
using object_values = std::map<std::string, std::map<std::string, std::uint64_t>>;

// Something between answers, as it may to one record or to all; of so many kinds.
inline constexpr std::size_t kinds_of_doubt = 9;
struct doubtful_time {
    boot_time from, until;
    std::size_t kind = 0;
};

struct server_options {
    double fault_share = 0.3; // of requests, while faults are on
    milliseconds latency{100}, jitter{20};
    milliseconds late{2000}; // nothing is applied later than this after it was sent
    milliseconds window{10000};
    std::uint32_t limit = 50;       // requests in any window
    std::set<std::string> unknown;  // objects that do not exist
    std::set<std::string> poison;   // objects that make a batch a bare 400
    std::uint64_t refused_each = 0; // values that it divides make a batch a bare 400, too
    std::set<std::string> deadly;   // objects that make the server answer 500
    std::map<std::string, std::size_t> doubted; // objects that are answered so, each by its kind
    std::optional<doubtful_time> all_doubted;   // everything is
    bool all_unknown = false;
    bool only_html = false; // every fault is a captive portal's page
};

// What becomes of one request.
struct exchange_plan {
    std::optional<boot_time> applied_at; // the values reach the portal then
    boot_time answered_at = {};
    api_response answer; // or how it ended without one
};

class simulated_server {
public:
    simulated_server(server_options options, std::uint64_t seed)
        : options_(options), random_(seed) {}

    exchange_plan receive(const object_values& inputs, boot_time now, bool faults);
    // A line when the rate was exceeded.
    std::optional<std::string> rate_breach() const { return breach_; }
    server_options& options() { return options_; }
    const object_values& stored() const { return stored_; }
    void apply(const object_values& inputs);

private:
    std::optional<std::size_t> doubt_of(const object_values& inputs, boot_time now) const;
    api_response answer_normally(const object_values& inputs, bool& writes);
    void fault(exchange_plan& plan, boot_time now);
    void count(boot_time arrival);
    double chance() { return std::uniform_real_distribution<double>(0, 1)(random_); }
    milliseconds up_to(milliseconds most);

    server_options options_;
    std::mt19937_64 random_;
    std::multiset<boot_time> arrivals_;
    std::optional<std::string> breach_;
    object_values stored_;
};

} // namespace hubspool::simulation
