#include "api/credential/secret_file.hpp"

#include "api/credential/credential_file.hpp"
#include "api/credential/secret_access.hpp"
#include "api/credential/token_form.hpp"
#include "base/clocks.hpp"
#include "os/file_io.hpp"
#include "os/owned_descriptor.hpp"

#include <fmt/core.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <string_view>
#include <system_error>
#include <utility>

namespace hubspool {
namespace {

constexpr std::size_t secret_bytes_max = 4096;

// File times move in ticks: a change right after this look might leave them as they are.
bool may_change_unseen(const struct stat& status) {
    constexpr std::chrono::seconds tick_at_most(2);
    const wall_time changed{std::chrono::seconds(status.st_ctim.tv_sec)};
    return wall_now() - changed < tick_at_most;
}

} // namespace

failure secret_file::fault(const std::string& words, int code) const {
    return failure{fmt::format("{}: {} {}", setting_, path_, words), code};
}

failure secret_file::cannot(const char* what, int code) const {
    return fault(fmt::format("cannot be {}: {}", what, std::generic_category().message(code)),
                 code);
}

failure secret_file::not_opened(int code) const {
    failure why = cannot("opened", code);
    if (code == ENOENT)
        why.message += fmt::format("; make it: sudo install -m 0640 -o root -g hubspool /dev/null "
                                   "{0}, and write into it what HubSpot gave you: sudoedit {0}",
                                   path_);
    if (code == EACCES)
        why.message += fmt::format("; the service reads it when it is its group's: sudo chgrp "
                                   "hubspool {0} && sudo chmod 0640 {0}",
                                   path_);
    return why;
}

result<std::string> secret_file::read(int fd) const {
    // Until the end or one byte beyond the limit, whichever comes first.
    const auto text = read_at_most(fd, secret_bytes_max + 1);
    if (!text) {
        return cannot("read", errno);
    }
    if (text->size() > secret_bytes_max) {
        return fault(fmt::format("is larger than {} bytes; it must hold one word and nothing else",
                                 secret_bytes_max));
    }
    constexpr std::string_view white = " \t\r\n";
    const auto first = text->find_first_not_of(white);
    if (first == std::string_view::npos) {
        return fault("is empty; write into it what HubSpot gave you");
    }
    const std::string_view word =
        std::string_view(*text).substr(first, text->find_last_not_of(white) - first + 1);
    // What people write into such a file beside the token is told with the remedy.
    if (const auto why = why_no_token(word)) {
        return fault(std::string(*why));
    }
    return std::string(word);
}

result<bool> secret_file::refresh() {
    // O_NONBLOCK: a FIFO must not hold up the loop.
    const owned_descriptor fd(::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!fd) {
        return not_opened(errno);
    }
    struct stat status{};
    if (::fstat(fd.get(), &status) != 0) {
        return cannot("examined", errno);
    }
    if (!S_ISREG(status.st_mode)) {
        return fault("is not a regular file");
    }
    // Looked at each time, also when the content is the same: the mode may have become wider.
    if (auto judged = judge_secret_access(setting_, path_, fd.get()); !judged) {
        return judged.error();
    }
    std::string identity = file_identity(status);
    // The same file as at the last look: it is not read each second.
    if (identity == seen_) {
        return false;
    }
    auto text = read(fd.get());
    if (!text) {
        return text.error();
    }
    // A file that has just changed may change again within the same tick: then it is read once
    // more.
    seen_ = may_change_unseen(status) ? std::string() : std::move(identity);
    return std::exchange(text_, std::move(*text)) != text_;
}

} // namespace hubspool
