// From the rename of a file into new/ to its request at the server: median and 99th percentile.
//
//   bench_latency bare DIR N     a bare loop: inotify, rename, fsync, read, write on a warm
//   connection bench_latency served DIR N   hubspool on DIR/queue, run by the caller once DIR/port
//   is there;
//                                DIR/ca.pem is what it trusts
//
// The next file comes when all work on the one before is done. Prints microseconds.
#include "support/test_certificates.hpp"
#include "support/tls_test_server.hpp"

#include <openssl/ssl.h>

#include <fcntl.h>
#include <poll.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <semaphore>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace hubspool {
namespace {

namespace fs = std::filesystem;
using clock = std::chrono::steady_clock;

constexpr std::chrono::seconds patience{30};
constexpr int warm_ups = 20;

void must(bool held, const char* what) {
    if (!held) throw std::runtime_error(what);
}

// Takes requests, and tells when each was there.
class arrivals {
public:
    arrivals()
        : authority_("bench authority"),
          server_(options(), {[this](test_peer& peer) { serve(peer); }}) {}

    clock::time_point next() {
        must(arrived_.try_acquire_for(patience), "no request came");
        return at_;
    }
    int port() const { return server_.port(); }
    const std::string& authority() const { return authority_.certificate_pem(); }

private:
    tls_test_server::options options() const {
        certificate_wish wish;
        wish.names = {"localhost"};
        tls_test_server::options made;
        made.certificate = authority_.issue(wish);
        return made;
    }
    void serve(test_peer& peer) {
        while (true) {
            const std::string request = peer.read_request();
            if (request.empty()) return;
            if (request.starts_with("GET ")) {
                peer.answer(200, R"({"portalId":1,"timeZone":"UTC"})");
                continue;
            }
            at_ = clock::now();
            arrived_.release();
            constexpr std::string_view key = R"("objectId":)";
            const std::size_t id = request.find(key) + key.size();
            peer.answer(200, R"({"status":"COMPLETE","results":[{"objectId":)" +
                                 request.substr(id, request.find('"', id + 1) + 1 - id) +
                                 R"(,"customProperties":[]}]})");
        }
    }

    certificate_authority authority_;
    clock::time_point at_; // written before arrived_ is raised, read after
    std::counting_semaphore<> arrived_{0};
    tls_test_server server_;
};

// The end of a connection, blocking.
class client {
public:
    explicit client(int port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_port = htons(static_cast<std::uint16_t>(port));
        ::inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
        const int on = 1;
        ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        must(::connect(socket_, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0, "connect");
        session_ = SSL_new(context_);
        SSL_set_fd(session_, socket_);
        must(SSL_connect(session_) == 1, "handshake");
    }
    ~client() {
        SSL_free(session_);
        SSL_CTX_free(context_);
        ::close(socket_);
    }
    client(const client&) = delete;
    client& operator=(const client&) = delete;

    void exchange(const std::string& request) {
        must(SSL_write(session_, request.data(), static_cast<int>(request.size())) > 0, "write");
        std::array<char, 4096> answer{};
        must(SSL_read(session_, answer.data(), static_cast<int>(answer.size())) > 0, "read");
    }

private:
    int socket_;
    SSL_CTX* context_ = SSL_CTX_new(TLS_client_method());
    SSL* session_ = nullptr;
};

int open_directory(const fs::path& path) {
    const int opened = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    must(opened >= 0, "open a directory");
    return opened;
}

// Names of files that came or went.
class watch {
public:
    watch(const fs::path& directory, std::uint32_t events) : inotify_(::inotify_init1(IN_CLOEXEC)) {
        must(::inotify_add_watch(inotify_, directory.c_str(), events) >= 0, "watch");
    }
    ~watch() { ::close(inotify_); }
    watch(const watch&) = delete;
    watch& operator=(const watch&) = delete;

