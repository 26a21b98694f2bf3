// GitHub-flavoured CommonMark: the parser, and the table, strikethrough, autolink and task list extensions.
#include <cmark-gfm.h>
#include <cmark-gfm-core-extensions.h>
