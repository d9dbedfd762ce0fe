#include "app/daemon/ledger_thread.hpp"

#include "base/log.hpp"

#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace hubspool {

namespace {

constexpr milliseconds tried_again_after{1000};
constexpr milliseconds portal_recorded_within{10};
// Without a question for so long it lets go of the memory.
constexpr milliseconds held_for{60'000};
// With nothing to do it wakes as seldom as all others.
constexpr milliseconds rest{600'000};
constexpr int lowest_priority = 19;

void yield_to_all_others() {
    // On Linux a thread has a priority of its own. Without it all works as well.
    const auto self = static_cast<id_t>(::syscall(SYS_gettid));
    (void)::setpriority(PRIO_PROCESS, self, lowest_priority);
}

} // namespace

ledger_thread::ledger_thread(std::string state_directory,
                             std::function<void(ledger_answer)> looked_up,
                             std::size_t most_gathered)
    : ledger_(std::move(state_directory), [](const std::string& words) { log::warning(words); }),
      looked_up_(std::move(looked_up)), most_gathered_(most_gathered) {
}

void ledger_thread::start() {
    thread_ = std::thread([this] {
        yield_to_all_others();
        run();
    });
}

void ledger_thread::finish() {
    box_.close();
    thread_.join();
}

void ledger_thread::run() {
    while (!box_.closed()) {
        std::vector<message> messages = box_.take_all(wait_for());
        const bool idle = messages.empty() && questions_.empty() && !takes_in_;
        take(std::move(messages));
        // Questions go before what nobody waits for.
        if (!questions_.empty()) {
            // Others would fail as well.
            if (!answer_first()) box_.wait_closed(tried_again_after);
        } else if (takes_in_) {
            take_in();
        } else if (idle && holds_) {
            write_what_is_held();
        }
    }
    // Else each run would take in again what the runs before it have taken in.
    if (holds_ || takes_in_) write_what_is_held();
}

milliseconds ledger_thread::wait_for() const {
    if (!questions_.empty() || takes_in_) return milliseconds(0);
    return holds_ ? held_for : rest;
}

void ledger_thread::take(std::vector<message> messages) {
    for (message& m : messages) {
        if (auto* const asked = std::get_if<question>(&m))
            questions_.push_back(std::move(*asked));
        else if (auto* const portal = std::get_if<std::string>(&m))
            portal_ = std::move(*portal);
        else
            gathered_ += std::get<std::size_t>(m);
    }
    takes_in_ = takes_in_ || gathered_ >= most_gathered_;
}

bool ledger_thread::answer_first() {
    // In small steps: a ledger that is made anew has a long way to go, and a stop does not wait.
    const auto more = ledger_.take_in_some();
    if (more && *more) return works(nullptr);
    auto found = ledger_.look_up(questions_.front(), portal_);
    if (!found && found.error().code == EAGAIN) {
        // The next commit records whose history it is.
        box_.wait_closed(portal_recorded_within);
        return true;
    }
    if (!works(found ? nullptr : &found.error())) return false;
    questions_.pop_front();
    gathered_ = 0;
    holds_ = true;
    looked_up_(std::move(*found));
    return true;
}

// In small steps, so that a question waits for one of them at most.
void ledger_thread::take_in() {
    const auto more = ledger_.take_in_some();
    takes_in_ = works(more ? nullptr : &more.error()) && *more;
    if (takes_in_) return;
    gathered_ = 0;
    write_what_is_held();
}

void ledger_thread::write_what_is_held() {
    const auto written = ledger_.flush();
    holds_ = false;
    works(written ? nullptr : &written.error());
}

// Says a trouble once, and when it is over.
bool ledger_thread::works(const failure* why) {
    const std::string trouble = why == nullptr ? std::string() : why->message;
    if (!trouble.empty() && trouble != trouble_)
        log::error("the ledger cannot be used; records that may be late wait (with "
                   "records.unchanged: skip, all do), and it is tried again: " +
                   trouble);
    if (trouble.empty() && !trouble_.empty()) log::info("the ledger can be used again");
    trouble_ = trouble;
    return trouble.empty();
}

} // namespace hubspool
