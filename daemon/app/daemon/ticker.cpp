#include "app/daemon/ticker.hpp"

#include "base/clocks.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <utility>

namespace hubspool {

namespace asio = boost::asio;

ticker::ticker(const asio::any_io_executor& loop, bool is_drain,
               std::vector<std::string> files_of_others, ticker_events events)
    : timer_(loop), files_of_others_(std::move(files_of_others)), events_(std::move(events)),
      rule_(is_drain) {
}

asio::awaitable<void> ticker::run() {
    while (!stopping_) {
        timer_.expires_after(rule_.wait(boot_now(), events_.day_ends()));
        co_await timer_.async_wait(asio::as_tuple(asio::use_awaitable));
        if (!stopping_) tick();
    }
}

void ticker::stop() {
    stopping_ = true;
    timer_.cancel();
}

void ticker::tick() {
    switch (rule_.ticked(events_.facts())) {
    case rest_rule::turn::note_and_look:
        noted_.emplace(files_of_others_, wall_now());
        [[fallthrough]];
    case rest_rule::turn::look: return events_.look();
    case rest_rule::turn::rest: return events_.rest(*std::exchange(noted_, {}));
    case rest_rule::turn::rouse: return events_.look_first();
    case rest_rule::turn::nothing: return;
    }
}

void ticker::came(bool nothing_to_do) {
    const rest_rule::arrival arrival = rule_.came(nothing_to_do);
    if (arrival == rest_rule::arrival::goes_on) return;
    if (arrival == rest_rule::arrival::end_rest) timer_.cancel();
    events_.look_first();
}

} // namespace hubspool
