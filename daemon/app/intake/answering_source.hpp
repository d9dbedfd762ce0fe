// A record source through which its thread answers when it is asked whether it moves: whatever the
// intake does, it comes past here. Costs one relaxed atomic a call. Intake thread, but for ask()
// and wake().
#pragma once

#include "base/mailbox.hpp"
#include "spool/record_source.hpp"

#include <atomic>
#include <functional>
#include <memory>
#include <utility>

namespace hubspool {

class answering_source final : public record_source {
public:
    explicit answering_source(std::unique_ptr<record_source> queue) : queue_(std::move(queue)) {}

    // Has the intake thread call it in its next step; ends a wait. Any thread.
    void ask(std::function<void()> answer) {
        questions_.post_now(std::move(answer));
        is_asked_ = true;
        queue_->wake();
        if (is_over_) give_answers();
    }
    // The thread does nothing more, because all is done: whoever asks answers himself.
    void over() {
        is_over_ = true;
        give_answers();
    }

    scan_result scan(next_claim& next, std::uint64_t large_files_above) override {
        answer();
        return queue_->scan(next, large_files_above);
    }
    brought bring_more() override {
        answer();
        return queue_->bring_more();
    }
    std::string not_brought() const override { return queue_->not_brought(); }
    result<std::vector<claimed_file>> claimed_above(std::uint64_t number, std::size_t files_max,
                                                    lane which) override {
        answer();
        return queue_->claimed_above(number, files_max, which);
    }
    opening open(const file_to_read& next, std::function<bool()> keep_on) override {
        return queue_->open(next, [this, asked = std::move(keep_on)] {
            answer(); // once a window
            return asked();
        });
    }
    void wait(milliseconds at_most) override {
        queue_->wait(at_most);
        answer();
    }
    void wake() override { queue_->wake(); }

private:
    void answer() {
        if (!is_asked_.load(std::memory_order_relaxed)) return;
        is_asked_ = false;
        give_answers();
    }
    void give_answers() {
        for (const std::function<void()>& one : questions_.take_all(milliseconds(0))) one();
    }

    std::unique_ptr<record_source> queue_;
    std::atomic<bool> is_asked_{false}, is_over_{false};
    mailbox<std::function<void()>> questions_{1};
};

} // namespace hubspool
