#include "app/daemon/sender.hpp"

#include "app/options.hpp"

#include <utility>

namespace hubspool {

namespace asio = boost::asio;

result<std::unique_ptr<sender>> sender::open(asio::io_context& loop, instance& running,
                                             bool run_before, boot_time now,
                                             sending_leftovers& left, const api_maker& make_api) {
    std::unique_ptr<sender> made(new sender(loop, running));
    auto sending = sending_file::open(make_sending_options(running.options), run_before, now, left);
    if (!sending) return sending.error();
    made->sending_ = std::move(*sending);
    made->crash_handler_.emplace(made->sending_->mark());
    auto api = make_api(loop.get_executor(), make_api_options(running.options));
    if (!api) return api.error();
    made->api_ = std::move(*api);
    return made;
}

void sender::set_up(engine& core, keeper_events keeper, std::function<void(action::any&)> others) {
    const asio::any_io_executor loop = patience_.get_executor();
    credential_.emplace(loop, running_, core, *api_, std::move(keeper));
    delivery_.emplace(loop, make_alarm_clock(loop),
                      delivery_links{core, *api_, *credential_, sending_->requests()},
                      running_.options.api.version, std::move(others));
}

asio::awaitable<void> sender::run() {
    co_await delivery_->run();
    co_await credential_->at_rest();
    patience_.cancel();
}

void sender::finish() {
    credential_->stop();
    patience_.expires_after(running_.options.api.request_timeout);
    patience_.async_wait([this](boost::system::error_code ec) {
        if (ec) return;
        delivery_->abort();
        credential_->give_up();
    });
}

} // namespace hubspool
