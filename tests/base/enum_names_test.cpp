#include "base/enum_names.hpp"

#include <doctest/doctest.h>

using namespace pegkit;

namespace {

enum class Shape { circle, square };
const char* shape_name(Shape shape) {
  switch (shape) {
    case Shape::circle:
      return "circle";
    case Shape::square:
      return "square";
  }
  return "";
}

}  // namespace

TEST_CASE("values of an enum are found by their names, and by no other text") {
  CHECK(all_values(shape_name) == std::vector{Shape::circle, Shape::square});
  CHECK(value_named("square", shape_name) == Shape::square);
  for (const char* other : {"", "Square", "squares", "squar", " square"})
    CHECK(!value_named(other, shape_name));
}
