#include "spool/claims/claimed_files.hpp"

#include "core/words/named_as_of.hpp"
#include "core/words/printable.hpp"
#include "spool/directory_access.hpp"
#include "spool/queue_names.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <string_view>
#include <tuple>

namespace hubspool {
namespace {

constexpr std::size_t unread_names_max = 100;

void skip(std::vector<skipped_name>& skipped, std::string_view directory, std::string_view name,
          std::string_view why) {
    if (skipped.size() < unread_names_max) {
        skipped.push_back({fmt::format("{}/{}", directory, printable(name)), std::string(why)});
    }
}

// The indexes of cur/NNNNNN from `first` on, in order.
result<std::vector<std::uint64_t>> subdirectories(const queue_layout& layout, std::uint64_t first,
                                                  std::vector<skipped_name>& skipped) {
    std::vector<std::uint64_t> indexes;
    const auto listed = each_name(layout.cur.get(), layout.shown("cur"), [&](const auto& name) {
        const auto index = parse_subdirectory(name);
        // Numbers below were asked for before, so their directories are not opened.
        if (index && *index >= first) {
            indexes.push_back(*index);
        } else if (!index && !name.starts_with('.')) {
            // A person may have put it there; it is told, and never touched.
            skip(skipped, "cur", name, "hubspool did not make it: move it out of cur/");
        }
        return true;
    });
    if (!listed) {
        return listed.error();
    }
    std::sort(indexes.begin(), indexes.end());
    return indexes;
}

void drop_doubles(std::vector<claimed_file>& files, const std::string& path,
                  std::vector<skipped_name>& skipped) {
    // Two files of one number: the books have room for one.
    const auto same = [&](const claimed_file& kept, const claimed_file& other) {
        if (kept.number == other.number) {
            skip(skipped, path, format_claimed_name(other),
                 "another file has the same number: look at both, and move this one out of cur/");
        }
        return kept.number == other.number;
    };
    files.erase(std::unique(files.begin(), files.end(), same), files.end());
}

// Appends the claims of one subdirectory with numbers above `after`, in order.
result<void> list_subdirectory(const queue_layout& layout, std::uint64_t index, std::uint64_t after,
                               std::vector<claimed_file>& out, std::vector<skipped_name>& skipped) {
    const auto path = layout.subdirectory_path(index);
    const auto directory = layout.open_subdirectory(index);
    // It may have been emptied and removed since it was listed.
    if (!directory) {
        if (directory.error().code == ENOENT) {
            return {};
        }
        return directory.error();
    }
    std::vector<claimed_file> found;
    auto listed = each_name(directory->get(), layout.shown(path), [&](const std::string& name) {
        const auto claim = parse_claimed_name(name);
        // A name of another subdirectory's number would be looked for there.
        if (!claim || layout.subdirectory_of(claim->number) != index) {
            skip(skipped, path, name, "it is no claim of hubspool's: move it out of cur/");
            return true;
        }
        // ENOENT: it left meanwhile. Any other error is told when it is opened.
        file_look look;
        if (claim->number > after && look_at(directory->get(), name, look) != ENOENT) {
            found.push_back({claim->number, claim->lane, claim->name, look.size,
                             order_of_claim(claim->number, claim->stamp, claim->name)});
        }
        return true;
    });
    if (!listed) {
        return listed;
    }
    std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
        return std::tie(a.number, a.lane, a.name) < std::tie(b.number, b.lane, b.name);
    });
    drop_doubles(found, path, skipped);
    std::move(found.begin(), found.end(), std::back_inserter(out));
    // Handed on only when it is durable: the run before may have been killed in front of its fsync.
    return layout.read_only ? result<void>() : layout.sync(directory->get(), path);
}

// The renames of a run that was killed before its fsync are seen, but not yet durable.
result<void> sync_claims(const queue_layout& layout) {
    if (layout.read_only) {
        return {};
    }
    if (auto synced = layout.sync(layout.cur.get(), "cur"); !synced) {
        return synced;
    }
    for (const auto which : {lane::live, lane::bulk}) {
        const auto directory = layout.open_lane(which);
        if (!directory) {
            return directory.error();
        }
        if (auto synced = layout.sync(directory->get(), lane_directory(which)); !synced) {
            return synced;
        }
    }
    return {};
}

} // namespace

result<std::vector<claimed_file>> list_claimed(const queue_layout& layout, std::uint64_t after,
                                               std::size_t files_max,
                                               std::vector<skipped_name>& skipped,
                                               std::optional<lane> only) {
    const auto indexes = subdirectories(layout, layout.subdirectory_of(after), skipped);
    if (!indexes) {
        return indexes.error();
    }
    std::vector<claimed_file> files;
    // Subdirectories are in order of their numbers, so enough files end the walk.
    for (const auto index : *indexes) {
        if (files.size() >= files_max) {
            break;
        }
        if (const auto listed = list_subdirectory(layout, index, after, files, skipped); !listed) {
            return listed.error();
        }
        if (only) {
            std::erase_if(files, [&](const claimed_file& file) { return file.lane != *only; });
        }
    }
    // Whole subdirectories were listed; the page ends where it was asked to.
    if (files.size() > files_max) {
        files.resize(files_max);
    }
    if (const auto synced = sync_claims(layout); !synced) {
        return synced.error();
    }
    return files;
}

result<std::vector<std::uint64_t>> claim_subdirectories(const queue_layout& layout) {
    std::vector<skipped_name> skipped;
    return subdirectories(layout, 0, skipped);
}

result<std::optional<std::uint64_t>> lowest_number_in(const queue_layout& layout) {
    const auto indexes = claim_subdirectories(layout);
    if (!indexes) {
        return indexes.error();
    }
    std::optional<std::uint64_t> lowest;
    for (const auto index : *indexes) {
        const auto directory = layout.open_subdirectory(index);
        if (!directory) {
            if (directory.error().code == ENOENT) {
                continue;
            }
            return directory.error();
        }
        const auto shown = layout.shown(layout.subdirectory_path(index));
        const auto listed = each_name(directory->get(), shown, [&](const std::string& name) {
            const auto claim = parse_claimed_name(name);
            if (claim && layout.subdirectory_of(claim->number) == index) {
                lowest = std::min(lowest.value_or(claim->number), claim->number);
            }
            return true;
        });
        if (!listed) {
            return listed.error();
        }
        // Directories ascend: the first that holds a claim has the lowest number.
        if (lowest) {
            break;
        }
    }
    return lowest;
}

} // namespace hubspool
