// The small file `sending`: what is on the wire, so that a kill -9 is survived.
//
// Fully allocated at open; written without fsync before the first byte of every request and at its
// answer. It serves, after a crash: the rate window, the objects whose last request may still land,
// and the window of input that was being decoded when a decoder crashed. Its two parts are of two
// threads, and write different places of the file.
#pragma once

#include "os/owned_descriptor.hpp"
#include "state/sending/decode_mark.hpp"
#include "state/sending/sending_requests.hpp"

#include <memory>
#include <string>

namespace hubspool {

class sending_file {
public:
    // `run_before`: there was a run on this queue (cur/.run exists), so a missing file is
    // suspicious. A fresh install waits for nothing.
    static result<std::unique_ptr<sending_file>>
    open(const sending_options& options, bool run_before, boot_time now, sending_leftovers& left);
    sending_file(const sending_file&) = delete;
    sending_file& operator=(const sending_file&) = delete;

    request_log& requests() { return requests_; } // loop thread
    decode_mark& mark() { return mark_; }         // thread that decodes

private:
    sending_file(const sending_options& options, std::string path, owned_descriptor file);

    owned_descriptor file_;
    decode_mark mark_;
    sending_requests requests_;
};

} // namespace hubspool
