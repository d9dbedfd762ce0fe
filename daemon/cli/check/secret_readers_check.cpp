#include "cli/check/checks.hpp"
#include "core/words/printable.hpp"
#include "spool/producers_group.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <sys/stat.h>

#include <grp.h>
#include <pwd.h>
#include <set>
#include <string>
#include <string_view>

namespace hubspool {

namespace {

constexpr std::size_t members_named_max = 20;

struct named_group {
    std::string name;          // its number when it has none
    std::set<std::string> own; // users of whom it is the primary group; group(5) does not list them
    std::set<std::string> members; // these, and those listed
};

std::set<std::string> users_of_primary_group(gid_t gid) {
    constexpr int looked_at_max = 100'000; // a directory service may list a whole company
    std::vector<char> room(16384);
    passwd entry{};
    passwd* found = nullptr;
    std::set<std::string> names;
    ::setpwent();
    for (int i = 0; i < looked_at_max; ++i) {
        if (::getpwent_r(&entry, room.data(), room.size(), &found) != 0) break;
        if (found->pw_gid == gid) names.emplace(found->pw_name);
    }
    ::endpwent();
    return names;
}

// getgrgid_r(3): 64 KiB hold a group of some thousand members.
named_group group_of(gid_t gid) {
    std::vector<char> room(65536);
    group entry{};
    group* found = nullptr;
    ::getgrgid_r(gid, &entry, room.data(), room.size(), &found);
    named_group out{
        found != nullptr ? found->gr_name : std::to_string(gid), users_of_primary_group(gid), {}};
    out.members = out.own;
    // The list of members ends with a null pointer.
    for (char** each = found != nullptr ? found->gr_mem : nullptr; each != nullptr && *each; ++each)
        out.members.emplace(*each);
    return out;
}

std::string name_of(uid_t uid) {
    std::vector<char> room(16384);
    passwd entry{};
    passwd* found = nullptr;
    ::getpwuid_r(uid, &entry, room.data(), room.size(), &found);
    return found != nullptr ? found->pw_name : std::to_string(uid);
}

std::string leave_commands(const named_group& left, const std::vector<std::string>& producers) {
    std::vector<std::string> commands;
    for (const std::string& name : producers) {
        commands.push_back(left.own.contains(name)
                               ? fmt::format("sudo usermod -g {} {}", producers_group_name, name)
                               : fmt::format("sudo gpasswd -d {0} {1} && sudo adduser {0} {2}",
                                             name, left.name, producers_group_name));
        if (commands.size() == members_named_max) break;
    }
    return fmt::format("{}", fmt::join(commands, "; "));
}

// The front directories are still of the group that may read the secret.
std::string words_of_one_group(const std::string& file, const named_group& readers,
                               std::vector<std::string> producers) {
    if (producers.empty()) producers.emplace_back("NAME");
    return fmt::format(
        "producers may read {}: the queue's new/ is of the group {}, which may. Give them a group "
        "of their own: sudo systemd-sysusers && sudo systemd-tmpfiles --create, then restart "
        "hubspool; and for each producer: {}",
        printable(file), readers.name, leave_commands(readers, producers));
}

std::vector<std::string> secret_files(const settings& options) {
    const api_settings& api = options.api;
    std::vector<std::string> files{api.client_key_file, api.proxy_credentials_file,
                                   options.notify.url_file};
    if (api.oauth.is_set())
        files.insert(files.end(), {api.oauth.client_id_file, api.oauth.client_secret_file,
                                   api.oauth.refresh_token_file});
    else
        files.insert(files.begin(), api.token_file);
    return files;
}

} // namespace

void check_secret_readers(const settings& options, findings& out) {
    struct stat front{};
    // Without a queue nobody is a producer yet.
    if (::stat((options.queue.directory + "/new").c_str(), &front) != 0) return;
    const std::string service = name_of(front.st_uid);
    const named_group producers = group_of(front.st_gid);
    std::set<gid_t> told;
    for (const std::string& file : secret_files(options)) {
        struct stat secret{};
        // Nobody becomes a member of root's group to put files into a queue.
        if (file.empty() || ::stat(file.c_str(), &secret) != 0 || secret.st_gid == 0 ||
            (secret.st_mode & S_IRGRP) == 0 || !told.insert(secret.st_gid).second)
            continue;
        const named_group readers = group_of(secret.st_gid);
        const bool same = secret.st_gid == front.st_gid;
        std::vector<std::string> both;
        // In both groups, and not the service itself.
        for (const std::string& name : readers.members)
            if (name != service && (same || producers.members.contains(name))) both.push_back(name);
        if (same)
            out.push_back({finding::warning, "group", words_of_one_group(file, readers, both)});
        else if (!both.empty())
            out.push_back(
                {finding::warning, "group",
                 fmt::format("producers may read {}, since they are in the group {} too: "
                             "{}",
                             printable(file), readers.name, leave_commands(readers, both))});
    }
}

} // namespace hubspool
