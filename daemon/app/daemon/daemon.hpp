// The daemon: puts its parts together, tells the engine what they tell, and carries out what the
// engine wants done. Decides nothing: rules are in core/engine.
//
// Four threads: the intake reads, the loop thread sends, the state thread records, and the ledger
// thread knows what was delivered. The control socket has one and another for its disk; metrics and
// notices have one each, where they are wanted.
#pragma once

#include "app/daemon/intake_thread.hpp"
#include "app/daemon/ledger_thread.hpp"
#include "app/daemon/onlookers.hpp"
#include "app/daemon/operators.hpp"
#include "app/daemon/quota_keeper.hpp"
#include "app/daemon/sender.hpp"
#include "app/daemon/state_thread.hpp"
#include "app/recovery.hpp"
#include "app/run_result.hpp"
#include "core/books/history_portal.hpp"
#include "core/engine/engine.hpp"
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
    daemon(instance& running, const std::optional<drain_options>& drain,
           configuration_source configuration);

    // Recovers, and makes all parts. Once, before run(). `tells_each_batch`: see drain_options.
    // `survey`: for the onlookers.
    result<void> open(bool tells_each_batch, const queue_survey_maker& survey);
    // Blocks until the run has ended.
    run_result run();

private:
    void set_up_engine(const recovered& found, const sending_leftovers& left, quota_clock clock);
    void set_up_intake(recovered& found, const sending_leftovers& left,
                       std::unique_ptr<record_source> source);
    void begin();
    run_result finish();
    state_events make_state_events();
    intake_thread_events make_intake_events();
    keeper_events make_keeper_events();
    operators_events make_operators_events();
    reloading_events make_reloading_events();
    void tell(event::any happened);
    void take(const read_parts& parts);
    void account_told(const account_details& account);

    void carry_out(action::any& next);
    void act(action::persist_outcome& a);
    void act(const action::persist_day_count& a);
    void act(const action::persist_parks& a);
    void act(const action::look_around& a);
    void act(action::look_up& a);
    void act(const action::ask_operators& a);
    void act(const action::note_files& a);
    void act(const action::begin_rest& a);
    void act(action::publish_status& a);
    void act(const action::give_back_memory& a);
    void act(const action::stop_reading& a);
    boost::asio::awaitable<void> deliver();

    instance& running_;
    const std::optional<drain_options> drain_;
    const boot_time started_;
    boost::asio::io_context loop_{1};
    onlookers onlookers_; // the other threads hold their questions
    operators operators_;
    huge_page_memory memory_; // of what is pending
    std::optional<engine> core_;
    std::optional<state_thread> state_;
    std::optional<ledger_thread> ledger_;
    std::optional<quota_keeper> day_;
    std::unique_ptr<sender> sender_;
    std::optional<intake_thread> intake_;
    history_portal portal_;
};

} // namespace hubspool
