#include "app/notify/notice_outbox.hpp"

#include "base/log.hpp"

namespace hubspool {

void notice_outbox::add(notice told, std::string json) {
    if (waiting_.size() == waiting_max) {
        waiting_.pop_front();
        ++given_up_;
    }
    waiting_.push_back({std::move(told), std::move(json)});
}

void notice_outbox::send(boot_time now, const std::function<bool()>& keep_on) {
    if (now < next_try_) return;
    while (!waiting_.empty() && keep_on()) {
        const result<void> sent = way_(waiting_.front().told, waiting_.front().json, keep_on);
        if (!sent) {
            if (sent.error().message != trouble_)
                log::error(name_ +
                           " could not tell what is the matter, and is tried again each "
                           "minute: " +
                           sent.error().message);
            trouble_ = sent.error().message;
            next_try_ = now + tried_again_after;
            return;
        }
        waiting_.pop_front();
        if (!std::exchange(trouble_, {}).empty())
            log::info(name_ + " works again", {{"notices_given_up", given_up_}});
        given_up_ = 0;
    }
}

} // namespace hubspool
