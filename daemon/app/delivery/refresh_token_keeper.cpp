#include "app/delivery/refresh_token_keeper.hpp"

#include "api/credential/kept_token.hpp"
#include "base/log.hpp"
#include "core/words/time.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <utility>

namespace hubspool {

namespace asio = boost::asio;

namespace {

constexpr milliseconds keep_retry{1000};

// With copies: it runs on another thread, and the caller may have been given up by then.
asio::awaitable<result<void>> keep_there(std::string file, std::string configured,
                                         std::string token) {
    co_return keep_token(file, configured, token);
}

} // namespace

refresh_token_keeper::refresh_token_keeper(const asio::any_io_executor& loop, std::string file)
    : file_(std::move(file)), pause_(loop) {
}

asio::awaitable<bool> refresh_token_keeper::keep(std::string configured, std::string token) {
    std::string said;
    while (true) {
        // On a thread of its own: fsync can take seconds, and the loop must go on answering.
        const result<void> kept = co_await asio::co_spawn(
            disk_.get_executor(), keep_there(file_, configured, token), asio::use_awaitable);
        if (kept) co_return true;
        // A full disk stays full for long: said when it begins, and when its reason changes.
        if (said != kept.error().message)
            log::error(kept.error().message + "; it is tried again every second");
        said = kept.error().message;
        // At a stop one attempt must do. The next start begins with the token in the file.
        if (stopping_) co_return false;
        pause_.expires_after(keep_retry);
        co_await pause_.async_wait(asio::as_tuple(asio::use_awaitable));
    }
}

void refresh_token_keeper::stop() {
    stopping_ = true;
    pause_.cancel();
}

} // namespace hubspool
