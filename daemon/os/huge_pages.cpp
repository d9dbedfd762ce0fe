#include "os/huge_pages.hpp"

#include <sys/mman.h>

#include <cstdint>
#include <new>

namespace hubspool {

namespace {
constexpr std::size_t large_bytes = huge_page_memory::page_bytes / 2;

bool is_large(std::size_t bytes, std::size_t alignment) {
    return bytes >= large_bytes && alignment <= huge_page_memory::page_bytes;
}

std::size_t whole_pages(std::size_t bytes) {
    constexpr std::size_t page = huge_page_memory::page_bytes;
    return (bytes + page - 1) / page * page;
}
} // namespace

void* huge_page_memory::do_allocate(std::size_t bytes, std::size_t alignment) {
    // Small pieces come from the heap: a huge page for each would waste most of it.
    if (!is_large(bytes, alignment))
        return std::pmr::new_delete_resource()->allocate(bytes, alignment);
    bytes = whole_pages(bytes);
    // A page more, of which the ends that are not aligned go back at once.
    void* const got = ::mmap(nullptr, bytes + page_bytes, PROT_READ | PROT_WRITE,
                             MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (got == MAP_FAILED) throw std::bad_alloc();
    char* const begin = static_cast<char*>(got);
    // The kernel aligns to 4 KiB only; what stands out on both sides is given back.
    const std::size_t past = reinterpret_cast<std::uintptr_t>(begin) % page_bytes;
    const std::size_t before = past == 0 ? 0 : page_bytes - past;
    char* const at = begin + before;
    if (before > 0) ::munmap(begin, before);
    ::munmap(at + bytes, page_bytes - before);
    // Only once some megabytes are held: a small daemon stays small.
    if (held_ >= usual_until) ::madvise(at, bytes, MADV_HUGEPAGE);
    held_ += bytes;
    return at;
}

void huge_page_memory::do_deallocate(void* at, std::size_t bytes, std::size_t alignment) {
    if (!is_large(bytes, alignment))
        return std::pmr::new_delete_resource()->deallocate(at, bytes, alignment);
    bytes = whole_pages(bytes);
    held_ -= bytes;
    ::munmap(at, bytes);
}

void huge_page_memory::give_up(void* at, std::size_t bytes) {
    // madvise(2): the range stays mapped and reads as zeros when it is touched again.
    ::madvise(at, bytes, MADV_DONTNEED);
}

} // namespace hubspool
