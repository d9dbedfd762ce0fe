// The thread that answers at the control socket. It has a loop of its own, so no client of it holds
// up sending.
#pragma once

#include "app/control/control_links.hpp"
#include "app/control/control_pages.hpp"
#include "config/settings.hpp"
#include "control/listening_socket.hpp"
#include "control/page_server.hpp"

#include <boost/asio/io_context.hpp>

#include <memory>
#include <string>
#include <thread>

namespace hubspool {

// One thread's, but for tell().
class control_thread {
public:
    // Listens and answers from here on. Null: it is off, or cannot be had, which is said.
    static std::unique_ptr<control_thread> open(const settings& options, control_links links);
    ~control_thread() { stop(); }
    control_thread(const control_thread&) = delete;
    control_thread& operator=(const control_thread&) = delete;

    void tell(std::string status_json); // any thread
    // What is being answered gets a moment to its end. Answers of others may come until this is
    // destroyed.
    void stop();

private:
    control_thread(listening_socket listener, const settings& options, control_links links);

    boost::asio::io_context own_{1};
    control_pages pages_;
    page_server server_;
    std::thread thread_;
};

} // namespace hubspool
