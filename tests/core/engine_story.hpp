// The engine, and a story told to it: records come, requests go, answers come, time passes.
#pragma once

#include "record_block.hpp"
#include "support/api_answer.hpp"
#include "support/printing.hpp"
#include "told_engine.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace hubspool::testing {

using namespace std::chrono_literals;

inline constexpr boot_time story_start{milliseconds(1'000'000'000)};

// No waiting for company and no rate limit worth mentioning: a story names what it is about.
inline engine_options plain_options() {
    engine_options options;
    options.planner.linger = 0ms;
    options.limiter.requests = 10'000;
    options.mapper.look_at_echo = false;
    return options;
}

struct sent_request {
    std::uint64_t batch = 0;
    std::string body;
    std::vector<std::string> ids;

    bool names(const std::string& id) const {
        return std::find(ids.begin(), ids.end(), id) != ids.end();
    }
};

class engine_story : public ::testing::Test {
protected:
    engine_story() { restart(plain_options()); }

    // A new engine that knows nothing; time goes on.
    void restart(const engine_options& options) {
        engine.emplace(options);
        tell(event::frontiers_stored{{end_of_file(1000), end_of_file(1000)}});
        wire.clear();
        answered.clear();
        undurable = 0;
    }

    void tell(event::any happened) { engine->tell(std::move(happened), at_now()); }
    // Operators have said so.
    void pause() { tell(event::operators_read{{{true, resumes}}}); }
    void resume() { tell(event::operators_read{{{false, ++resumes}}}); }
    // The run before left this, and all that it had read is read again.
    void restore(event::run_before left) {
        tell(std::move(left));
        tell(event::frontiers_passed{});
    }

    // One record, the next one of file 1, or of file 2 for bulk.
    void accept(std::string_view id, field_list fields, lane in = lane::live) {
        const std::uint64_t file = in == lane::live ? 1 : 2;
        record_block block(file, in, ordinals[file]++);
        block.record(id, fields);
        EXPECT_FALSE(engine->accept(block.block(), at_now()));
    }
    void accept_many(int count, std::string_view value = "1") {
        for (int i = 0; i < count; ++i) accept(std::to_string(i), {{"eventName", value}});
    }

    // The request that may go now, if any.
    std::optional<sent_request> send() {
        const std::optional<outgoing_request> request = engine->begin_request(at_now());
        if (!request) return std::nullopt;
        sent_request sent{request->batch, request->body, {}};
        sent.ids.assign(request->object_ids.begin(), request->object_ids.end());
        wire.push_back(sent);
        return sent;
    }
    // The next request, however long it takes; fails the test when none ever goes.
    sent_request send_when_ready() {
        for (int i = 0; i < 1000; ++i) {
            if (const std::optional<sent_request> sent = send()) return *sent;
            const boot_time next = engine->next(now);
            if (next == boot_time::max()) break;
            now = std::max(now, next);
        }
        ADD_FAILURE() << "nothing is ever sent";
        return {};
    }

    // Answers the oldest request on the wire; its outcome is not yet durable.
    answer_effects answer(const api_response& response) {
        EXPECT_FALSE(wire.empty());
        const std::uint64_t batch = wire.front().batch;
        wire.pop_front();
        answer_effects effect = engine->on_response(batch, response, at_now());
        answered.push_back(batch);
        undurable += effect.bytes;
        return effect;
    }
    answer_effects answer(int status, std::string body) {
        return answer(response_of(status, std::move(body)));
    }
    answer_effects answer_nothing(exchange_end end = exchange_end::unanswered) {
        api_response response;
        response.end = end;
        response.error = "timed out";
        return answer(response);
    }
    // All inputs of the oldest request are delivered.
    answer_effects deliver() { return answer(200, results_of(wire.front().ids)); }
    void commit() {
        for (const std::uint64_t batch : answered) tell(event::outcome_stored{batch});
        answered.clear();
        tell(event::commit_done{std::exchange(undurable, 0)});
    }

    static api_response response_of(int status, std::string body) {
        return api_answer(status, std::move(body));
    }
    static std::string results_of(const std::vector<std::string>& ids) {
        std::string body;
        for (const std::string& id : ids)
            body += (body.empty() ? "" : ",") + (R"({"objectId":")" + id + "\"}");
        return R"({"status":"COMPLETE","results":[)" + body + "]}";
    }
    // A 207: `delivered` in results, `missing` named by an OBJECT_NOT_FOUND.
    static std::string not_found_body(const std::vector<std::string>& delivered,
                                      const std::vector<std::string>& missing) {
        std::string named;
        for (const std::string& id : missing) named += (named.empty() ? "\"" : ",\"") + id + "\"";
        std::string body = results_of(delivered);
        body.pop_back();
        return body + R"(,"numErrors":1,"errors":[{"category":"OBJECT_NOT_FOUND",)" +
               R"("message":"No marketing event found","context":{"ids":[)" + named + "]}}]}";
    }

    moment at_now() const { return {now, wall_time(now.time_since_epoch()), jitter}; }
    void wait(milliseconds time) { now += time; }
    bool parked(park_reason reason) const {
        for (const park& p : engine->parks())
            if (p.reason == reason) return true;
        return false;
    }

    std::optional<told_engine> engine;
    boot_time now = story_start;
    double jitter = 0.5;
    std::deque<sent_request> wire; // sent and not answered
    std::vector<std::uint64_t> answered;
    std::size_t undurable = 0; // bytes of their outcomes
    std::map<std::uint64_t, std::uint64_t> ordinals;
    std::uint64_t resumes = 0;
};

inline const std::string refused = R"({"category":"VALIDATION_ERROR","message":"not valid"})";

} // namespace hubspool::testing
