#include "cgnuplot.h"

#include <dlfcn.h>

#include <algorithm>

// The few names of fontconfig's stable interface that are needed. The library is not linked, for it is there exactly
// when gnuplot's cairo terminals are.
namespace {

struct FontSet {
    int count;
    int capacity;
    void **patterns;
};

struct Fontconfig {
    FontSet *(*fonts)(void *config, int set) = nullptr;
    int (*character_set)(const void *pattern, const char *property, int index, void **set) = nullptr;
    int (*has)(const void *set, uint32_t scalar) = nullptr;

    Fontconfig() {
        void *library = dlopen("libfontconfig.so.1", RTLD_NOW | RTLD_LOCAL);
        if (!library) return;
        fonts = reinterpret_cast<decltype(fonts)>(dlsym(library, "FcConfigGetFonts"));
        character_set = reinterpret_cast<decltype(character_set)>(dlsym(library, "FcPatternGetCharSet"));
        has = reinterpret_cast<decltype(has)>(dlsym(library, "FcCharSetHasChar"));
    }

    bool is_complete() const { return fonts && character_set && has; }
};

} // namespace

void cgnuplot_covered(const uint32_t *scalars, size_t count, unsigned char *covered) {
    static const Fontconfig fontconfig;
    constexpr int system_fonts = 0;
    const FontSet *set = fontconfig.is_complete() ? fontconfig.fonts(nullptr, system_fonts) : nullptr;
    std::fill(covered, covered + count, set ? 0 : 1);
    for (int font = 0; set && font < set->count; ++font) {
        void *characters = nullptr;
        if (fontconfig.character_set(set->patterns[font], "charset", 0, &characters) != 0) continue;
        for (size_t i = 0; i < count; ++i) {
            if (!covered[i] && fontconfig.has(characters, scalars[i])) covered[i] = 1;
        }
    }
}
