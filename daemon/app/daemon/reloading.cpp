#include "app/daemon/reloading.hpp"

#include "base/log.hpp"
#include "config/settings_change.hpp"

#include <boost/asio/post.hpp>

#include <fmt/ranges.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace hubspool {

reloading::reloading(boost::asio::io_context& loop, settings present, configuration_source source,
                     reloading_events events)
    : loop_(loop), present_(std::move(present)), source_(std::move(source)),
      events_(std::move(events)) {
}

reloading::~reloading() {
    if (thread_.joinable()) thread_.join();
}

std::optional<settings> reloading::end() {
    ended_ = true;
    tell(answered_next_, {});
    tell(waiting_, {});
    return std::exchange(renewed_, std::nullopt);
}

void reloading::ask(answer told) {
    if (!told) told = [](const reload_result&) {};
    if (!source_.read || ended_) return told({});
    // The next run reads it again at its start.
    if (renewed_) return told({reload_result::outcome::renews});
    waiting_.push_back(std::move(told));
    if (std::exchange(reads_, true))
        again_ = true;
    else
        read();
}

void reloading::read() {
    events_.begun();
    answered_next_ = std::exchange(waiting_, {});
    thread_ = std::thread([this] {
        boost::asio::post(loop_, [this, got = source_.read()] {
            thread_.join();
            reads_ = false;
            if (!ended_) tell(answered_next_, take(got));
            if (std::exchange(again_, false)) read_again();
        });
    });
}

void reloading::read_again() {
    if (renewed_ || ended_) return tell(waiting_, {reload_result::outcome::renews});
    reads_ = true;
    read();
}

void reloading::tell(std::vector<answer>& whom, const reload_result& done) {
    for (const answer& one : std::exchange(whom, {})) one(done);
}

reload_result reloading::take(const result<settings>& got) {
    if (!got) {
        log::error("the configuration cannot be used, and that of before stays in force: " +
                   got.error().message);
        events_.goes_on(got.error().message);
        return {reload_result::outcome::refused, got.error().message};
    }
    const std::vector<std::string> changed = changed_keys(present_, *got);
    if (changed.empty()) {
        log::info("the configuration was read again, and nothing has changed");
        events_.goes_on({});
        return {reload_result::outcome::unchanged};
    }
    log::info("the configuration has changed",
              {{"keys", fmt::format("{}", fmt::join(changed, ", "))}});
    source_.take_log(*got);
    present_ = *got;
    if (std::all_of(changed.begin(), changed.end(), is_taken_live)) {
        events_.goes_on({});
        return {reload_result::outcome::taken, {}, changed};
    }
    renewed_ = *got;
    events_.renew();
    return {reload_result::outcome::renews, {}, changed};
}

} // namespace hubspool
