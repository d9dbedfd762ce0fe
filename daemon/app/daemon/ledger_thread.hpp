// The ledger thread: answers what HubSpot acknowledged last, and takes in what was committed, with
// the processor time that nobody else wants.
//
// Nothing that goes wrong with the ledger is fatal: questions wait, are tried again each second, in
// their order, and the log says why, once. While the ledger is made anew they wait for its end.
#pragma once

#include "base/mailbox.hpp"
#include "core/words/ledger_entry.hpp"
#include "state/ledger/ledger.hpp"

#include <cstddef>
#include <deque>
#include <functional>
#include <string>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

namespace hubspool {

class ledger_thread {
public:
    // Acknowledged objects that gather before it takes them in unasked.
    static constexpr std::size_t gathered_max = 1'000'000;

    // `looked_up`: called on the ledger thread, once for each question, in order; one entry for
    // each object of it.
    ledger_thread(std::string state_directory, std::function<void(ledger_answer)> looked_up,
                  std::size_t most_gathered = gathered_max);

    void start();
    // Ends it. What is not answered by then never is.
    void finish();

    // Any thread. An answer knows all that was committed before the question.
    void ask(std::vector<std::string> object_ids) { box_.post_now(std::move(object_ids)); }
    // Whose history is asked from now on, by questions that wait, too: they wait until it is
    // recorded that it is that one's. Empty, as at first: any.
    void portal_is(std::string portal) { box_.post_now(std::move(portal)); }
    // So many objects more were acknowledged; and all that were so far, durably. One thread.
    void acknowledged(std::size_t objects) { acknowledged_ += objects; }
    void committed() { box_.post_now(std::exchange(acknowledged_, 0)); }

private:
    using question = std::vector<std::string>;
    using message = std::variant<question, std::string, std::size_t>;

    void run();
    void take(std::vector<message> messages);
    milliseconds wait_for() const;
    bool answer_first();
    void take_in();
    void write_what_is_held();
    bool works(const failure* why);

    ledger ledger_;
    std::function<void(ledger_answer)> looked_up_;
    const std::size_t most_gathered_;
    mailbox<message> box_{1000};
    std::size_t acknowledged_ = 0; // objects, that it was not told of yet
    std::deque<question> questions_;
    std::string portal_;
    std::size_t gathered_ = 0; // since it took in all
    bool takes_in_ = false;    // it is not through yet
    bool holds_ = false;       // it looked up something since it wrote
    std::string trouble_;      // said
    std::thread thread_;
};

} // namespace hubspool
