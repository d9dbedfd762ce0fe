// A record source into which the replay under way puts its files, before it is looked at. Intake
// thread, but for wake().
#pragma once

#include "app/replay/replay_feed.hpp"
#include "base/clocks.hpp"
#include "spool/record_source.hpp"

#include <memory>
#include <string>
#include <utility>

namespace hubspool {

class replay_source final : public record_source {
public:
    replay_source(std::unique_ptr<record_source> queue, replay_feed feed, bool is_drain)
        : queue_(std::move(queue)), feed_(std::move(feed)), is_drain_(is_drain) {}

    scan_result scan(next_claim& next, std::uint64_t large_files_above) override {
        // A drain reads first what is there already.
        const auto put = is_drain_ ? brought::nothing : feed_.step(wall_now());
        scan_result found = queue_->scan(next, large_files_above);
        if (put == brought::part) found.again_after = milliseconds(0);
        return found;
    }
    brought bring_more() override { return feed_.step(wall_now()); }
    std::string not_brought() const override { return feed_.trouble(); }
    result<std::vector<claimed_file>> claimed_above(std::uint64_t number, std::size_t files_max,
                                                    lane which) override {
        return queue_->claimed_above(number, files_max, which);
    }
    opening open(const file_to_read& next, std::function<bool()> keep_on) override {
        return queue_->open(next, std::move(keep_on));
    }
    void wait(milliseconds at_most) override { queue_->wait(at_most); }
    void wake() override { queue_->wake(); }

private:
    std::unique_ptr<record_source> queue_;
    replay_feed feed_;
    bool is_drain_;
};

} // namespace hubspool
