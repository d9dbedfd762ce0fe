// The state thread, and what it tells the loop thread. Called on the loop thread unless a member
// says otherwise.
#pragma once

#include "app/instance.hpp"
#include "app/settle/settle_loop.hpp"
#include "core/words/operator_request.hpp"

#include <boost/asio/io_context.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace hubspool {

// On the loop thread.
struct state_events {
    std::function<void(std::uint64_t batch)> committed; // its outcome is durable
    // Those of several are; what they held, until then, was so many bytes.
    std::function<void(std::size_t bytes)> all_committed;
    std::function<void(const frontiers&)> frontiers_durable;
    std::function<void(day_count)> budget_durable;
    std::function<void(const order_key& horizon)> history_trimmed;
    // By the books of open files, and of those that only wait for their turn to leave cur/.
    std::function<void(std::size_t bytes, std::size_t settled_bytes)> files_held;
    // What operators have asked for; nothing: it could not be read.
    std::function<void(const std::optional<operator_request>&)> request;
    std::function<void(const std::string& why)> fatal;
};

class state_thread {
public:
    state_thread(boost::asio::io_context& loop, instance& running, const totals& before,
                 const run_mark& mark, state_events events);

    // Before start().
    void restore(open_file file, std::uint64_t unread_from) {
        settle_.restore(std::move(file), unread_from);
    }
    void log_clean_batches_at(log::level level) { settle_.log_clean_batches_at(level); }

    mailbox<settle_message>& box() { return settle_.box(); } // any thread
    void start();
    // Ends it: everything that was told before is durable then.
    void finish();

    // After finish().
    void write_last_status(const std::string& json) { settle_.write_last_status(json); }
    std::size_t files_left() const { return settle_.files_left(); }
    std::size_t exits_due() const { return settle_.exits_due(); }
    std::uint64_t files_rejected() const { return settle_.files_rejected(); }

private:
    settle_events make_settle_events();
    void tell_committed(std::vector<std::uint64_t> last_to_first, std::size_t bytes);

    boost::asio::io_context& loop_;
    settle_loop settle_;
    state_events events_;
    std::thread thread_;
};

} // namespace hubspool
