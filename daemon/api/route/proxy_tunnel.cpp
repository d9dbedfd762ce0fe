#include "api/route/proxy_tunnel.hpp"

#include "api/credential/credential_file.hpp"
#include "api/route/deadline.hpp"
#include "core/words/base64.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <cstdint>
#include <string_view>

namespace hubspool {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using boost::system::error_code;

constexpr std::uint32_t header_bytes_max = 16U << 10;
constexpr int authentication_required = 407;

struct tunnel_answer {
    tunnel_answer() {
        parser.header_limit(header_bytes_max);
        parser.skip(true); // a refusal's page is not read
    }

    // "403 Forbidden (ERR_ACCESS_DENIED 0)"; Squid tells its reason in a header.
    std::string words() const {
        constexpr std::size_t size_max = 120;
        // Its own page is not read, so this header is all that Squid tells.
        const auto squid = parser.get()["X-Squid-Error"];
        std::string text = fmt::format(
            "{} {}", parser.get().result_int(),
            std::string_view(parser.get().reason().data(), parser.get().reason().size()));
        if (!squid.empty()) {
            text += fmt::format(" ({})", std::string_view(squid.data(), squid.size()));
        }
        return text.substr(0, size_max);
    }

    beast::flat_buffer buffer{header_bytes_max};
    http::response_parser<http::empty_body> parser;
};

asio::awaitable<std::tuple<error_code>> ask(tcp::socket& socket, const std::string& request,
                                            tunnel_answer& answer) {
    const auto [not_written, written] =
        co_await asio::async_write(socket, asio::buffer(request), use_result);
    if (not_written) {
        co_return not_written;
    }
    constexpr std::size_t read_bytes = 1024;
    // The tunnel's bytes begin right behind the answer, so it is read in small pieces and none
    // beyond.
    while (!answer.parser.is_done()) {
        const std::size_t room = header_bytes_max - answer.buffer.size();
        const auto [not_read, size] = co_await socket.async_read_some(
            answer.buffer.prepare(std::min(room, read_bytes)), use_result);
        if (not_read) {
            co_return not_read;
        }
        answer.buffer.commit(size);
        error_code ec;
        answer.buffer.consume(answer.parser.put(answer.buffer.data(), ec));
        // need_more is the parser's way to ask for the next piece.
        if (ec && ec != http::error::need_more) {
            co_return ec;
        }
        // An answer that never ends is no proxy's.
        if (answer.buffer.size() == header_bytes_max) {
            co_return error_code(http::error::header_limit);
        }
    }
    co_return error_code();
}

// Ways to log in stand in one header with commas, or in a header each.
bool offers_basic(const http::fields& header) {
    const auto [begin, end] = header.equal_range(http::field::proxy_authenticate);
    return std::any_of(begin, end, [](const auto& field) {
        std::string_view ways(field.value().data(), field.value().size());
        while (!ways.empty()) {
            ways.remove_prefix(std::min(ways.find_first_not_of(" \t,"), ways.size()));
            if (beast::iequals(ways.substr(0, 5), "Basic")) {
                return true;
            }
            ways.remove_prefix(std::min(ways.find(','), ways.size()));
        }
        return false;
    });
}

std::string why_not_allowed_in(const tunnel_answer& answer, const std::string& file) {
    const auto offered = answer.parser.get()[http::field::proxy_authenticate];
    // Only Basic is offered: other ways need a library of their own.
    if (!offered.empty() && !offers_basic(answer.parser.get())) {
        return fmt::format("demands another way to log in than Basic ({}); have it allow this "
                           "machine by its address",
                           std::string_view(offered.data(), offered.size()).substr(0, 60));
    }
    if (file.empty()) {
        return fmt::format("demands a user and a password ({}); write USER:PASSWORD into a file "
                           "and name it in api.proxy_credentials_file",
                           answer.words());
    }
    return fmt::format("refuses the user or the password in {} ({}); correct that file, it is read "
                       "again at the next try",
                       file, answer.words());
}

std::string why_no_tunnel(const tunnel_answer& answer, const proxy_access& through,
                          const api_url& target) {
    const std::string to = target.place();
    switch (const unsigned status = answer.parser.get().result_int()) {
    // The remedies differ, so the status decides about the words.
    case authentication_required: return why_not_allowed_in(answer, through.credentials_file);
    case 403:
    case 405:
        return fmt::format("does not allow a tunnel to {} ({}); have it allow CONNECT to there", to,
                           answer.words());
    case 502:
    case 503:
    case 504:
        return fmt::format("cannot reach {} ({}); check the proxy's own network and name service",
                           to, answer.words());
    default:
        return fmt::format("answered {} to CONNECT {}; check host and port in api.proxy{}",
                           answer.words(), to, status == 404 ? ": this may be a web server" : "");
    }
}

std::string why_no_answer(const error_code& ec, const api_url& target, milliseconds limit) {
    if (ec == asio::error::timed_out) {
        return fmt::format(
            "did not open a tunnel to {} within {} ms; it may not reach there, or be "
            "no proxy: check it, and host and port in api.proxy",
            target.place(), limit.count());
    }
    if (ec == asio::error::eof || ec == asio::error::connection_reset) {
        return fmt::format(
            "closed the connection instead of opening a tunnel to {}; check host and "
            "port in api.proxy",
            target.place());
    }
    if (ec.category() == http::make_error_code(http::error::need_more).category()) {
        return fmt::format("does not speak HTTP ({}); check host and port in api.proxy",
                           ec.message());
    }
    return ec.message();
}

} // namespace

