// The daemon: puts its parts together, and carries what one of them tells to those whom it
// concerns. Decides nothing: rules are in core/engine.
//
// Three threads: the intake reads, the loop thread sends, the state thread records.
#pragma once

#include "app/daemon/intake_thread.hpp"
#include "app/daemon/operator_desk.hpp"
#include "app/daemon/outcome_recorder.hpp"
#include "app/daemon/quota_keeper.hpp"
#include "app/daemon/sender.hpp"
#include "app/daemon/state_thread.hpp"
#include "app/daemon/status_teller.hpp"
#include "app/daemon/stop_watch.hpp"
#include "app/daemon/ticker.hpp"
#include "app/recovery.hpp"
#include "app/run_result.hpp"
#include "core/engine/engine.hpp"
#include "core/engine/run_end.hpp"
#include "os/huge_pages.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include <memory>
#include <optional>
#include <string>

namespace hubspool {

// Loop thread.
class daemon {
public:
    daemon(instance& running, const std::optional<drain_options>& drain);

    // Recovers, and makes all parts. Once, before run(). `tells_each_batch`: see drain_options.
    result<void> open(bool tells_each_batch);
    // Blocks until the run has ended.
    run_result run();

private:
    void set_up_engine(const recovered& found, const sending_leftovers& left, quota_clock clock);
    void set_up_intake(recovered& found, const sending_leftovers& left,
                       std::unique_ptr<record_source> source);
    void begin();
    void finish();
    state_events make_state_events();
    intake_thread_events make_intake_events();
    keeper_events make_keeper_events();
    delivery_events make_delivery_events();
    ticker_events make_ticker_events();

    void take(const read_parts& parts);
    void tell(event::any happened);
    void request_read(const std::optional<operator_request>& found);
    void came();
    void look_by_time();
    void look_before_sending();
    void look_at_day();
    drain_facts facts() const;
    std::size_t held_bytes() const;
    void look_at_end();
    void begin_stop();
    void fail(const std::string& why);
    daemon_status status() const;
    boost::asio::awaitable<void> deliver();

    instance& running_;
    boost::asio::io_context loop_{1};
    run_end end_;
    stop_watch stop_;
    huge_page_memory memory_; // of what is pending
    std::optional<engine> core_;
    std::optional<state_thread> state_;
    std::optional<outcome_recorder> recorder_;
    std::optional<status_teller> status_;
    std::optional<operator_desk> operator_;
    std::optional<quota_keeper> day_;
    std::unique_ptr<sender> sender_;
    std::optional<intake_thread> intake_;
    std::optional<ticker> ticker_;
};

} // namespace hubspool
