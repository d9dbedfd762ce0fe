// One secret, from a file that may change at any time.
#pragma once

#include "base/result.hpp"

#include <string>
#include <utility>

namespace hubspool {

// One line, surrounding white space dropped. Refused when empty, when it is no token
// (api/credential/token_form.hpp), or when others may read it (api/credential/secret_access.hpp),
// each with what mends it. Links are followed: Kubernetes and others replace a secret by turning
// one. The secret never appears in a message. One thread.
class secret_file {
public:
    // `setting` names the file in messages: api.token_file.
    secret_file(std::string setting, std::string path)
        : setting_(std::move(setting)), path_(std::move(path)) {}

    // Reads the file again when it has changed (size, times, inode). True when it holds another
    // secret; after a failure the one before stays.
    result<bool> refresh();
    const std::string& text() const { return text_; }

private:
    failure fault(const std::string& words, int code = 0) const;
    failure cannot(const char* what, int code) const;
    failure not_opened(int code) const;
    result<std::string> read(int fd) const;

    std::string setting_;
    std::string path_;
    std::string text_;
    std::string seen_; // identity of the file at the last look
};

} // namespace hubspool
