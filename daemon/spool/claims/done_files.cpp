#include "spool/claims/done_files.hpp"

#include "core/words/named_as_of.hpp"
#include "os/system_failure.hpp"
#include "spool/directory_access.hpp"
#include "spool/queue_names.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <string_view>
#include <utility>
#include <vector>

namespace hubspool {

bool is_day_of_done(const std::string& name) {
    constexpr std::string_view shape = "dddd-dd-dd";
    return std::equal(name.begin(), name.end(), shape.begin(), shape.end(),
                      [](char c, char s) { return s == 'd' ? c >= '0' && c <= '9' : c == s; });
}

result<void>
visit_done(const queue_layout& layout,
           const std::function<bool(const claimed_file&, const std::string& day)>& wanted,
           const std::function<void(done_file)>& visit) {
    std::vector<std::string> days;
    auto listed = each_name(layout.done.get(), layout.shown("done"), [&](const std::string& name) {
        if (is_day_of_done(name)) days.push_back(name);
        return true;
    });
    for (std::size_t i = 0; i < days.size() && listed; ++i) {
        const std::string path = "done/" + days[i];
        const auto directory = open_directory(layout.done.get(), days[i], layout.shown(path));
        // The retention has taken it meanwhile.
        if (!directory && directory.error().code == ENOENT) continue;
        if (!directory) return directory.error();
        int error = 0;
        std::string failed;
        listed = each_name(directory->get(), layout.shown(path), [&](const std::string& name) {
            const auto named = parse_claimed_name(name);
            if (!named) return true;
            done_file found;
            found.file = {named->number, named->lane, named->name, 0,
                          order_of_claim(named->number, named->stamp, named->name)};
            if (!wanted(found.file, days[i])) return true;
            file_look look;
            error = look_at(directory->get(), name, look);
            if (error == ENOENT)
                error = 0;
            else if (error != 0)
                failed = name;
            else if (S_ISREG(look.mode)) {
                found.file.size = look.size;
                found.mtime_ns = look.mtime_ns;
                found.day = days[i];
                found.path = path + '/' + name;
                visit(std::move(found));
            }
            return error == 0;
        });
        if (error != 0) return system_failure("look at", layout.shown(path + '/' + failed), error);
    }
    return listed;
}

} // namespace hubspool
