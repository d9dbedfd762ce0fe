#include "os/child_process.hpp"

#include "base/clocks.hpp"
#include "os/owned_descriptor.hpp"
#include "os/system_failure.hpp"

#include <fmt/core.h>

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <spawn.h>

namespace hubspool {

namespace {

constexpr milliseconds asked_every{100};

// A file in memory: however large it is and whether or not it is read, nobody waits for that.
result<owned_descriptor> input_file(const child_order& order) {
    owned_descriptor file(::memfd_create("hubspool-input", MFD_CLOEXEC));
    if (!file) return system_failure("make the input of", order.path, errno);
    std::string_view left = order.input;
    while (!left.empty()) {
        const ssize_t written = ::write(file.get(), left.data(), left.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return system_failure("write the input of", order.path, errno);
        left.remove_prefix(static_cast<std::size_t>(written));
    }
    ::lseek(file.get(), 0, SEEK_SET);
    return file;
}

class spawn_settings {
public:
    explicit spawn_settings(int input) {
        ::posix_spawn_file_actions_init(&files_);
        ::posix_spawn_file_actions_adddup2(&files_, input, STDIN_FILENO);
        ::posix_spawn_file_actions_addopen(&files_, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
        // Not all of ours close by themselves: a connection would stay open as long as the child.
        ::posix_spawn_file_actions_addclosefrom_np(&files_, STDERR_FILENO + 1);
        ::posix_spawnattr_init(&attributes_);
        // A group of its own, so that what it starts is killed with it; and no signal that this
        // process blocks or ignores.
        sigset_t none, all;
        ::sigemptyset(&none);
        ::sigfillset(&all);
        ::posix_spawnattr_setsigmask(&attributes_, &none);
        ::posix_spawnattr_setsigdefault(&attributes_, &all);
        ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK |
                                                     POSIX_SPAWN_SETSIGDEF);
    }
    spawn_settings(const spawn_settings&) = delete;
    spawn_settings& operator=(const spawn_settings&) = delete;
    ~spawn_settings() {
        ::posix_spawnattr_destroy(&attributes_);
        ::posix_spawn_file_actions_destroy(&files_);
    }

    // errno, or 0.
    int spawn(const child_order& order, pid_t& child) const {
        std::vector<char*> environment;
        for (char** one = environ; *one != nullptr; ++one) environment.push_back(*one);
        for (const std::string& one : order.environment)
            environment.push_back(const_cast<char*>(one.c_str()));
        environment.push_back(nullptr);
        char* arguments[] = {const_cast<char*>(order.path.c_str()), nullptr};
        return ::posix_spawn(&child, order.path.c_str(), &files_, &attributes_, arguments,
                             environment.data());
    }

private:
    posix_spawn_file_actions_t files_{};
    posix_spawnattr_t attributes_{};
};

result<void> ended_well(const child_order& order, int status) {
    if (WIFSIGNALED(status))
        return failure{fmt::format("{} was ended by signal {}", order.path, WTERMSIG(status))};
    if (WEXITSTATUS(status) != 0)
        return failure{fmt::format("{} ended with {}", order.path, WEXITSTATUS(status))};
    return {};
}

// True when it has ended; false: nobody waits any more.
bool wait_for(int process, boot_time until, const std::function<bool()>& keep_on) {
    while (boot_now() < until && keep_on()) {
        pollfd one{process, POLLIN, 0};
        const milliseconds wait = std::min(asked_every, until - boot_now());
        if (::poll(&one, 1, static_cast<int>(std::max(wait, milliseconds(0)).count())) > 0)
            return true;
    }
    return false;
}

} // namespace

result<void> run_child(const child_order& order, const std::function<bool()>& keep_on) {
    const result<owned_descriptor> input = input_file(order);
    if (!input) return input.error();
    const spawn_settings settings(input->get());
    pid_t child = 0;
    if (const int error = settings.spawn(order, child); error != 0)
        return system_failure("start", order.path, error);
    // By a descriptor, since that can be waited for with a limit.
    const owned_descriptor process(static_cast<int>(::syscall(SYS_pidfd_open, child, 0)));
    if (!process || !wait_for(process.get(), boot_now() + order.patience, keep_on)) {
        if (process && !keep_on()) return {};
        ::kill(-child, SIGKILL);
        (void)::waitpid(child, nullptr, 0);
        return failure{fmt::format("{} had not ended after {} ms, and was killed", order.path,
                                   order.patience.count())};
    }
    int status = 0;
    while (::waitpid(child, &status, 0) < 0)
        if (errno != EINTR) return system_failure("wait for", order.path, errno);
    return ended_well(order, status);
}

} // namespace hubspool
