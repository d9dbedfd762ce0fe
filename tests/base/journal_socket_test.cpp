#include "base/journal_socket.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>
#include <string>

namespace hubspool {
namespace {

// As journald listens.
class small_journald {
public:
    explicit small_journald(const std::string& path)
        : socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
        sockaddr_un at{};
        at.sun_family = AF_UNIX;
        path.copy(at.sun_path, sizeof at.sun_path - 1);
        if (::bind(socket_, reinterpret_cast<const sockaddr*>(&at), sizeof at) != 0)
            throw std::runtime_error("bind");
    }
    ~small_journald() { ::close(socket_); }
    small_journald(const small_journald&) = delete;
    small_journald& operator=(const small_journald&) = delete;

    std::string next() const {
        char record[4096];
        const ssize_t size = ::recv(socket_, record, sizeof record, 0);
        return size < 0 ? std::string() : std::string(record, static_cast<std::size_t>(size));
    }

private:
    int socket_;
};

TEST(journal_socket, each_record_comes_whole) {
    const temp_dir dir;
    const small_journald journald(dir.file("s"));
    const journal_socket to(dir.file("s"));
    EXPECT_EQ(to.send("PRIORITY=6\nMESSAGE=a"), 0);
    EXPECT_EQ(to.send("PRIORITY=4\nMESSAGE=b"), 0);
    EXPECT_EQ(journald.next(), "PRIORITY=6\nMESSAGE=a");
    EXPECT_EQ(journald.next(), "PRIORITY=4\nMESSAGE=b");
}

TEST(journal_socket, one_that_was_started_anew_is_found) {
    const temp_dir dir;
    const journal_socket to(dir.file("s"));
    EXPECT_EQ(to.send("MESSAGE=a"), ENOENT);
    {
        const small_journald first(dir.file("s"));
        EXPECT_EQ(to.send("MESSAGE=b"), 0);
    }
    EXPECT_EQ(to.send("MESSAGE=c"), ECONNREFUSED);
    ::unlink(dir.file("s").c_str());
    const small_journald second(dir.file("s"));
    EXPECT_EQ(to.send("MESSAGE=d"), 0);
    EXPECT_EQ(second.next(), "MESSAGE=d");
}

} // namespace
} // namespace hubspool
