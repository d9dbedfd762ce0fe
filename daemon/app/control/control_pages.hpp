// What the control socket answers: config/control.openapi.json describes it. Control thread, but
// for what waits for a disk: that is done on a thread of its own, one after the other.
#pragma once

#include "app/control/control_links.hpp"
#include "config/settings.hpp"
#include "control/page.hpp"
#include "core/words/operator_request.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>

#include <chrono>
#include <string>
#include <string_view>

namespace hubspool {

class control_pages {
public:
    // For the loop thread and for the disk; what takes longer is told as unknown.
    static constexpr milliseconds answer_patience = std::chrono::seconds(20);

    control_pages(boost::asio::io_context& own, const settings& options, control_links links)
        : own_(own), options_(options), links_(std::move(links)) {}
    ~control_pages() { finish(); }
    control_pages(const control_pages&) = delete;
    control_pages& operator=(const control_pages&) = delete;

    void tell(std::string status_json) { status_json_ = std::move(status_json); }
    boost::asio::awaitable<page> make(page_request asked);
    // What waits for a disk is not begun any more. Any thread.
    void finish() {
        disk_.stop();
        disk_.join();
    }

private:
    using order = boost::asio::awaitable<page> (control_pages::*)();

    static order find_order(std::string_view name); // null: it is none
    boost::asio::awaitable<page> pause() { return heed(operator_command::pause); }
    boost::asio::awaitable<page> resume() { return heed(operator_command::resume); }
    boost::asio::awaitable<page> heed(operator_command what);
    boost::asio::awaitable<page> flush();
    boost::asio::awaitable<page> reload();
    boost::asio::awaitable<page> take_changes(page_request asked);
    page status() const;

    boost::asio::io_context& own_;
    const settings& options_;
    const control_links links_;
    std::string status_json_; // empty: none was told yet
    boost::asio::thread_pool disk_{1};
};

} // namespace hubspool