    std::string next() {
        pollfd waited{inotify_, POLLIN, 0};
        constexpr auto most = std::chrono::milliseconds(patience).count();
        must(::poll(&waited, 1, static_cast<int>(most)) == 1, "nothing changed in the directory");
        alignas(inotify_event) std::array<char, 4096> room{};
        must(::read(inotify_, room.data(), room.size()) > 0, "read events");
        return reinterpret_cast<const inotify_event*>(room.data())->name;
    }

private:
    int inotify_;
};

void write_file(const fs::path& path, const std::string& text) {
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0640);
    must(::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
             ::fsync(file) == 0 && ::close(file) == 0,
         "write a file");
}

std::string record(int number) {
    return R"({"objectId":")" + std::to_string(1'000'000 + number) +
           R"(","eventName":"Open day in spring","eventCancelled":false,"customProperties":)"
           R"([{"name":"seats","value":"120"},{"name":"room","value":"Main hall, first floor"}]})"
           "\n";
}

// Puts files in one after the other; finished(NAME) waits until all work on one is done.
void measure(arrivals& server, const fs::path& queue, int count,
             const std::function<void(const std::string&)>& finished) {
    std::vector<double> took;
    for (int i = 0; i < warm_ups + count; ++i) {
        const std::string name = "change-" + std::to_string(i);
        const fs::path written = queue / "tmp" / name, put = queue / "new" / name;
        write_file(written, record(i));
        const auto began = clock::now();
        must(::rename(written.c_str(), put.c_str()) == 0, "rename");
        const std::chrono::duration<double, std::micro> passed = server.next() - began;
        if (i >= warm_ups) took.push_back(passed.count());
        finished(name);
    }
    std::sort(took.begin(), took.end());
    std::printf("%.0f %.0f\n", took[took.size() / 2], took[took.size() * 99 / 100]);
}

void bare(const fs::path& queue, int count) {
    for (const char* name : {"tmp", "new", "bulk", "cur"}) fs::create_directories(queue / name);
    arrivals server;
    std::binary_semaphore ready{0}, finished{0};
    std::thread carrying([&] {
        client to(server.port());
        watch arrived(queue / "new", IN_MOVED_TO);
        const int live = open_directory(queue / "new"), bulk = open_directory(queue / "bulk");
        const int claimed = open_directory(queue / "cur");
        ready.release();
        std::array<char, 4096> text{};
        for (int i = 0; i < warm_ups + count; ++i) {
            const std::string name = arrived.next();
            ::renameat(live, name.c_str(), claimed, name.c_str());
            for (const int directory : {claimed, live, bulk})
                must(::fsync(directory) == 0, "fsync");
            const int file = ::openat(claimed, name.c_str(), O_RDONLY | O_CLOEXEC);
            const auto size = static_cast<std::size_t>(::read(file, text.data(), text.size()));
            ::close(file);
            const std::string body = R"({"inputs":[)" + std::string(text.data(), size) + "]}";
            to.exchange("POST / HTTP/1.1\r\nContent-Length: " + std::to_string(body.size()) +
                        "\r\n\r\n" + body);
            ::unlinkat(claimed, name.c_str(), 0);
            finished.release();
        }
    });
    ready.acquire();
    measure(server, queue, count, [&](const std::string&) { finished.acquire(); });
    carrying.join();
}

void wait_for(const fs::path& path) {
    const auto until = clock::now() + patience;
    while (!fs::exists(path)) {
        must(clock::now() < until, "hubspool does not start");
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
}

void served(const fs::path& directory, int count) {
    arrivals server;
    std::ofstream(directory / "ca.pem") << server.authority();
    std::ofstream(directory / "port.tmp") << server.port();
    fs::rename(directory / "port.tmp", directory / "port");
    const fs::path queue = directory / "queue", claimed = queue / "cur" / "000000";
    wait_for(queue / "cur" / ".run");
    write_file(queue / "tmp" / "first", record(-1));
    fs::rename(queue / "tmp" / "first", queue / "new" / "first");
    server.next();
    watch left(claimed, IN_DELETE);
    measure(server, queue, count, [&](const std::string& name) {
        while (!left.next().ends_with(name)) continue;
    });
}

} // namespace
} // namespace hubspool

int main(int argc, char** argv) {
    const std::string what = argc == 4 ? argv[1] : "";
    try {
        if (what == "bare") return hubspool::bare(argv[2], std::atoi(argv[3])), 0;
        if (what == "served") return hubspool::served(argv[2], std::atoi(argv[3])), 0;
    } catch (const std::exception& wrong) {
        std::fprintf(stderr, "bench_latency: %s\n", wrong.what());
        std::_Exit(1);
    }
    std::fprintf(stderr, "bench_latency: bare DIR N | served DIR N\n");
    return 2;
}
