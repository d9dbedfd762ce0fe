// HubSpot behind its HTTP: decides what becomes of each request, applies it, and keeps the books.
//
// A request passes arrive(), then waits as long as that says, then answer(), even when its client
// has gone meanwhile. What is to be applied later comes back through apply_late(). Any thread;
// every call takes the one lock, for as long as it needs what requests share.
#pragma once

#include "base/result.hpp"
#include "simulator/answer_clock.hpp"
#include "simulator/behaviour.hpp"
#include "simulator/event_desk.hpp"
#include "simulator/fault_plan.hpp"
#include "simulator/hubspot_answers.hpp"
#include "simulator/portal.hpp"
#include "simulator/rate_window.hpp"
#include "simulator/report.hpp"
#include "simulator/token_desk.hpp"
#include "simulator/update_request.hpp"
#include "support/openapi_schema.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace hubspool::simulator {

// One request from its arrival to its answer.
struct exchange {
    const update_request* request = nullptr; // must live until the answer
    std::string_view body;                   // that it was read from
    int connection = -1;                     // tells requests under way apart
    milliseconds wait{0};                    // between arrive() and answer()
    std::optional<milliseconds> late;        // when apply_late() is due, after the answer
    fault::reply kind = fault::reply::normal;
    bool applied = false;              // answer() applies it, unless it is refused
    std::optional<reply_text> decided; // what to answer whatever applying gives
    std::vector<object_state*> objects;
    bool under_way = false;
    std::uint32_t in_window = 0;
    std::uint64_t number = 0;
};

class backend {
public:
    // `has_left(connection)` says whether the client of a request under way has given it up.
    // The faults of `settings` must be readable (parse_faults).
    backend(behaviour settings, milliseconds window, std::uint64_t seed,
            std::function<bool(int)> has_left);

    // HubSpot's OpenAPI file: bodies that break it are counted, and answered all the same. Throws
    // when it cannot be read.
    void use_schema(const std::string& path) { schema_.emplace(path); }
    void connected();
    // Whether the connection is to be reset before more of this is read than `body`. Counts it.
    bool cuts_unread(bool update, std::string_view body, arrival_time now);
    void arrive(exchange& request, std::string_view token, arrival_time now);
    // Appends the body to `body`; the reply's own body is empty. Not to be sent when kind is cut.
    reply_text answer(exchange& request, std::string& body);
    // What is asked beside the updates: accounts, properties, events and tokens. Nothing when that
    // is not here; status 0: the connection is cut instead.
    std::optional<reply_text> aside(std::string_view method, std::string_view target,
                                    std::string_view token, std::string_view body,
                                    arrival_time now);
    milliseconds aside_wait();
    void apply_late(const update_request& request);

    result<void> change(std::string_view json);
    void reset_counters();
    std::string report();
    std::string objects_json();
    result<std::string> compare_with(const std::string& expected_file);

private:
    void use_faults();
    void take_in(exchange& request, std::string_view token, arrival_time now);
    std::string schema_problem(const exchange& request) const;
    std::optional<reply_text> refused_at_the_door(const exchange& request, std::string_view token,
                                                  arrival_time now);
    std::optional<reply_text> refused_token(std::string_view token, std::string_view id,
                                            arrival_time now);
    reply_text account(bool details, std::string_view token, std::uint32_t in_window,
                       arrival_time now);
    std::optional<reply_text> refused_aside(std::string_view token, std::uint32_t in_window,
                                            arrival_time now);
    reply_text properties(std::string_view target, std::string_view token, std::uint32_t in_window,
                          arrival_time now);
    reply_text event(std::string_view id, std::string_view token, std::uint32_t in_window,
                     arrival_time now);
    reply_text event_list(const list_request& list, std::string_view token, std::uint32_t in_window,
                          arrival_time now);
    std::optional<reply_text> malformed(exchange& request);
    std::vector<std::string_view> name_objects(exchange& request);
    void take_objects(exchange& request);
    void release(exchange& request);
    void use_fault(exchange& request, const fault& what);
    std::optional<reply_text> spoiled_aside();
    std::optional<reply_text> poisoned(const exchange& request) const;
    bool unknown(std::string_view id) const;
    bool poison(std::string_view id) const;
    void apply_known(const exchange& request);
    int append_outcome(const exchange& request, std::string& body);
    void append_envelope(std::string& body, std::string_view status);
    std::string headers(const exchange& request);

    std::mutex mutex_;
    behaviour settings_;
    std::function<bool(int)> has_left_;
    std::optional<openapi::update_schema> schema_;
    arrival_time started_;
    fault_plan faults_;
    std::mt19937_64 random_;
    rate_window window_;
    portal portal_;
    token_desk desk_{settings_};
    counters seen_;
    answer_clock clock_;
    std::uint64_t numbers_ = 0;
    std::uint64_t today_ = 0;
    std::uint64_t late_waiting_ = 0;
};

} // namespace hubspool::simulator
