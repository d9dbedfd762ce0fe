#include "app/control/control_pages.hpp"

#include "app/control/asked_changes.hpp"
#include "app/submit/submission_json.hpp"
#include "base/json_writer.hpp"
#include "base/log.hpp"
#include "state/state_store.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <unistd.h>

#include <cerrno>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

namespace hubspool {

namespace asio = boost::asio;

namespace {

constexpr std::string_view prefix = "/v1/";

page error_page(int status, std::string_view code, std::string_view words) {
    json_writer json;
    json.begin_object().key("error").begin_object().key("code").value(code);
    json.key("message").value(words).end_object().end_object();
    return json_page(status, json);
}

page no_answer(std::string_view who) {
    return error_page(
        504, "no_answer",
        fmt::format("{} has not answered in time: whether it was done is not known", who));
}

page paused_page(bool is_paused) {
    json_writer json;
    json.begin_object().key("paused").value(is_paused).end_object();
    return json_page(200, json);
}

// Beside the daemon's own connection: the two never wait for each other longer than for a commit.
result<void> note(const std::string& state_directory, operator_command what) {
    auto store = state_store::open(state_directory, state_store::access::operator_);
    if (!store) return store.error();
    return (*store)->ask_for(what);
}

page page_of(const result<submitted_file>& put, lane to) {
    if (!put) {
        const int code = put.error().code;
        if (code == ENOSPC || code == EDQUOT)
            return error_page(507, "no_space",
                              put.error().message + "; try again when there is room");
        return code == EINVAL ? error_page(422, "unreadable", put.error().message)
                              : error_page(500, "not_queued", put.error().message);
    }
    const bool is_queued = !put->name.empty();
    json_writer json;
    json.begin_object();
    if (!is_queued) {
        json.key("error").begin_object().key("code").value(put->bad > 0 ? "bad_records"
                                                                        : "no_records");
        json.key("message").value(put->bad > 0 ? "nothing was queued: bad_records says which "
                                                 "records cannot be taken, and why"
                                               : "nothing was queued: the body holds no record");
        json.end_object();
    }
    json.key("name");
    is_queued ? json.value(put->name) : json.null();
    json.key("lane").value(to == lane::bulk ? "bulk" : "live").key("records").value(put->records);
    put_findings(json, *put);
    json.end_object();
    return json_page(is_queued ? 202 : 422, json);
}

page page_of(const reload_result& done) {
    if (done.what == reload_result::outcome::refused)
        return error_page(422, "unusable_configuration",
                          "the configuration cannot be used, and that of before stays in force: " +
                              done.why);
    if (done.what == reload_result::outcome::too_late)
        return error_page(409, "not_reloading",
                          "it ends, or is a drain: no configuration is read again");
    json_writer json;
    json.begin_object().key("changed").begin_array();
    for (const std::string& key : done.keys) json.value(key);
    // The run ends in order, and another begins with it.
    json.end_array().key("renewed").value(done.what == reload_result::outcome::renews);
    json.end_object();
    return json_page(200, json);
}

} // namespace

asio::awaitable<page> control_pages::make(page_request asked) {
    if (!asked.path.starts_with(prefix))
        co_return error_page(404, "not_found", "paths begin with /v1/");
    const std::string name = asked.path.substr(prefix.size());
    const order steer = find_order(name);
    const bool reads = name == "status";
    if (!reads && name != "changes" && steer == nullptr)
        co_return error_page(404, "not_found",
                             "there is /v1/status, changes, pause, resume, flush and reload");
    if (asked.method != (reads ? "GET" : "POST"))
        co_return error_page(405, "wrong_method", reads ? "GET it" : "POST to it");
    if (reads) co_return status();
    page done;
    if (steer == nullptr) {
        done = co_await take_changes(std::move(asked));
        co_return done;
    }
    if (asked.user != 0U && asked.user != ::geteuid())
        co_return error_page(403, "forbidden",
                             "only root and the user that hubspool runs as may do this");
    log::info("asked over the control socket", {{"what", name}, {"user", asked.user.value_or(0)}});
    done = co_await (this->*steer)();
    co_return done;
}

control_pages::order control_pages::find_order(std::string_view name) {
    if (name == "pause") return &control_pages::pause;
    if (name == "resume") return &control_pages::resume;
    if (name == "flush") return &control_pages::flush;
    if (name == "reload") return &control_pages::reload;
    return nullptr;
}

// Durable first, then heeded: when this is answered, no request goes out that it should hold.
asio::awaitable<page> control_pages::heed(operator_command what) {
    asker_of<result<void>> write = [this, what](std::function<void(result<void>)> answer) {
        asio::post(disk_, [directory = options_.state.directory, what, told = std::move(answer)] {
            told(note(directory, what));
        });
    };
    const auto noted = co_await answer_of(own_, std::move(write), answer_patience);
    if (!noted) co_return no_answer("the state's disk");
    if (!*noted) co_return error_page(503, "state", noted->error().message);
    const auto heard = co_await answer_of(own_, links_.operators_wrote, answer_patience);
    if (!heard) co_return no_answer("the loop thread");
    co_return paused_page(what == operator_command::pause);
}

asio::awaitable<page> control_pages::flush() {
    const auto done = co_await answer_of(own_, links_.flush, answer_patience);
    if (!done) co_return no_answer("the loop thread");
    json_writer json;
    json.begin_object().key("flushed").value(true).end_object();
    co_return json_page(200, json);
}

asio::awaitable<page> control_pages::reload() {
    const auto done = co_await answer_of(own_, links_.reload, answer_patience);
    if (!done) co_return no_answer("the loop thread");
    co_return page_of(*done);
}

asio::awaitable<page> control_pages::take_changes(page_request asked) {
    const auto changes = read_asked_changes(asked);
    if (!changes) co_return error_page(400, "bad_query", changes.error().message);
    const auto body = std::make_shared<const std::string>(std::move(asked.body));
    const lane to = changes->how.lane;
    asker_of<page> put = [this, body, how = *changes, to](std::function<void(page)> answer) {
        asio::post(disk_, [this, body, how, to, told = std::move(answer)] {
            told(page_of(submit_text(*body, how.name, options_, how.how), to));
        });
    };
    std::optional<page> done = co_await answer_of(own_, std::move(put), answer_patience);
    if (!done) co_return no_answer("the queue's disk");
    co_return std::move(*done);
}

page control_pages::status() const {
    json_writer json;
    json.begin_object().key("version").value(HUBSPOOL_VERSION).key("pid").value(::getpid());
    json.key("status");
    // Of a run that has only just begun nothing is known yet.
    status_json_.empty() ? json.null() : json.object(status_json_);
    json.end_object();
    return json_page(200, json);
}

} // namespace hubspool
