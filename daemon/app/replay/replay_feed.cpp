#include "app/replay/replay_feed.hpp"

#include "base/log.hpp"
#include "spool/directory_access.hpp"

#include <fmt/core.h>

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace hubspool {

namespace {
constexpr std::size_t files_looked_up = 200;
constexpr std::size_t claims_a_page = 50'000;
} // namespace

replay_feed::replay_feed(const queue_directory& queue, std::string state_directory, bool is_drain)
    : queue_(queue), state_directory_(std::move(state_directory)),
      state_(::open(state_directory_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)),
      is_drain_(is_drain) {
}

brought replay_feed::step(wall_time now) {
    const auto job = look();
    result<brought> put = brought::nothing;
    if (!job) {
        put = job.error();
    } else if (*job) {
        put = put_files(**job);
        if (put && next_ == (*job)->files && open_.sizes.empty())
            if (const auto ended = end(**job, now); !ended) put = ended.error();
    }
    if (put) {
        trouble_.clear();
        return *put;
    }
    // Said once: a full disk stays full for long.
    if (std::exchange(trouble_, put.error().message) != put.error().message)
        log::error("the replay does not go on, it is tried again: " + put.error().message);
    return brought::nothing;
}

// The job under way, if files of it may be put into the queue now.
result<std::optional<replay_job>> replay_feed::look() {
    if (!jobs_) {
        auto opened = replay_jobs::open(state_directory_, replay_jobs::access::change);
        if (!opened) return opened.error();
        jobs_.emplace(std::move(*opened));
    }
    auto job = jobs_->under_way();
    if (!job) return job;
    const std::uint64_t id = *job ? (*job)->id : 0;
    if (id != id_) {
        if (auto begun = begin(job->value_or(replay_job{})); !begun) return begun.error();
    }
    const bool holds = *job && (*job)->wish == replay_wish::pause;
    // What was begun is taken back: nothing of it is in the queue.
    if (holds) copy_.reset();
    return holds ? std::optional<replay_job>() : *job;
}

result<void> replay_feed::begin(const replay_job& job) {
    copy_.reset();
    put_.clear();
    files_.clear();
    open_ = {};
    next_ = id_ = 0;
    if (job.id == 0) return {};
    if (auto found = find_put_files(); !found) return found;
    id_ = job.id;
    log::info("a replay goes on", {{"replay", job.id}, {"files", job.files}});
    return {};
}

// All at once: a scan between two steps moves some from bulk/ to cur/.
result<void> replay_feed::find_put_files() {
    const auto bulk = queue_.layout().open_lane(lane::bulk);
    if (!bulk) return bulk.error();
    auto listed =
        each_name(bulk->get(), queue_.layout().shown("bulk"), [&](const std::string& name) {
            if (name.starts_with("replay")) put_.insert(name);
            return true;
        });
    if (!listed) return listed;
    for (std::uint64_t after = 0;;) {
        std::vector<skipped_name> skipped;
        const auto page = queue_.survey().claimed_page(after, claims_a_page, skipped);
        if (!page) return page.error();
        for (const claimed_file& file : *page)
            if (file.name.starts_with("replay")) put_.insert(file.name);
        if (page->size() < claims_a_page) return {};
        after = page->back().number;
    }
}

bool replay_feed::is_full() const {
    return !is_drain_ && (open_.bytes >= open_bytes_max || open_.sizes.size() >= open_files_max);
}

result<brought> replay_feed::put_files(const replay_job& job) {
    // A drain waits for none, and may have put tens of thousands there.
    if (!is_drain_ || next_ == job.files)
        if (auto closed = close_settled(); !closed) return closed.error();
    auto done = brought::nothing;
    std::uint64_t bytes = 0;
    for (std::size_t files = 0; files < files_looked_up && bytes < bytes_a_step; ++files) {
        if (is_full()) return done;
        auto next = next_file(job);
        if (!next) return next.error();
        if (!*next) return done;
        const auto in_queue = copy(job, **next);
        if (!in_queue) return in_queue.error();
        if (!*in_queue) return brought::part;
        bytes += (*next)->size;
        done = brought::files;
    }
    return done;
}

result<void> replay_feed::close_settled() {
    for (auto at = open_.sizes.begin(); at != open_.sizes.end();) {
        const auto book = jobs_->book_of(at->first);
        if (!book) return book.error();
        const bool settled = *book == replay_jobs::book::settled;
        if (settled) open_.bytes -= at->second;
        at = settled ? open_.sizes.erase(at) : std::next(at);
    }
    return {};
}

result<std::optional<replay_file>> replay_feed::next_file(const replay_job& job) {
    while (true) {
        if (files_.empty()) {
            auto more = jobs_->files_of(job.id, next_, files_looked_up);
            if (!more) return more.error();
            std::move(more->begin(), more->end(), std::back_inserter(files_));
        }
        if (files_.empty()) return std::optional<replay_file>();
        replay_file& file = files_.front();
        const auto known = is_in_queue(file);
        if (!known) return known.error();
        if (!*known) return std::optional(file);
        files_.pop_front();
        ++next_;
    }
}

// Put there by a run before.
result<bool> replay_feed::is_in_queue(const replay_file& file) {
    if (copy_) return false;
    const auto book = jobs_->book_of(file.name);
    if (!book) return book.error();
    if (*book == replay_jobs::book::settled) return true;
    const bool claimed = *book == replay_jobs::book::open || put_.contains(file.name);
    auto waiting =
        claimed ? result<bool>(true) : replay_copy::is_waiting(queue_.layout(), file.name);
    if (!waiting || !*waiting) return waiting;
    open_.add(file.name, file.size);
    return true;
}

result<bool> replay_feed::copy(const replay_job& job, const replay_file& file) {
    result<bool> done = false;
    if (!copy_) {
        const int beneath = file.staged ? state_.get() : queue_.layout().root.get();
        auto begun = replay_copy::begin(
            queue_.layout(), {beneath, file.source, file.size, file.mtime_ns, file.name});
        if (begun)
            copy_.emplace(std::move(*begun));
        else
            done = begun.error();
    }
    if (done) done = copy_->go_on(bytes_a_step);
    if (done && !*done) return false;
    copy_.reset();
    if (!done && done.error().code != ESTALE) return done;
    if (done) {
        open_.add(file.name, file.size);
        if (file.staged) remove_staged(file.source);
    } else {
        log::warning("a file of the replay is left out: " + done.error().message,
                     {{"replay", job.id}, {"file", file.source}});
        if (auto skipped = jobs_->skip(job.id, next_, done.error().message); !skipped)
            return skipped.error();
    }
    files_.pop_front();
    ++next_;
    return true;
}

void replay_feed::remove_staged(const std::string& source) {
    (void)::unlinkat(state_.get(), source.c_str(), 0);
    // With the last one it is empty.
    (void)::unlinkat(state_.get(), source.substr(0, source.find('/')).c_str(), AT_REMOVEDIR);
}

result<void> replay_feed::end(const replay_job& job, wall_time now) {
    if (auto ended = jobs_->end(job.id, now); !ended) return ended;
    const auto progress = jobs_->progress_of(job.id);
    if (progress)
        log::info("a replay is done", {{"replay", job.id},
                                       {"files", progress->settled},
                                       {"left_out", progress->skipped},
                                       {"delivered", progress->counts.delivered},
                                       {"superseded", progress->counts.superseded},
                                       {"overtaken", progress->counts.overtaken},
                                       {"unchanged", progress->counts.unchanged},
                                       {"dead_lettered", progress->counts.dead}});
    return {};
}

} // namespace hubspool
