#include "output/html.h"

#include <catch2/catch.hpp>
#include <sstream>

namespace kencrypt::output {
namespace {

TEST_CASE("text cannot leave its place in a page") {
  CHECK(escape_html("<script>\"a\" & 'b'</script>\n\x7f") ==
        "&lt;script&gt;&quot;a&quot; &amp; &#39;b&#39;&lt;/script&gt;??");
}

TEST_CASE("a page asks the network for nothing and runs nothing") {
  std::ostringstream out;
  begin_html(out, "Title <&>");
  write_html_table(out, {.headers = {"A", "B"}, .words = 1, .rows = {{"<x>", "1"}}});
  end_html(out);
  const std::string page = out.str();
  CHECK(page.find("<title>Title &lt;&amp;&gt;</title>") != std::string::npos);
  CHECK(page.find("<td class=\"w\">&lt;x&gt;</td><td>1</td>") != std::string::npos);
  for (const char* outside : {"http:", "https:", "<script", "@import", "url("}) CHECK(page.find(outside) == std::string::npos);
}

TEST_CASE("a bar may be a share of something larger") {
  std::ostringstream out;
  write_html_bars(out, {"current", "stale"}, {{"web", {3, 1}, 8}});
  CHECK(out.str().find(R"(<rect class="p1" x="375.00" width="125.00" height="10"/></svg>)") != std::string::npos);
}

TEST_CASE("a bar is divided by its parts and says them in words") {
  std::ostringstream out;
  write_html_bars(out, {"current", "stale"}, {{"web", {3, 1}}, {"none", {0, 0}}});
  const std::string page = out.str();
  CHECK(page.find(R"(<rect class="p0" x="0.00" width="750.00" height="10"/><rect class="p1" x="750.00" width="250.00")") !=
        std::string::npos);
  CHECK(page.find("3 current, 1 stale") != std::string::npos);
  CHECK(page.find("0 current, 0 stale</title></svg>") != std::string::npos);
}

}  // namespace
}  // namespace kencrypt::output
