// A run of the engine as its caller sees it: events are told, and the actions that follow are
// listed in their order.
#pragma once

#include "core/engine/engine.hpp"
#include "record_block.hpp"

#include <gmock/gmock.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace hubspool::testing {

using namespace std::chrono_literals;

class run_story : public ::testing::Test {
protected:
    // Of a daemon, or of a drain that waits so long.
    void begin(std::optional<drain_patience> drain = std::nullopt, event::run_before left = {}) {
        engine_options options;
        options.planner.linger = 0ms;
        options.planner.inputs_max = 1;
        options.breaker.connections = connections;
        options.mapper.look_at_echo = false;
        options.attempts_max = 2;
        options.drain = drain.has_value();
        options.requests_max = requests_max;
        run_start start{.at = now, .resumes = 7};
        if (drain) start.patience = *drain;
        core.emplace(std::move(options), start);
        left.read_to = {end_of_file(1000), end_of_file(1000)};
        tell(std::move(left));
        tell(event::run_begun{});
        tell(event::frontiers_passed{});
    }
    // The same, and what operators want is known: nothing.
    void begin_unpaused(std::optional<drain_patience> drain = std::nullopt) {
        begin(drain);
        actions();
        nobody_asks();
    }
    void come_to_rest() {
        tick();
        nobody_asks();
        tick();
        ASSERT_EQ(done.back(), "begin_rest");
    }

    moment at_now() const { return {now, wall_time(now.time_since_epoch()), 0.5}; }
    void tell(event::any happened) { core->handle(std::move(happened), at_now()); }
    // What operators have asked for, as it stands in the database.
    void nobody_asks() { tell(event::operators_read{{{false, 7}}}); }
    void pause_is_read() { tell(event::operators_read{{{true, 7}}}); }
    void resume_is_read() { tell(event::operators_read{{{false, 8}}}); }
    void accept(std::string_view id) {
        record_block block(1, lane::live, ordinal++);
        block.record(id, {{"eventName", "1"}});
        tell(event::records_read{block.block()});
    }
    void accept_bad() {
        record_block block(1, lane::live, ordinal++);
        block.bad("no JSON");
        tell(event::records_read{block.block()});
    }

    // All that is to be done now, until it says to wait or has ended.
    const std::vector<std::string>& actions() {
        done.clear();
        while (true) {
            action::any next = core->next(at_now(), true);
            std::visit([this](auto& a) { keep(a); }, next);
            if (is_last) return done;
        }
    }
    // A second later.
    const std::vector<std::string>& tick() {
        now += 1s;
        return actions();
    }

    void answer(int http_status, std::string body) {
        api_response response;
        response.end = exchange_end::answered;
        response.status = http_status;
        response.body = std::move(body);
        response.content_type = "application/json";
        tell(event::answer_came{std::exchange(batch, 0), response});
    }
    void deliver() {
        answer(200, R"({"status":"COMPLETE","results":[{"objectId":")" + sent_id + "\"}]}");
    }
    void commit() {
        for (const std::uint64_t one : std::exchange(uncommitted, {}))
            tell(event::outcome_stored{one});
        tell(event::commit_done{std::exchange(bytes, 0)});
    }
    // All that was sent is delivered and durable, and so is what follows.
    void deliver_all() {
        while (actions(), batch != 0) deliver();
        commit();
    }
    // How it ended, the other threads having told of files.
    drain_end close(event::books_closed files = {}) {
        tell(files);
        actions();
        EXPECT_EQ(done.back(), "finished");
        return ended.end;
    }

    std::uint32_t connections = 4;             // at most; set before it begins
    std::optional<std::uint64_t> requests_max; // the same
    std::optional<engine> core;
    boot_time now{1'000'000s};
    std::uint64_t ordinal = 0;
    std::vector<std::string> done;
    std::uint64_t batch = 0; // sent and not answered
    std::string sent_id;
    std::vector<std::uint64_t> uncommitted;
    std::size_t bytes = 0;
    daemon_status status; // as it was published last
    action::finished ended;
    boot_time waits = {};

private:
    void did(const char* what, bool last = false) {
        if (std::string_view(what) != "wait") done.emplace_back(what);
        is_last = last;
    }
    void keep(action::look_up& a) {
        did("look_up");
        ledger_answer answer;
        for (const std::string& id : a.object_ids) answer.entries.push_back({id, {}});
        tell(event::looked_up{std::move(answer)});
    }
    void keep(action::send_request& a) {
        batch = a.request.batch;
        sent_id = a.request.object_ids.front();
        did("send");
    }
    void keep(action::persist_outcome& a) {
        if (a.outcome.batch != 0) uncommitted.push_back(a.outcome.batch);
        bytes += a.bytes;
        did("persist_outcome");
    }
    void keep(action::publish_status& a) {
        status = std::move(a.status);
        did("publish_status");
    }
    void keep(action::finished& a) {
        ended = std::move(a);
        did("finished", true);
    }
    void keep(action::wait_until& a) {
        waits = a.at;
        did("wait", true);
    }
    void keep(action::ask_account&) { did("ask_account"); }
    void keep(action::connect&) { did("connect"); }
    void keep(action::end_request&) { did("end_request"); }
    void keep(action::judge_credential&) { did("judge_credential"); }
    void keep(action::persist_day_count&) { did("persist_day_count"); }
    void keep(action::persist_parks&) { did("persist_parks"); }
    void keep(action::log_warning&) { did("log_warning"); }
    void keep(action::look_around&) { did("look_around"); }
    void keep(action::ask_operators&) { did("ask_operators"); }
    void keep(action::note_files&) { did("note_files"); }
    void keep(action::begin_rest&) { did("begin_rest"); }
    void keep(action::give_back_memory&) { did("give_back_memory"); }
    void keep(action::stop_reading&) { did("stop_reading"); }
    void keep(action::cut_connections&) { did("cut_connections"); }
    void keep(action::close_books&) { did("close_books", true); }

    bool is_last = false;
};

} // namespace hubspool::testing
