// Notices on one way to whoever is to hear of them. What cannot be told waits, within a limit, and
// is tried again. Notify thread.
#pragma once

#include "app/notify/notice_rules.hpp"
#include "base/result.hpp"
#include "core/words/time.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <utility>

namespace hubspool {

// Tells one notice, which is `json` as well. Blocks, but not for long once `keep_on` says no.
using notice_way = std::function<result<void>(const notice& told, const std::string& json,
                                              const std::function<bool()>& keep_on)>;

class notice_outbox {
public:
    static constexpr std::size_t waiting_max = 100;
    static constexpr milliseconds tried_again_after{60'000};

    // `name`: the setting, for the log.
    notice_outbox(std::string name, notice_way way)
        : name_(std::move(name)), way_(std::move(way)) {}

    // When too many wait, the oldest is given up.
    void add(notice told, std::string json);
    // In order, up to the first that fails.
    void send(boot_time now, const std::function<bool()>& keep_on);

private:
    struct waiting {
        notice told;
        std::string json;
    };
    std::string name_;
    notice_way way_;
    std::deque<waiting> waiting_;
    std::uint64_t given_up_ = 0; // since the last that was told
    boot_time next_try_ = {};
    std::string trouble_; // said
};

} // namespace hubspool
