// What a page_server answers, and what bounds it. Values.
#pragma once

#include "core/words/time.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

namespace hubspool {

struct page {
    int status = 200;
    std::string content_type = "text/plain; charset=utf-8";
    std::string body;
};

struct page_limits {
    std::size_t connections = 64;
    milliseconds request = std::chrono::seconds(5); // from the connect to its end
    milliseconds answer = std::chrono::seconds(10); // to be taken
    std::uint32_t header_bytes = 8192;
};

// Makes the page of a path; the query is left out of it.
using page_maker = std::function<boost::asio::awaitable<page>(std::string path)>;

} // namespace hubspool
