#include "app/daemon/state_thread.hpp"

#include <boost/asio/post.hpp>

#include <utility>

namespace hubspool {

namespace asio = boost::asio;

state_thread::state_thread(asio::io_context& loop, instance& running, const totals& before,
                           const run_mark& mark, state_events events)
    : loop_(loop),
      settle_(*running.queue, *running.store, *running.store, running.options, before, mark),
      events_(std::move(events)) {
    settle_.set_events(make_settle_events());
}

void state_thread::start() {
    thread_ = std::thread([this] { settle_.run(); });
}

void state_thread::finish() {
    settle_.stop();
    thread_.join();
}

settle_events state_thread::make_settle_events() {
    settle_events told;
    told.committed = [this](const std::vector<std::uint64_t>& batches, std::size_t bytes) {
        const std::vector<std::uint64_t> last_to_first(batches.rbegin(), batches.rend());
        asio::post(loop_, [this, last_to_first, bytes] { tell_committed(last_to_first, bytes); });
    };
    told.frontiers_durable = [this](const frontiers& upto) {
        asio::post(loop_, [this, upto] { events_.frontiers_durable(upto); });
    };
    told.budget_durable = [this](day_count count) {
        asio::post(loop_, [this, count] { events_.budget_durable(count); });
    };
    told.history_trimmed = [this](const order_key& horizon) {
        asio::post(loop_, [this, horizon] { events_.history_trimmed(horizon); });
    };
    told.files_open = [this](std::size_t files, std::size_t settled) {
        constexpr std::size_t each = settle_loop::open_file_bytes;
        asio::post(loop_,
                   [this, files, settled] { events_.files_held(files * each, settled * each); });
    };
    told.request = [this](const std::optional<operator_request>& found) {
        asio::post(loop_, [this, found] { events_.request(found); });
    };
    told.fatal = [this](const std::string& why) {
        asio::post(loop_, [this, why] { events_.fatal(why); });
    };
    return told;
}

// One batch after another, with what the network brings in between: to let go of a hundred objects
// takes as long as to weigh an answer, and meanwhile HubSpot may have nothing to do.
void state_thread::tell_committed(std::vector<std::uint64_t> last_to_first, std::size_t bytes) {
    events_.committed(last_to_first.back());
    last_to_first.pop_back();
    if (last_to_first.empty()) return events_.all_committed(bytes);
    asio::post(loop_, [this, bytes, rest = std::move(last_to_first)]() mutable {
        tell_committed(std::move(rest), bytes);
    });
}

} // namespace hubspool
