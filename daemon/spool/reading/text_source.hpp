// The text of a file: its bytes as they are, or unpacked when it is compressed, and as UTF-8 when
// it is in UTF-16 (told by its first bytes). Two units stay apart: offset() and seek() count in the
// text; what file() says, in bytes on the disk. Memory is bounded whatever the file holds. Intake
// thread; see file_bytes.
#pragma once

#include "spool/reading/file_bytes.hpp"
#include "spool/unpacking/text_unpacker.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace hubspool {

class text_source {
public:
    // Takes over `descriptor`. `offset`: of the text.
    text_source(int descriptor, std::uint64_t offset, milliseconds quiet_period,
                const unpack_limits& limits);

    // Reads what comes next, `room` bytes at most, and at least form_told_by of room. 0: the text
    // has ended, or is not reached yet: of a file that is not plain all before `offset` is unpacked
    // first, a bounded part of it a call.
    std::size_t read(char* into, std::size_t room);
    bool ended() const { return unpacker_ ? ended_ : file_.ended(); }
    text_end end() const;
    // See file_bytes; only a plain file has one.
    std::uint64_t skip_hole();
    // Starts anew from `offset`, as if nothing had been read.
    void seek(std::uint64_t offset);
    std::uint64_t offset() const { return unpacker_ ? unpacker_->text_bytes() : file_.offset(); }

    // Once something was read.
    text_form form() const { return unpacker_ ? unpacker_->form() : form_; }
    // Of a text in UTF-16, from its beginning on; each became U+FFFD.
    std::uint64_t lone_surrogates() const { return unpacker_ ? unpacker_->lone_surrogates() : 0; }
    // Why the file cannot be trusted or read, for a person; empty when all is well.
    const std::string& trouble() const {
        return file_.trouble().empty() ? trouble_ : file_.trouble();
    }
    const file_bytes& file() const { return file_; }
    // Of the file, as far as it was looked at: what its end is held against.
    std::uint64_t size_on_disk() const;

private:
    std::size_t begin(char* into, std::size_t room);
    void begin_unpacking();
    std::size_t unpack(char* into, std::size_t room);
    void refill();
    void end_unpacking();

    file_bytes file_;
    unpack_limits limits_;
    bool is_told_ = false;                    // its form
    text_form form_;                          // as the first bytes of the file tell it
    std::uint64_t from_;                      // where the text is wanted from
    std::unique_ptr<text_unpacker> unpacker_; // null: the file is plain
    std::unique_ptr<char[]> packed_;          // of the file, and not unpacked yet
    std::size_t packed_begin_ = 0, packed_end_ = 0;
    bool ended_ = false;
    std::string trouble_; // of its stream; what is wrong with the file itself comes first
};

} // namespace hubspool
