#include "spool/reading/wary_reader.hpp"

#include "base/clocks.hpp"

#include <fmt/core.h>

#include <deque>
#include <utility>

namespace hubspool {

namespace {

constexpr std::size_t waiting_bytes_max = std::size_t{8} << 20;

class wary_reader final : public file_reader {
public:
    wary_reader(std::unique_ptr<file_reader> reader, const late_options& options)
        : reader_(std::move(reader)), options_(options), late_(options) {}

    std::optional<decoded_block> next() override {
        if (is_refused_) return std::nullopt;
        if (!has_looked_) look();
        if (waiting_.empty()) return is_refused_ ? std::nullopt : reader_->next();
        decoded_block block = std::move(waiting_.front());
        waiting_.pop_front();
        return block;
    }
    // Whoever hunts a record that crashes the decoder reads one by one: nothing is read ahead.
    std::optional<decoded_block> next_undecoded(const std::string& why) override {
        has_looked_ = true;
        return waiting_.empty() ? reader_->next_undecoded(why) : next();
    }
    void set_block_bytes(std::size_t block_bytes) override {
        has_looked_ = has_looked_ || block_bytes == 1;
        reader_->set_block_bytes(block_bytes);
    }
    const file_end& end() const override { return is_refused_ ? end_ : reader_->end(); }
    read_point at() const override {
        return waiting_.empty() ? reader_->at() : waiting_.front().from;
    }
    std::uint64_t text_size() const override { return reader_->text_size(); }
    std::uint64_t size() const override { return reader_->size(); }
    std::int64_t mtime_ns() const override { return reader_->mtime_ns(); }

private:
    void look() {
        has_looked_ = true;
        std::size_t bytes = 0;
        while (!late_.is_full() && bytes < waiting_bytes_max) {
            auto block = reader_->next();
            if (!block) break;
            late_.add(*block);
            bytes += block->bytes();
            waiting_.push_back(std::move(*block));
        }
        if (late_.is_too_many()) refuse();
    }
    void refuse() {
        is_refused_ = true;
        waiting_.clear();
        end_.size = reader_->size();
        end_.mtime_ns = reader_->mtime_ns();
        const wall_time begins(milliseconds(static_cast<std::int64_t>(options_.horizon.as_of)));
        end_.keep_because = fmt::format(
            "{} of its first {} records say by their as_of or order that they are older than all "
            "that is still known of what was delivered, which begins at {}: HubSpot may have newer "
            "values. Nothing of it was sent. Look whether the times are right; if these values are "
            "wanted, take as_of and order out of its records and queue it again",
            late_.late(), late_.seen(), iso_time(begins));
    }

    std::unique_ptr<file_reader> reader_;
    late_options options_;
    late_share late_;
    std::deque<decoded_block> waiting_; // were read, and not handed on yet
    bool has_looked_ = false, is_refused_ = false;
    file_end end_; // of one that is refused
};

} // namespace

std::unique_ptr<file_reader> make_wary(std::unique_ptr<file_reader> reader,
                                       const late_options& options) {
    return std::make_unique<wary_reader>(std::move(reader), options);
}

} // namespace hubspool
