#include "app/metrics/thread_pulse.hpp"

#include <boost/asio/post.hpp>

namespace hubspool {

void thread_pulse::ask(boot_time now) {
    if (asked_at_) return;
    asked_at_ = now;
    ask_([this] { boost::asio::post(own_, [this] { asked_at_.reset(); }); });
}

} // namespace hubspool
