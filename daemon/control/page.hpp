// What a page_server is asked and answers, and what bounds it. Values.
#pragma once

#include "base/json_writer.hpp"
#include "core/words/time.hpp"

#include <boost/asio/awaitable.hpp>

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace hubspool {

struct page_request {
    std::string method = "GET"; // or POST, where bodies are taken
    std::string path;
    std::string query = {}; // what follows the '?', as it was sent
    std::string content_type = {};
    std::string body = {};
    std::optional<uid_t> user = {}; // who asks, over a Unix socket
};

struct page {
    int status = 200;
    std::string content_type = "text/plain; charset=utf-8";
    std::string body;
};

inline page json_page(int status, const json_writer& json) {
    return {status, "application/json", json.text() + '\n'};
}

struct page_limits {
    std::size_t connections = 64;
    milliseconds request = std::chrono::seconds(5); // from the connect to its end
    milliseconds answer = std::chrono::seconds(10); // to be taken
    std::uint32_t header_bytes = 8192;
    std::size_t body_bytes = 0;   // of a POST; 0: only GET, and no body is read
    std::size_t bodies_bytes = 0; // of all that are held at a time
};

// Makes the page that is asked for.
using page_maker = std::function<boost::asio::awaitable<page>(page_request asked)>;

} // namespace hubspool
