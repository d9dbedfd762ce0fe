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
    return std::exchange(renewed_, std::nullopt);
}

void reloading::ask() {
    if (!source_.read || renewed_ || ended_) return;
    if (std::exchange(reads_, true))
        again_ = true;
    else
        read();
}

void reloading::read() {
    events_.begun();
    thread_ = std::thread([this] {
        boost::asio::post(loop_, [this, got = source_.read()] {
            thread_.join();
            reads_ = false;
            if (!ended_) take(got);
            if (std::exchange(again_, false)) ask();
        });
    });
}

void reloading::take(const result<settings>& got) {
    if (!got) {
        log::error("the configuration cannot be used, and that of before stays in force: " +
                   got.error().message);
        return events_.goes_on(got.error().message);
    }
    const std::vector<std::string> changed = changed_keys(present_, *got);
    if (changed.empty()) {
        log::info("the configuration was read again, and nothing has changed");
        return events_.goes_on({});
    }
    log::info("the configuration has changed",
              {{"keys", fmt::format("{}", fmt::join(changed, ", "))}});
    source_.take_log(*got);
    present_ = *got;
    if (std::all_of(changed.begin(), changed.end(), is_taken_live)) return events_.goes_on({});
    renewed_ = *got;
    events_.renew();
}

} // namespace hubspool
