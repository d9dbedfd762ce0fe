// The daemon's inside: what runs on the loop thread, and what the other two tell it.
#pragma once

#include "api/http/api_client.hpp"
#include "app/crash_handler.hpp"
#include "app/daemon.hpp"
#include "app/delivery/delivery_loop.hpp"
#include "app/intake/intake_loop.hpp"
#include "app/quota_clock.hpp"
#include "app/settle/settle_loop.hpp"
#include "app/stop_signals.hpp"
#include "base/clocks.hpp"
#include "base/mailbox.hpp"
#include "core/engine/daemon_status.hpp"
#include "core/engine/dispatcher.hpp"
#include "os/huge_pages.hpp"
#include "spool/arrivals/changed_files.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace hubspool {

namespace asio = boost::asio;

// Loop thread, unless a member says otherwise.
class daemon {
public:
    daemon(instance& of, const std::optional<drain_options>& drain);

    run_result run();

private:
    result<void> start();
    settle_events make_settle_events();
    intake_events make_intake_events();
    void take(const read_parts& parts);
    void record(response_effect effect);
    void announce_parks();
    void committed(std::vector<std::uint64_t> last_to_first);
    void post_outcome(batch_outcome outcome);
    std::size_t held_bytes() const { return core_->held_bytes() + undurable_bytes_; }
    void tick_once();
    void look_around();
    void rouse();
    void ask_for_wish();
    void wish_read(const std::optional<state_store::operator_wish>& wish);
    void heed(const state_store::operator_wish& wish);
    asio::awaitable<void> watch_for_stop();
    asio::awaitable<void> watch_hangups();
    asio::awaitable<void> tick_along();
    asio::awaitable<void> deliver();
    void stop(bool by_signal);
    void look_at_day();
    void make_budget_durable();
    keeper_events make_keeper_events();
    void portal_asked(const std::string& token, const account_effect& effect);
    void look_at_drain();
    void end_drain(int exit_code, std::string why);
    void fail(std::string why);
    void publish();

    instance& of_;
    const std::optional<drain_options> drain_;
    asio::io_context loop_{1};
    std::optional<stop_signals> signals_;
    asio::posix::stream_descriptor stop_asked_{loop_};
    asio::signal_set hangups_{loop_}; // of `run`, which is nobody's on a terminal
    asio::steady_timer ticker_{loop_};
    asio::steady_timer patience_{loop_};

    std::unique_ptr<sending_file> sending_;
    std::optional<crash_handler> crash_handler_;
    std::unique_ptr<api_client> api_;
    std::unique_ptr<record_source> source_;
    std::optional<quota_clock> quota_clock_;
    huge_page_memory memory_; // of what is pending
    std::optional<dispatcher> core_;
    std::optional<settle_loop> settle_;
    std::optional<byte_budget> budget_;
    std::optional<intake_loop> intake_;
    std::optional<credential_keeper> credential_;
    std::optional<delivery_loop> delivery_;
    std::thread intake_thread_, settle_thread_;

    // What other processes write, as it was before the loop thread came to rest.
    std::optional<changed_files> before_rest_;
    mailbox<changed_files> rests_{1};      // to the intake thread,
    std::optional<changed_files> outside_; // which keeps it here
    // The intake thread's: the loop thread rests, and was told of nothing since.
    bool rest_holds_ = false;
    boot_time rest_told_at_ = {};
    bool resting_ = false;
    bool roused_ = false; // and the ticker has not noticed yet

    std::vector<park> parks_; // as last announced
    hubspool::totals before_;
    hubspool::totals run_; // of this run
    send_figures sent_;    // in it
    std::uint64_t resumes_ = 0;
    std::optional<state_store::operator_wish> wish_; // as last read
    bool wish_asked_ = false;
    bool wish_outdated_ = false; // as asked for: it is to be read once more
    bool everything_read_ = false;
    bool parks_confirmed_ = false;    // by an answer of this run
    std::size_t undurable_bytes_ = 0; // of outcomes that wait for their commit
    std::uint64_t read_bytes_ = 0;    // of blocks, since free memory was given back
    bool stopping_ = false;
    int exit_code_ = 0;
    std::string why_;
    boot_time started_ = boot_now();
    boot_time last_delivery_ = boot_now();
    std::string published_;
    boot_time published_at_ = {};
    std::string unclaimed_; // why the drain could not claim all that was there
};

} // namespace hubspool
