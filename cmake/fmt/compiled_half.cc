// Debian ships the compiled half of fmt only as a shared library, and the hook is a static program.
// So that half is compiled here, from fmt's own installed header, into an archive.
#include <fmt/format-inl.h>

namespace fmt::detail {

// What <fmt/format.h> declares `extern template`, for the one character type that we use.
template FMT_API auto thousands_sep_impl<char>(locale_ref) -> thousands_sep_result<char>;
template FMT_API auto decimal_point_impl(locale_ref) -> char;
template FMT_API auto dragonbox::to_decimal(float) noexcept -> dragonbox::decimal_fp<float>;
template FMT_API auto dragonbox::to_decimal(double) noexcept -> dragonbox::decimal_fp<double>;

}  // namespace fmt::detail
