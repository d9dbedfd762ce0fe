// hubspool with a decoder that crashes on records which say so, for tests/crash/decoder_test.py.
//
// The linker puts wrapped_decode() and its sister in front of the real ones (--wrap in
// CMakeLists.txt, which gives their names in the object files).
#include "core/records/change_json.hpp"

#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <string_view>

using hubspool::change_decoder;
using hubspool::decoded_block;

void real_decode(change_decoder* self, std::string_view text, std::uint64_t offset,
                 std::uint64_t ordinal, std::uint64_t line, decoded_block& block,
                 std::string_view refusal) asm("__real_" HUBSPOOL_DECODE);
void wrapped_decode(change_decoder* self, std::string_view text, std::uint64_t offset,
                    std::uint64_t ordinal, std::uint64_t line, decoded_block& block,
                    std::string_view refusal) asm("__wrap_" HUBSPOOL_DECODE);
bool real_decode_if_object(change_decoder* self, std::string_view text, std::uint64_t offset,
                           std::uint64_t ordinal, std::uint64_t line,
                           decoded_block& block) asm("__real_" HUBSPOOL_DECODE_IF_OBJECT);
bool wrapped_decode_if_object(change_decoder* self, std::string_view text, std::uint64_t offset,
                              std::uint64_t ordinal, std::uint64_t line,
                              decoded_block& block) asm("__wrap_" HUBSPOOL_DECODE_IF_OBJECT);

namespace {

volatile char sink;

int exhaust_the_stack(int depth) {
    std::array<volatile char, 4096> frame;
    frame[0] = static_cast<char>(depth);
    sink = frame[0];
    return depth < 0 ? 0 : exhaust_the_stack(depth + 1) + frame[0];
}

void do_what_it_says(std::string_view text) {
    const auto says = [text](std::string_view what) {
        return text.find(what) != std::string_view::npos;
    };
    if (says("crash:abort")) std::abort();
    if (says("crash:segv")) ::raise(SIGSEGV);
    if (says("crash:stack")) exhaust_the_stack(0);
    if (says("crash:hang")) {
        constexpr std::string_view told = "the decoder hangs\n";
        (void)!::write(STDERR_FILENO, told.data(), told.size());
        while (true) ::pause();
    }
}

} // namespace

void wrapped_decode(change_decoder* self, std::string_view text, std::uint64_t offset,
                    std::uint64_t ordinal, std::uint64_t line, decoded_block& block,
                    std::string_view refusal) {
    do_what_it_says(text);
    real_decode(self, text, offset, ordinal, line, block, refusal);
}

bool wrapped_decode_if_object(change_decoder* self, std::string_view text, std::uint64_t offset,
                              std::uint64_t ordinal, std::uint64_t line, decoded_block& block) {
    do_what_it_says(text);
    return real_decode_if_object(self, text, offset, ordinal, line, block);
}
