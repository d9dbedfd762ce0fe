#include "spool/queue_directory.hpp"

#include "spool/arrivals/queue_scan.hpp"
#include "spool/arrivals/waiting_survey.hpp"
#include "spool/claims/claimed_files.hpp"
#include "spool/claims/done_retention.hpp"
#include "spool/claims/queue_moves.hpp"
#include "spool/claims/run_mark_file.hpp"
#include "spool/queue_layout.hpp"

#include <sys/statvfs.h>

#include <limits>

namespace hubspool {
namespace {

class local_queue final : public queue_directory {
public:
    local_queue(std::unique_ptr<queue_layout> layout, milliseconds quiet_period)
        : layout_(std::move(layout)), scan_(*layout_, quiet_period), finder_(*layout_),
          moves_(*layout_) {}

    std::vector<std::string> open_mode_warnings() const override { return layout_->warnings; }

    void number_large_files_above(std::uint64_t number) override {
        scan_.number_large_files_above(number);
    }
    scan_result scan(std::uint64_t& next_number, std::size_t files_max,
                     const announced_name& announced) override {
        return scan_.scan(next_number, files_max, announced);
    }
    result<std::vector<claimed_file>> claimed(std::vector<skipped_name>& skipped) override {
        return claimed_page(0, std::numeric_limits<std::size_t>::max(), skipped);
    }
    result<std::vector<claimed_file>> claimed_page(std::uint64_t after, std::size_t files_max,
                                                   std::vector<skipped_name>& skipped) override {
        return list_claimed(*layout_, after, files_max, skipped);
    }
    result<std::optional<std::uint64_t>> lowest_claimed() override {
        return lowest_number_in(*layout_);
    }
    result<std::uint64_t> largest_number() override { return largest_number_in(*layout_); }
    result<backlog> waiting() override { return survey_waiting(*layout_); }
    result<int> open_claimed(const claimed_file& file) override {
        return open_claimed_file(finder_, file);
    }
    result<std::optional<claimed_look>> look(const claimed_file& file) override {
        claimed_finder finder(*layout_);
        return look_at_claimed(finder, file);
    }
    result<std::optional<claimed_look>> look_at_settled(const claimed_file& file) override {
        return moves_.look(file);
    }

    result<void> move_to_done(const claimed_file& file, wall_time settled) override {
        return moves_.to_done(file, settled);
    }
    result<void> remove(const claimed_file& file) override { return moves_.remove(file); }
    result<void> reject(const claimed_file& file, const std::string& reason) override {
        return moves_.reject(file, reason);
    }
    result<std::optional<claimed_look>> look_in_done(const claimed_file& file,
                                                     wall_time settled) override {
        return moves_.look_in_done(file, settled);
    }
    result<void> reject_from_done(const claimed_file& file, wall_time settled,
                                  const std::string& reason) override {
        return moves_.reject_from_done(file, settled, reason);
    }
    result<void> sync_moves() override { return moves_.sync(); }
    result<void> sweep_done(wall_time now, milliseconds retention) override {
        return hubspool::sweep_done(*layout_, now, retention);
    }

    result<std::optional<run_mark>> read_run_mark() override {
        return read_run_mark_file(layout_->cur.get(), layout_->shown("cur/.run"));
    }
    result<void> write_run_mark(const run_mark& mark) override {
        return write_run_mark_file(layout_->cur.get(), mark, layout_->shown("cur/.run"));
    }

    std::uint64_t free_bytes() const override {
        struct statvfs found{};
        return ::fstatvfs(layout_->root.get(), &found) == 0
                   ? std::uint64_t{found.f_bavail} * found.f_frsize
                   : 0;
    }

private:
    std::unique_ptr<queue_layout> layout_;
    queue_scan scan_;       // intake thread
    claimed_finder finder_; // intake thread
    queue_moves moves_;     // state thread
};

} // namespace

result<std::unique_ptr<queue_directory>> queue_directory::open(queue_options options) {
    auto layout = queue_layout::open(options);
    if (!layout) {
        return layout.error();
    }
    return std::unique_ptr<queue_directory>(
        std::make_unique<local_queue>(std::move(*layout), options.quiet_period));
}

} // namespace hubspool
