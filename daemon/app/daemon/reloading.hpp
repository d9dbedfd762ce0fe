// Reads the configuration again when it is asked to. What concerns the log alone is taken in as it
// goes; for all else the run ends in order, and its caller begins another. What cannot be read
// changes nothing.
//
// It reads on a thread of its own: the file may lie on a disk that does not answer. Loop thread.
#pragma once

#include "app/control/reload_result.hpp"
#include "base/result.hpp"
#include "config/settings.hpp"

#include <boost/asio/io_context.hpp>

#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace hubspool {

struct configuration_source {
    // On any thread. Empty: there is none that could be read again.
    std::function<result<settings>()> read;
    std::function<void(const settings&)> take_log; // what concerns the log
};

// On the loop thread.
struct reloading_events {
    std::function<void()> begun;
    std::function<void(const std::string& trouble)> goes_on; // as before, for this reason if any
    std::function<void()> renew;                             // the run is to end
};

class reloading {
public:
    reloading(boost::asio::io_context& loop, settings present, configuration_source source,
              reloading_events events);
    reloading(const reloading&) = delete;
    reloading& operator=(const reloading&) = delete;
    // Waits for a reading that is under way.
    ~reloading();

    using answer = std::function<void(reload_result)>;
    // What is asked while it reads is read once more after it: the file may have changed since.
    // `told` may be empty.
    void ask(answer told = {});
    bool renews() const { return renewed_.has_value(); }
    // The run stops or has ended: nothing is taken in any more. Gives that with which another is to
    // begin; nothing: none is.
    std::optional<settings> end();

private:
    void read();
    void read_again();
    static void tell(std::vector<answer>& whom, const reload_result& done);
    reload_result take(const result<settings>& got);

    boost::asio::io_context& loop_;
    settings present_;
    configuration_source source_;
    reloading_events events_;
    std::optional<settings> renewed_;
    std::thread thread_;
    bool reads_ = false, again_ = false, ended_ = false;
    std::vector<answer> waiting_, answered_next_; // for another reading; for the one under way
};

} // namespace hubspool
