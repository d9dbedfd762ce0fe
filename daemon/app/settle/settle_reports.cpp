#include "app/settle/settle_reports.hpp"

#include "base/log.hpp"

#include <utility>

namespace hubspool {

namespace {
constexpr const char* are_they_right = " were superseded by what had been delivered before, and "
                                       "not sent: are their as_of right?";
} // namespace

void settle_reports::overtaken(const file_row& file, boot_time now) {
    // A producer of small files may write thousands of them.
    if (now < overtaken_next_) {
        ++overtaken_files_;
        overtaken_records_ += file.counts.overtaken;
        return;
    }
    overtaken_next_ = now + overtaken_every;
    log::warning(std::string("most records of a file") + are_they_right,
                 {{"file", file.number},
                  {"name", file.name},
                  {"overtaken", file.counts.overtaken},
                  {"records", file.counts.settled()}});
}

void settle_reports::look(boot_time now, bool last) {
    if (overtaken_files_ == 0 || (now < overtaken_next_ && !last)) return;
    log::warning(std::string("most records of further files") + are_they_right +
                     " `hubspool files` names them",
                 {{"files", std::exchange(overtaken_files_, 0)},
                  {"overtaken", std::exchange(overtaken_records_, 0)}});
    overtaken_next_ = now + overtaken_every;
}

void settle_reports::request_trouble(const std::string& why) {
    if (std::exchange(request_trouble_, why) == why || why.empty()) return;
    log::error("what `hubspool pause` or `resume` asked for cannot be read; it is tried again "
               "each second, and a daemon that had nothing to do sends nothing before: " +
               why);
}

} // namespace hubspool
