#include "api/credential/kept_token.hpp"

#include "os/file_io.hpp"
#include "os/owned_descriptor.hpp"

#include <fmt/core.h>
#include <openssl/sha.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <system_error>

namespace hubspool {
namespace {

constexpr std::string_view heading = "hubspool-refresh-token 1 ";
constexpr std::size_t file_bytes_max = 8192;

failure cannot(const std::string& file, const char* what, int code) {
    return failure{fmt::format("the refresh token that HubSpot gave cannot be {}: {}: {}", what,
                               file, std::generic_category().message(code)),
                   code};
}

std::string hash_of(const std::string& text) {
    // A hash names the configured token without giving it away.
    std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
    SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
    std::string hex;
    for (const unsigned char byte : digest) {
        hex += fmt::format("{:02x}", byte);
    }
    return hex;
}

} // namespace

result<std::optional<std::string>> load_kept_token(const std::string& file,
                                                   const std::string& configured) {
    // O_NOFOLLOW: only hubspool writes here, so a link is somebody else's.
    const owned_descriptor kept(
        ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    if (!kept) {
        // No file: HubSpot has never replaced the configured token.
        return errno == ENOENT ? result<std::optional<std::string>>(std::nullopt)
                               : cannot(file, "opened", errno);
    }
    const auto text = read_at_most(kept.get(), file_bytes_max);
    if (!text) {
        return cannot(file, "read", errno);
    }
    const std::string expected = fmt::format("{}{}\n", heading, hash_of(configured));
    // A damaged file may hold the only good token: it is never thrown away silently.
    if (!text->starts_with(heading) || !text->ends_with('\n')) {
        return failure{fmt::format("{} is not what hubspool wrote; when the refresh token in "
                                   "api.oauth.refresh_token_file is a good one, remove it",
                                   file)};
    }
    // Another token stands in the configured file now: the operator's word goes before the kept
    // one.
    if (!text->starts_with(expected) || text->size() == expected.size()) {
        return std::optional<std::string>();
    }
    return std::optional(text->substr(expected.size(), text->size() - expected.size() - 1));
}

result<void> keep_token(const std::string& file, const std::string& configured,
                        const std::string& token) {
    const std::string unfinished = file + ".tmp";
    ::unlink(unfinished.c_str());
    constexpr mode_t mode = 0600;
    {
        const owned_descriptor made(
            ::open(unfinished.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode));
        if (!made) {
            return cannot(unfinished, "kept", errno);
        }
        // Written beside and renamed: at no moment is there half a token.
        const std::string text = fmt::format("{}{}\n{}\n", heading, hash_of(configured), token);
        // On the disk before anybody uses it: after a power loss the old one would be void and the
        // new one gone.
        if (!write_all(made.get(), text) || ::fsync(made.get()) != 0) {
            const int code = errno;
            ::unlink(unfinished.c_str());
            return cannot(unfinished, "kept", code);
        }
    }
    if (::rename(unfinished.c_str(), file.c_str()) != 0) {
        return cannot(file, "kept", errno);
    }
    // A rename is durable only when its directory is.
    const bool is_durable = sync_directory(file.substr(0, file.rfind('/')));
    return is_durable ? result<void>() : cannot(file, "kept", errno);
}

} // namespace hubspool