result<std::string> proxy_authorization(const std::string& credentials_file) {
    constexpr const char* setting = "api.proxy_credentials_file";
    auto text = read_secret_file(setting, credentials_file);
    if (!text) {
        return text.error();
    }
    text->erase(text->find_last_not_of("\r\n") + 1);
    // What would end the header line early could add others.
    const bool printable = std::none_of(text->begin(), text->end(), [](char c) {
        return static_cast<unsigned char>(c) < ' ' || c == '\x7f';
    });
    if (!printable || text->find(':') == std::string::npos) {
        return failure{
            fmt::format("{}: {} must hold USER:PASSWORD, on one line", setting, credentials_file)};
    }
    return "Basic " + base64(*text);
}

asio::awaitable<result<void>> open_tunnel(tcp::socket& socket, const proxy_access& through,
                                          const api_url& target, milliseconds limit) {
    // RFC 9110 section 9.3.6: CONNECT names host and port, and nothing else.
    std::string request = fmt::format("CONNECT {0} HTTP/1.1\r\nHost: {0}\r\n", target.place());
    if (!through.credentials_file.empty()) {
        const auto authorization = proxy_authorization(through.credentials_file);
        if (!authorization) {
            co_return authorization.error();
        }
        request += fmt::format("Proxy-Authorization: {}\r\n", *authorization);
    }
    request += "User-Agent: hubspool/" HUBSPOOL_VERSION "\r\n\r\n";
    tunnel_answer answer;
    const error_code ec = co_await finish_within(ask(socket, request, answer), limit);
    const std::string proxy = "the proxy " + through.at.place();
    if (ec) {
        co_return failure{fmt::format("{} {}", proxy, why_no_answer(ec, target, limit))};
    }
    // Any success opens the tunnel; everything behind the header is the target's.
    if (answer.parser.get().result_int() / 100 != 2) {
        co_return failure{fmt::format("{} {}", proxy, why_no_tunnel(answer, through, target))};
    }
    if (answer.buffer.size() > 0) {
        // In TLS the client speaks first: this is not the target's.
        co_return failure{
            fmt::format("{} sent bytes of its own into the tunnel to {}; it is broken, "
                        "or api.proxy is no proxy",
                        proxy, target.place())};
    }
    co_return result<void>();
}

} // namespace hubspool
