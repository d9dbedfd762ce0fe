#include "control/control_call.hpp"

#include "os/system_failure.hpp"
#include "os/unix_socket.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

#include <cerrno>

namespace hubspool {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;

namespace {

using local = asio::local::stream_protocol;
constexpr auto with_outcome = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t answer_bytes_max = 16U << 20;

struct call {
    call(asio::io_context& loop, const std::string& path)
        : stream(loop), request(http::verb::post, path, 11) {
        request.set(http::field::host, "localhost");
        request.prepare_payload();
        answer.body_limit(answer_bytes_max);
    }

    beast::basic_stream<local> stream;
    http::request<http::empty_body> request;
    http::response_parser<http::string_body> answer;
    beast::flat_buffer buffer;
    boost::system::error_code failed;
};

asio::awaitable<void> make(call& one, local::endpoint to) {
    std::tie(one.failed) = co_await one.stream.async_connect(to, with_outcome);
    if (one.failed) co_return;
    const auto [unwritten, written] =
        co_await http::async_write(one.stream, one.request, with_outcome);
    one.failed = unwritten;
    if (one.failed) co_return;
    const auto [unread, got] =
        co_await http::async_read(one.stream, one.buffer, one.answer, with_outcome);
    one.failed = unread;
}

} // namespace

result<control_answer> call_control(const std::string& socket, const std::string& path,
                                    milliseconds patience) {
    const socket_path at(socket);
    if (at.text().size() >= sizeof sockaddr_un{}.sun_path)
        return system_failure("connect to", socket, ENAMETOOLONG);
    asio::io_context loop(1);
    call one(loop, path);
    one.stream.expires_after(patience);
    local::endpoint to(at.text());
    asio::co_spawn(loop, [&one, to] { return make(one, to); }, asio::detached);
    loop.run();
    if (one.failed == beast::error::timeout)
        return failure{"it has not answered in time at " + socket, ETIMEDOUT};
    if (one.failed)
        return one.failed.category() == boost::system::system_category()
                   ? system_failure("ask at", socket, one.failed.value())
                   : failure{"no answer at " + socket + ": " + one.failed.message(), EPROTO};
    return control_answer{static_cast<int>(one.answer.get().result_int()),
                          std::move(one.answer.get().body())};
}

} // namespace hubspool
