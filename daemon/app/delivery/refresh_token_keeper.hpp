// Keeps refresh tokens that HubSpot gave on the disk. Loop thread; a thread of its own waits for
// the disk.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>

#include <string>

namespace hubspool {

class refresh_token_keeper {
public:
    // `file`: see api/credential/kept_token.hpp.
    refresh_token_keeper(const boost::asio::any_io_executor& loop, std::string file);

    // Ends when `token` is on the disk, beside the one that was `configured` when it came. A
    // failure is told once, and it is tried again every second. False: stop() was called before.
    boost::asio::awaitable<bool> keep(std::string configured, std::string token);
    // The try under way is the last one.
    void stop();

private:
    std::string file_;
    boost::asio::steady_timer pause_;
    boost::asio::thread_pool disk_{1};
    bool stopping_ = false;
};

} // namespace hubspool
