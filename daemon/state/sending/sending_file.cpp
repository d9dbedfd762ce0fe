#include "state/sending/sending_file.hpp"

#include "state/state_failure.hpp"

#include <fmt/format.h>

#include <fcntl.h>

#include <cerrno>

namespace hubspool {

namespace {

namespace format = sending_format;

result<void> check(const sending_options& options) {
    // A bucket for each millisecond of window and margin, and a second more.
    const std::int64_t buckets = options.window.count() + options.margin.count() + 1001;
    if (options.slots == 0 || options.slots > format::slots_max || options.ids_max == 0 ||
        options.ids_max > format::ids_max || options.window.count() < 0 ||
        options.margin.count() < 0 || options.late.count() < 0 ||
        options.request_timeout.count() < 0 ||
        buckets > static_cast<std::int64_t>(format::buckets_max)) {
        return failure{fmt::format("the file `sending` cannot hold {} slots of {} objects and a "
                                   "rate window of {} ms: set rate_limit.window to at most {} s",
                                   options.slots, options.ids_max, options.window.count(),
                                   format::buckets_max / 1000 - 10),
                       EINVAL};
    }
    return {};
}

} // namespace

sending_file::sending_file(const sending_options& options, std::string path, owned_descriptor file)
    : file_(std::move(file)), mark_(file_), requests_(options, std::move(path), file_) {
}

result<std::unique_ptr<sending_file>> sending_file::open(const sending_options& options,
                                                         bool run_before, boot_time now,
                                                         sending_leftovers& left) {
    if (auto fine = check(options); !fine) return fine.error();
    std::string path = options.directory + "/sending";
    owned_descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!file) return state_failure("open", path, errno);
    std::unique_ptr<sending_file> made(new sending_file(options, std::move(path), std::move(file)));
    // What a run before has left is told once, to the caller.
    left = {};
    // Read before anything may be made anew: a crash of the decoder must not be forgotten.
    made->mark_.take_over(left);
    if (auto done = made->requests_.take_over(run_before, now, left); !done) return done.error();
    return made;
}

} // namespace hubspool
